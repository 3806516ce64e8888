"""Bodies and answers of signing in: passwords, links, codes, sessions, keys and tokens."""

from __future__ import annotations

from pydantic import BaseModel, Field

from catalog_service.domain.companies.credentials import CompanyKey, Session
from catalog_service.http.bodies import Body, Count
from catalog_service.http.companies.models import ID, WHEN, MemberAnswer
from catalog_service.http.models import ReceiptAnswer


class SignUpBody(Body):
    company_name: str = Field(description="公司名称，2 到 100 字", examples=["义乌市晨光日用百货商行"])
    login: str = Field(description="登录名：邮箱或手机号", examples=["buyer@example.com"])
    email: str = Field("", description="收确认邮件的邮箱；登录名就是邮箱时不用写", examples=["buyer@example.com"])
    name: str = Field(description="姓名", examples=["王芳"])


class LinkBody(Body):
    token: str = Field(description="邮件链接里的 token", max_length=200, examples=["pifal_…"])
    password: str = Field(description="密码，8 到 128 个字符", max_length=1000, examples=["一句 你记得住的话"])


class AdminLinkBody(LinkBody):
    email: str = Field(description="登录用的邮箱", examples=["admin@example.com"])
    name: str = Field(description="姓名", examples=["李强"])


class SignInBody(Body):
    login: str = Field(description="邮箱或手机号", max_length=500, examples=["buyer@example.com"])
    password: str = Field(description="密码", max_length=1000, examples=["一句 你记得住的话"])


class ResetBody(Body):
    login: str = Field(description="邮箱或手机号", max_length=500, examples=["buyer@example.com"])


class LanguageBody(Body):
    language: str = Field(description="zh 中文、en 英文", examples=["en"])


class PasswordBody(Body):
    current: str = Field(description="现在的密码", max_length=1000, examples=["一句 你记得住的话"])
    new: str = Field(description="新密码，8 到 128 个字符", max_length=1000, examples=["另一句 你记得住的话"])


class CodeBody(Body):
    code: str = Field(description="六位验证码，或一个恢复码", max_length=40, examples=["492039"])


class NewKeyBody(Body):
    name: str = Field(description="名称，给人看", examples=["ERP"])
    scopes: list[str] = Field(description="权限", examples=[["offers:write", "stock:write"]])
    spend_limit_fen: Count | None = Field(
        None, description="每日下单限额（分，北京时间），超过的订单要审批；不写为不限", examples=[10_000_000]
    )


class KeyLimitBody(Body):
    spend_limit_fen: Count | None = Field(description="每日下单限额（分）；null 为不限", examples=[10_000_000])


class RotationBody(Body):
    overlap_seconds: Count = Field(86_400, description="旧密钥还能用多久（秒）", examples=[86_400])


class SignedInAnswer(BaseModel):
    token: str = Field(description="放进 Authorization: Bearer；只给这一次", examples=["pifas_…"])
    token_type: str = Field("Bearer", examples=["Bearer"])
    session_id: str = Field(examples=[ID])
    expires_at: int = Field(description="最迟何时失效（UTC 秒）；三天不用也会失效", examples=[WHEN])
    company_id: str | None = Field(examples=[ID])
    member: MemberAnswer


class MeAnswer(BaseModel):
    """The caller as the API sees it."""

    company_id: str | None = Field(examples=[ID])
    supplier_id: str | None = Field(examples=["s-yongkang-01"])
    member: MemberAnswer
    second_factor_fresh: bool = Field(description="刚输入过两步验证码，可以做资金操作")
    recovery_codes_left: int = Field(examples=[10])


class EnrolmentAnswer(BaseModel):
    secret: str = Field(description="手工输入用的密钥；只给这一次")
    address: str = Field(description="otpauth:// 地址，做成二维码给手机扫")


class RecoveryCodesAnswer(BaseModel):
    recovery_codes: list[str] = Field(description="手机丢失时用，每个一次；只给这一次")


class CodeAnswer(BaseModel):
    recovery_codes_left: int = Field(examples=[10])


class KeyAnswer(BaseModel):
    id: str = Field(description="也是 OAuth2 的 client_id", examples=[ID])
    name: str = Field(examples=["ERP"])
    scopes: list[str] = Field(examples=[["offers:write"]])
    created_at: int = Field(examples=[WHEN])
    last_used_at: int | None = Field(description="精确到几分钟", examples=[WHEN])
    former_until: int | None = Field(description="旧密钥到何时还能用")
    spend_limit_fen: int | None = Field(description="每日下单限额（分）", examples=[10_000_000])
    spent_today_fen: int = Field(description="今天已计入限额（分）；没有限额的不计", examples=[2_500_000])
    revoked_at: int | None
    version: int = Field(examples=[1])

    @classmethod
    def of(cls, key: CompanyKey, *, spent_today_fen: int) -> KeyAnswer:
        return cls(
            id=key.key_id, name=key.name, scopes=sorted(key.scopes), created_at=key.created_at,
            last_used_at=key.last_used_at, former_until=key.former_until, revoked_at=key.revoked_at,
            version=key.version, spend_limit_fen=key.spend_limit_fen, spent_today_fen=spent_today_fen,
        )  # fmt: skip


class KeysAnswer(BaseModel):
    keys: list[KeyAnswer]


class MadeKeyAnswer(ReceiptAnswer):
    secret: str | None = Field(
        description="密钥，也是 OAuth2 的 client_secret；只给这一次，重发请求不会再给", examples=["pifak_…"]
    )


class MadeLinkAnswer(ReceiptAnswer):
    link: str | None = Field(
        description="一次性链接；只给这一次，重发请求不会再给",
        examples=["https://market.example.com/account/admin?token=pifal_…"],
    )


class SessionAnswer(BaseModel):
    id: str = Field(examples=[ID])
    agent: str = Field(description="浏览器自称", examples=["Mozilla/5.0"])
    created_at: int = Field(examples=[WHEN])
    last_seen_at: int = Field(examples=[WHEN])
    expires_at: int = Field(examples=[WHEN])
    current: bool = Field(description="就是这次登录")

    @classmethod
    def of(cls, session: Session, *, current: str | None) -> SessionAnswer:
        return cls(
            id=session.session_id, agent=session.agent, created_at=session.created_at,
            last_seen_at=session.last_seen_at, expires_at=session.expires_at, current=session.session_id == current,
        )  # fmt: skip


class SessionsAnswer(BaseModel):
    sessions: list[SessionAnswer]


class TokenAnswer(BaseModel):
    """RFC 6749, section 5.1."""

    access_token: str = Field(examples=["pifat_…"])
    token_type: str = Field(examples=["Bearer"])
    expires_in: int = Field(examples=[3600])
    scope: str = Field(examples=["offers:write"])


class TokenErrorAnswer(BaseModel):
    """RFC 6749, section 5.2."""

    error: str = Field(examples=["invalid_client"])
    error_description: str = ""
