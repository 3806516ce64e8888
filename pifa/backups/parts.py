"""What of a home goes into a backup beside the record, and what does not, each with its reason. A test holds this to
what a home holds, so that a file that comes later is not forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from catalog_service.adapters.anchors import FILE_NAME as ANCHORS_NAME
from catalog_service.adapters.gateway.sandbox import FILE_NAME as SANDBOX_NAME
from catalog_service.service import KEY_NAME, MAIL_NAME, PICTURES_NAME

RECORD_NAME = "record.sqlite3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file or folder of a home. ``when``: before the record or after it."""

    name: str
    kind: Literal["file", "lines", "folder", "database"]
    because: str
    when: Literal["before", "after"] = "after"
    secret: bool = False


# What the record must already know when it is copied goes first, what it may refer to goes last.
KEPT: tuple[Part, ...] = (
    Part(name=ANCHORS_NAME, kind="lines", when="before", because="账本链尾的签名文件：其中每一个链尾都必须在库里"),
    Part(name="secret.key", kind="file", secret=True, because="签署游标、会话与账本锚；丢了就无法核对锚"),
    Part(name=KEY_NAME, kind="file", secret=True, because="管理员密钥，库里只有它的散列"),
    Part(name="sealing.keys", kind="file", secret=True, because="封存第二重验证密钥的钥匙；丢了就无人能用它登录"),
    Part(name=PICTURES_NAME, kind="folder", because="货品图片，按内容命名：库里引用的都已写好"),
    Part(name="documents", kind="folder", secret=True, because="证照等文件，按内容命名"),
    Part(name=SANDBOX_NAME, kind="database", because="支付沙箱自己的账；它可以比库新，不能比库旧"),
    Part(name="models/static", kind="folder", because="用本站货品训练的编码器"),
    Part(name="dead_letters.jsonl", kind="file", because="无法写入索引的变更，等人处理"),
)

LEFT_OUT: dict[str, str] = {
    "index": "由记录库重建：pifa rebuild",
    "analysis.json": "索引用哪些词典切的；随索引重建",
    "vectors": "由记录库重建：pifa rebuild",
    "elasticsearch": "由记录库重建：pifa rebuild；集群自己的快照见 pifa snapshot",
    "prepared": "可随时重新预制：pifa prepare",
    "models": "取来的编码器会再取（本站训练的在备份里）",
    MAIL_NAME: "已交出的邮件；待发的在库里",
    "metrics": "运行中的计数",
    "backups": "备份不放进备份",
    "last_backup.json": "上次备份的位置",
}
# Locks, marks of running processes, what SQLite keeps beside its files: nothing of them outlives a process.
PASSING = (".lock", ".wanted", ".unfinished", ".partial", "-wal", "-shm", ".rejects.jsonl")
