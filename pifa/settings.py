"""Settings: the only module that reads the environment (``PIFA_*``)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from kernel.errors import Invalid

_PACKAGE = Path(__file__).resolve().parent


def _parsed(value: object) -> object:
    """What is written as JSON; the refusal of what is none is the settings' own."""
    return orjson.loads(value) if isinstance(value, str) else value


class Settings(BaseSettings):
    """Every setting, its default and its origin in the environment."""

    model_config = SettingsConfigDict(env_prefix="PIFA_", frozen=True, extra="ignore")

    home: Path = Field(Path("var"), description="数据目录：数据库、索引、模型、密钥")
    database_url: SecretStr = Field(
        SecretStr(""), description="记录库地址，如 postgresql://用户:密码@主机/库；空为数据目录里的 SQLite 文件"
    )
    host: str = Field("127.0.0.1", description="监听地址")
    port: int = Field(8000, ge=0, le=65535, description="监听端口")
    workers: int = Field(1, ge=1, le=64, description="服务进程数")
    engine: Literal["embedded", "elastic"] = Field("embedded", description="搜索引擎：内嵌，或 Elasticsearch 集群")
    elastic_url: str = Field("http://127.0.0.1:9200", description="Elasticsearch 节点地址，多个用逗号分开")
    elastic_api_key: SecretStr = Field(SecretStr(""), description="Elasticsearch 的 API 密钥（编码后的形式）")
    elastic_user: str = Field("", description="Elasticsearch 用户名；有密钥时不用")
    elastic_password: SecretStr = Field(SecretStr(""), description="Elasticsearch 密码")
    elastic_ca: Path | None = Field(None, description="集群私有 CA 的证书文件（PEM）")
    elastic_prefix: str = Field("pifa", description="索引与别名的前缀；同一集群可放多套")
    elastic_shards: int = Field(1, ge=1, le=1024, description="新索引的主分片数；重建时生效")
    elastic_vectors: Literal["beside", "int8_hnsw", "bbq_hnsw"] = Field(
        "beside", description="向量放在集群旁（FAISS），或放在集群里（dense_vector）；重建时生效"
    )
    elastic_replicas: str = Field("0-1", pattern=r"^\d+-(\d+|all)$", description="副本数的范围，如 0-1")
    elastic_repository: str = Field("pifa", description="快照仓库在集群里的名字；没有登记就按下面两项登记")
    elastic_repository_type: str = Field("fs", description="快照仓库的类型：fs、s3、url 等集群所有的类型")
    elastic_repository_settings: Annotated[dict[str, Any], NoDecode, BeforeValidator(_parsed)] = Field(
        {"location": "pifa"}, description="该类型的设置，JSON；fs 的 location 相对于节点的 path.repo"
    )
    encoder: str = Field("auto", description="auto、bge、static、none、模型文件夹，或 st:<模型名>")
    bge_folder: Path | None = Field(None, description="BGE 模型文件夹（model.onnx 与 tokenizer.json）")
    encoder_threads: int = Field(0, ge=0, description="编码线程数；0 为自动")
    offline: bool = Field(False, description="为真时不下载模型")
    log_level: Literal["debug", "info", "warning", "error"] = Field("warning", description="日志级别")
    metrics_directory: Path | None = Field(
        None,
        validation_alias=AliasChoices("PIFA_METRICS_DIRECTORY", "PROMETHEUS_MULTIPROC_DIR"),
        description="多进程指标目录；pifa serve --workers 会自动设置",
    )
    site_url: str = Field(
        "",
        pattern=r"^(https?://[^/?#\s]+)?$",
        description="网站对外的地址，邮件里的链接用它；https 时 Cookie 只走加密连接",
    )
    mail_from: str = Field("pifa@localhost.localdomain", description="发件人地址")
    smtp_host: str = Field("", description="邮件服务器；空为写进数据目录的 mail 文件夹")
    smtp_port: int = Field(587, ge=1, le=65535, description="邮件服务器端口")
    smtp_security: Literal["none", "starttls", "tls"] = Field("starttls", description="与邮件服务器的连接如何加密")
    smtp_user: str = Field("", description="邮件服务器用户名；空为不登录")
    smtp_password: SecretStr = Field(SecretStr(""), description="邮件服务器密码")
    pictures_url: str = Field("", description="图片存储，如 s3://桶/前缀；空为数据目录里的文件夹")
    pictures_settings: Annotated[dict[str, Any], NoDecode, BeforeValidator(_parsed)] = Field(
        {},
        description='图片存储的设置，JSON，如 {"endpoint": "https://…", "region": "cn-east-1"}；可含密钥',
        repr=False,
    )
    documents_url: str = Field(
        "",
        description="资质文件存储，如 s3://桶/前缀，设置同 pictures_settings；必须是不公开的桶；空为数据目录里的文件夹",
    )
    sealing_keys: SecretStr = Field(
        SecretStr(""),
        description="封存两步验证密钥的钥匙（Fernet，逗号分隔）：第一把封存，每把都能开；空为数据目录的 sealing.keys",
    )
    audit_offers: bool = Field(False, description="为真时供应商发布的商品须经审核才上架")
    rate_limit: str = Field("", description="每个来源的请求上限，如 600/minute；空为不限")


class SettingInvalid(Invalid):
    """A variable of the environment cannot be what it says."""

    code = "setting_invalid"


def read_settings() -> Settings:
    """The settings that the environment makes; raises ``SettingInvalid`` naming the variable."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"PIFA_{first['loc'][0]}".upper()
        raise SettingInvalid(f"环境变量 {name} 的值“{first['input']}”不可用", parameter=name) from None


def data_directory() -> Path:
    """The facts that ship with the product: inside the wheel, or beside the packages in a checkout."""
    inside = _PACKAGE / "data"
    return inside if inside.is_dir() else _PACKAGE.parent / "data"
