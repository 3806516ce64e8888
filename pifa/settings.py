"""Settings: the only module that reads the environment (``PIFA_*``)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from kernel.errors import Invalid

FOLDER_VARIABLE = "PIFA_SECRETS_DIRECTORY"
Source = Literal["option", "environment", "file", "default"]

_PACKAGE = Path(__file__).resolve().parent


def _why(because: str, *, unit: str = "") -> dict[str, Any]:
    """Why a setting's default is what it is, and what a number counts."""
    return {"because": because, "unit": unit}


def _parsed(value: object) -> object:
    """What is written as JSON; the refusal of what is none is the settings' own."""
    return orjson.loads(value) if isinstance(value, str) else value


class Settings(BaseSettings):
    """Every setting, its default and its origin in the environment."""

    model_config = SettingsConfigDict(env_prefix="PIFA_", frozen=True, extra="ignore")

    home: Path = Field(
        Path("var"),
        description="数据目录：数据库、索引、模型、密钥",
        json_schema_extra=_why("一套安装的东西都在一处：备份、搬家、删除都只有这一个文件夹"),
    )
    database_url: SecretStr = Field(
        SecretStr(""),
        description="记录库地址，如 postgresql://用户:密码@主机/库；空为数据目录里的 SQLite 文件",
        json_schema_extra=_why("默认的 SQLite 不需要服务器；几台机器共用一个记录库时才要 PostgreSQL"),
    )
    host: str = Field(
        "127.0.0.1", description="监听地址", json_schema_extra=_why("只监听本机：对外由前面的反向代理负责 TLS")
    )
    port: int = Field(
        8000,
        ge=0,
        le=65535,
        description="监听端口",
        json_schema_extra=_why("8000 是 Python 网站的惯例；0 表示由系统挑一个"),
    )
    workers: int = Field(
        1,
        ge=1,
        le=64,
        description="服务进程数",
        json_schema_extra=_why("一核一个进程；每个在 PostgreSQL 上至多占 10 个连接，其默认上限是 100", unit="个"),
    )
    engine: Literal["embedded", "elastic"] = Field(
        "embedded",
        description="搜索引擎：内嵌，或 Elasticsearch 集群",
        json_schema_extra=_why("内嵌引擎不需要服务器，一台机器能放几百万条货品"),
    )
    elastic_url: str = Field(
        "http://127.0.0.1:9200",
        description="Elasticsearch 节点地址，多个用逗号分开",
        json_schema_extra=_why("集群自己的默认端口"),
    )
    elastic_api_key: SecretStr = Field(
        SecretStr(""),
        description="Elasticsearch 的 API 密钥（编码后的形式）",
        json_schema_extra=_why("权限可以只给到 ops/elasticsearch/role.json 那么小"),
    )
    elastic_user: str = Field(
        "", description="Elasticsearch 用户名；有密钥时不用", json_schema_extra=_why("没有 API 密钥时才用")
    )
    elastic_password: SecretStr = Field(
        SecretStr(""), description="Elasticsearch 密码", json_schema_extra=_why("没有 API 密钥时才用")
    )
    elastic_ca: Path | None = Field(
        None,
        description="集群私有 CA 的证书文件（PEM）",
        json_schema_extra=_why("集群的证书总要核对；私有 CA 不在系统的列表里"),
    )
    elastic_prefix: str = Field(
        "pifa",
        description="索引与别名的前缀；同一集群可放多套",
        json_schema_extra=_why("几套安装共用一个集群时靠前缀分开"),
    )
    elastic_shards: int = Field(
        1,
        ge=1,
        le=1024,
        description="新索引的主分片数；重建时生效",
        json_schema_extra=_why("一个分片不必归并各分片的结果；1024 是集群自己的上限", unit="个"),
    )
    elastic_vectors: Literal["beside", "int8_hnsw", "bbq_hnsw"] = Field(
        "beside",
        description="向量放在集群旁（FAISS），或放在集群里（dense_vector）；重建时生效",
        json_schema_extra=_why("一台机器的内存放得下时，集群不必管向量"),
    )
    elastic_replicas: str = Field(
        "0-1",
        pattern=r"^\d+-(\d+|all)$",
        description="副本数的范围，如 0-1",
        json_schema_extra=_why("单节点集群放不下副本，多节点自动放一份", unit="份"),
    )
    elastic_repository: str = Field(
        "pifa",
        description="快照仓库在集群里的名字；没有登记就按下面两项登记",
        json_schema_extra=_why("与前缀同名，一看便知是谁的"),
    )
    elastic_repository_type: str = Field(
        "fs",
        description="快照仓库的类型：fs、s3、url 等集群所有的类型",
        json_schema_extra=_why("fs 是每个集群都有的类型"),
    )
    elastic_repository_settings: Annotated[dict[str, Any], NoDecode, BeforeValidator(_parsed)] = Field(
        {"location": "pifa"},
        description="该类型的设置，JSON；fs 的 location 相对于节点的 path.repo",
        json_schema_extra=_why("compose.yaml 与 make elasticsearch 的 path.repo 里有这个位置", unit="JSON"),
    )
    encoder: str = Field(
        "auto",
        description="auto、bge、static、none、模型文件夹，或 st:<模型名>",
        json_schema_extra=_why("auto 先用 BGE，取不到时用随程序发布的静态编码器"),
    )
    bge_folder: Path | None = Field(
        None,
        description="BGE 模型文件夹（model.onnx 与 tokenizer.json）",
        json_schema_extra=_why("不能上网的机器自己放模型"),
    )
    encoder_threads: int = Field(
        0,
        ge=0,
        description="编码线程数；0 为自动",
        json_schema_extra=_why("自动为全部核；与别的程序共用一台机器时限制它", unit="个"),
    )
    offline: bool = Field(
        False, description="为真时不下载模型", json_schema_extra=_why("默认可取一次模型（24 MB），之后不再联网")
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="日志级别", json_schema_extra=_why("平时只说要人看的；info 起每个请求一行")
    )
    metrics_directory: Path | None = Field(
        None,
        validation_alias=AliasChoices("PIFA_METRICS_DIRECTORY", "PROMETHEUS_MULTIPROC_DIR"),
        description="多进程指标目录；pifa serve --workers 会自动设置",
        json_schema_extra=_why("多进程的计数要合在一处；PROMETHEUS_MULTIPROC_DIR 是客户端库自己的名字"),
    )
    site_url: str = Field(
        "",
        pattern=r"^(https?://[^/?#\s]+)?$",
        description="网站对外的地址，邮件里的链接用它；https 时 Cookie 只走加密连接",
        json_schema_extra=_why("邮件里的链接和 Cookie 的 Secure 取决于它，程序看不到前面的代理"),
    )
    language: Literal["auto", "zh", "en"] = Field(
        "auto",
        description="命令行说的语言；auto 随系统（LC_ALL、LC_MESSAGES、LANG），那里也不是这两种时说中文",
        json_schema_extra=_why("像别的命令一样随系统；只认环境变量，因为设置有错时帮助也要说得出"),
    )
    mail_language: Literal["zh", "en"] = Field(
        "zh",
        description="市场的默认语言：写给没有选过语言的成员的邮件用它",
        json_schema_extra=_why("选过语言的成员按自己的语言；这里的市场以中文为主"),
    )
    mail_from: str = Field(
        "pifa@localhost.localdomain",
        description="发件人地址",
        json_schema_extra=_why("没有域名时的占位；真正发信前要改"),
    )
    smtp_host: str = Field(
        "",
        description="邮件服务器；空为写进数据目录的 mail 文件夹",
        json_schema_extra=_why("没有邮件服务器也能试用：邮件写成文件"),
    )
    smtp_port: int = Field(
        587,
        ge=1,
        le=65535,
        description="邮件服务器端口",
        json_schema_extra=_why("587 是提交邮件的标准端口（RFC 6409）"),
    )
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        "starttls", description="与邮件服务器的连接如何加密", json_schema_extra=_why("587 端口上的惯例；465 端口用 tls")
    )
    smtp_user: str = Field(
        "", description="邮件服务器用户名；空为不登录", json_schema_extra=_why("有些内网服务器不要登录")
    )
    smtp_password: SecretStr = Field(SecretStr(""), description="邮件服务器密码", json_schema_extra=_why("同上"))
    pictures_url: str = Field(
        "",
        description="图片存储，如 s3://桶/前缀；空为数据目录里的文件夹",
        json_schema_extra=_why("一台机器用文件夹就够；几台机器要共用一个存储"),
    )
    pictures_settings: Annotated[dict[str, Any], NoDecode, BeforeValidator(_parsed)] = Field(
        {},
        description='图片存储的设置，JSON，如 {"endpoint": "https://…", "region": "cn-east-1"}；可含密钥',
        repr=False,
        json_schema_extra=_why("各家存储的设置不同，原样交给 obstore", unit="JSON"),
    )
    audit_offers: bool = Field(
        False,
        description="为真时供应商发布的商品须经审核才上架",
        json_schema_extra=_why("开市初期供应商少，先发布后抽查更快"),
    )
    rate_limit: str = Field(
        "",
        description="每个来源的请求上限，如 600/minute；空为不限",
        json_schema_extra=_why("前面的代理通常已有限制", unit="次/时间"),
    )
    unused_files_days: int = Field(
        30,
        ge=0,
        le=3_650,
        description="没有商品、修改或公司再用到的图片和扫描件，先移到一边满这么多天，再过这么多天才删除；0 为不删除",
        json_schema_extra=_why(
            "上传后过几周才发布很常见；恢复备份时，桶里的文件要比备份更久，所以应不短于最旧的备份", unit="天"
        ),
    )
    secrets_directory: Path | None = Field(
        None,
        description="放密码的文件夹：每个文件名是一项设置（如 pifa_database_url），内容是它的值；环境变量优先",
        json_schema_extra=_why("Docker 与 systemd 这样交付密码，环境变量则会被子进程和诊断工具看到"),
    )
    documents_url: str = Field(
        "",
        description="资质文件存储，如 s3://桶/前缀，设置同 pictures_settings；必须是不公开的桶；空为数据目录里的文件夹",
        json_schema_extra=_why("扫描件只有公司负责人和市场工作人员能看，与公开的图片分开存放"),
    )
    payout_cooling_hours: int = Field(
        24,
        ge=0,
        le=720,
        description="供应商登记或更换收款账户后，多少小时内不能提现",
        json_schema_extra=_why("账号被盗时，负责人和财务收到通知后还来得及反应", unit="小时"),
    )
    two_operators_fen: int = Field(
        1_000_000,
        ge=1,
        description="退款裁定和终止订单的金额，连同同一人在同一订单已单独裁定的，达到多少分时须由两位工作人员先后作出同样的决定",
        json_schema_extra=_why("一万元以上，一次失误或一次收买的代价高过再看一遍", unit="分"),
    )
    sealing_keys: SecretStr = Field(
        SecretStr(""),
        description="封存两步验证密钥和收款账号的 Fernet 钥匙，逗号分隔：第一把封存，每把都能开；空为 sealing.keys",
        json_schema_extra=_why("多台机器共用一个 PostgreSQL 时须用同一把；放在设置里，钥匙就不在备份的磁盘上"),
    )


class SettingInvalid(Invalid):
    """A variable of the environment cannot be what it says."""

    code = "setting_invalid"


def read_settings() -> Settings:
    """The settings that environment and files make; raises ``SettingInvalid`` naming the variable."""
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder and not Path(folder).is_dir():
        raise SettingInvalid(f"环境变量 {FOLDER_VARIABLE} 所指的 {folder} 不是文件夹", parameter=FOLDER_VARIABLE)
    try:
        return Settings(_secrets_dir=folder or None)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        name = variables(field)[0] if field in Settings.model_fields else field.upper()
        value = "" if is_secret(field) else f"“{first['input']}”"
        raise SettingInvalid(f"环境变量 {name} 的值{value}不可用", parameter=name) from None


def variables(field: str) -> tuple[str, ...]:
    """The variables of the environment that give a setting, the first that is there counts."""
    alias = Settings.model_fields[field].validation_alias
    return tuple(map(str, alias.choices)) if isinstance(alias, AliasChoices) else (f"PIFA_{field}".upper(),)


def is_secret(field: str) -> bool:
    """Whether the value must not be shown."""
    known = Settings.model_fields.get(field)
    return known is not None and (known.annotation is SecretStr or not known.repr)


def source_of(field: str, folder: Path | None) -> tuple[Source, str]:
    """Where a setting comes from, and the variable or file; the words of a default are empty."""
    given = {name.upper() for name in os.environ}
    for name in variables(field):
        if name in given:
            return "environment", name
    for path in sorted(folder.iterdir()) if folder is not None else ():
        if path.name.upper() in variables(field):
            return "file", str(path)
    return "default", ""


def data_directory() -> Path:
    """The facts that ship with the product: inside the wheel, or beside the packages in a checkout."""
    inside = _PACKAGE / "data"
    return inside if inside.is_dir() else _PACKAGE.parent / "data"
