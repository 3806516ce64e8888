"""Bodies and answers of companies and people."""

from __future__ import annotations

from pydantic import BaseModel, Field

from catalog_service.domain.companies.address import Address, StoredAddress
from catalog_service.domain.companies.company import Company, Invoice
from catalog_service.domain.companies.documents import StoredScan
from catalog_service.domain.companies.members import Language, Member, MemberState
from catalog_service.domain.companies.notices import Notice
from catalog_service.domain.companies.verification import DocumentKind, Verification, VerificationState
from catalog_service.http.bodies import Body, Count
from web.reader import Words

ID = "0193f0c2a7b87c1e8f0d6f1f2f3a4b5c"
WHEN = 1_780_000_000


class CompanyBody(Body):
    name: str = Field(description="公司名称", examples=["义乌市晨光日用百货商行"])


class NewSupplierBody(Body):
    province: str = Field(description="省份", examples=["浙江"])
    city: str = Field("", description="城市", max_length=40, examples=["金华"])


class ClaimBody(Body):
    supplier_id: str = Field(description="目录里的供应商编号", max_length=64, examples=["s-yongkang-01"])


class MemberContentBody(Body):
    name: str = Field(description="姓名", examples=["张伟"])
    roles: list[str] = Field(
        description="角色：owner 负责人、buyer 采购、approver 审批、finance 财务、warehouse 仓库、viewer 只读",
        examples=[["buyer"]],
    )
    spend_limit_fen: Count | None = Field(
        None, description="单笔限额（分）：一笔或当天未付款的合计超过，要审批；不写为不限", examples=[5_000_000]
    )


class NewMemberBody(MemberContentBody):
    login: str = Field(description="登录名：邮箱或手机号", examples=["zhangwei@example.com"])
    email: str = Field("", description="收邀请的邮箱；登录名就是邮箱时不用写")
    language: str | None = Field(None, description="邀请邮件的语言：zh、en；不写为邀请人的语言", examples=["en"])


class AddressBody(Body):
    recipient: str = Field(description="收货人", examples=["张伟"])
    phone: str = Field(description="电话", examples=["13800138000"])
    province: str = Field(description="省份", examples=["浙江"])
    city: str = Field(description="城市", examples=["金华"])
    district: str = Field("", description="区县", examples=["义乌"])
    street: str = Field(description="街道门牌", examples=["稠州北路 1 号 3 栋"])
    postcode: str = Field("", description="邮政编码", examples=["322000"])
    default: bool = Field(False, description="设为默认地址")

    def address(self) -> Address:
        return Address(**self.model_dump(exclude={"default"}))


class InvoiceBody(Body):
    title: str = Field(description="发票抬头", examples=["义乌市晨光日用百货商行"])
    tax_id: str = Field(description="18 位统一社会信用代码", examples=["91350100M000100Y43"])
    bank_name: str = Field("", description="开户行", examples=["中国银行义乌分行"])
    bank_account: str = Field("", description="银行账号", examples=["3500 1234 5678 9012"])
    address: str = Field("", description="注册地址")
    phone: str = Field("", description="注册电话")

    def invoice(self) -> Invoice:
        return Invoice(**self.model_dump())


class DocumentBody(Body):
    kind: str = Field(description="licence 营业执照、permit 许可证、identity 身份证明、premises 场地照片、other 其他")
    reference: str = Field(description="上传后得到的文件编号", examples=[ID])


class VerificationBody(Body):
    documents: list[DocumentBody] = Field(description="资质文件，必须有营业执照", max_length=50)


class ApprovalBody(Body):
    expires_at: Count = Field(description="到期时间（UTC 秒），最长三年", examples=[WHEN + 31_536_000])


class ReadBody(Body):
    up_to: str = Field(description="读到哪一条（编号）", pattern=r"^\d{1,18}$", examples=["12"])


class AcceptedAnswer(BaseModel):
    """The same whether there is such an account or not."""

    message: Words = Field(examples=["如果可以这样做，邮件已发出，请查收"])


class MemberAnswer(BaseModel):
    id: str = Field(examples=[ID])
    login: str = Field(examples=["zhangwei@example.com"])
    email: str = Field(examples=["zhangwei@example.com"])
    name: str = Field(examples=["张伟"])
    state: MemberState
    roles: list[str] = Field(examples=[["buyer"]])
    spend_limit_fen: int | None = Field(examples=[5_000_000])
    second_factor: bool = Field(description="已开启两步验证")
    language: Language | None = Field(
        description="邮件和登录后页面的语言；null 为没有选过，邮件用市场的默认语言", examples=["en"]
    )
    version: int = Field(examples=[2])

    @classmethod
    def of(cls, member: Member) -> MemberAnswer:
        return cls(
            id=member.member_id,
            login=member.login,
            email=member.email,
            name=member.name,
            state=member.state,
            roles=sorted(str(role) for role in member.roles),
            spend_limit_fen=member.spend_limit_fen,
            second_factor=member.totp_confirmed_at is not None,
            language=member.language,
            version=member.version,
        )


class InvoiceAnswer(BaseModel):
    title: str = Field(examples=["义乌市晨光日用百货商行"])
    tax_id: str = Field(examples=["91350100M000100Y43"])
    bank_name: str
    bank_account: str
    address: str
    phone: str

    @classmethod
    def of(cls, invoice: Invoice) -> InvoiceAnswer:
        return cls(**{name: getattr(invoice, name) for name in cls.model_fields})


class CompanyAnswer(BaseModel):
    id: str = Field(examples=[ID])
    name: str = Field(examples=["义乌市晨光日用百货商行"])
    supplier_id: str | None = Field(description="作为供应商的编号", examples=["s-yongkang-01"])
    default_address_id: str | None = Field(examples=[ID])
    invoice: InvoiceAnswer | None
    version: int = Field(examples=[3])

    @classmethod
    def of(cls, company: Company) -> CompanyAnswer:
        return cls(
            id=company.company_id,
            name=company.name,
            supplier_id=company.supplier_id,
            default_address_id=company.default_address_id,
            invoice=None if company.invoice is None else InvoiceAnswer.of(company.invoice),
            version=company.version,
        )


class MembersAnswer(BaseModel):
    members: list[MemberAnswer]


class AddressAnswer(BaseModel):
    id: str = Field(examples=[ID])
    recipient: str = Field(examples=["张伟"])
    phone: str = Field(examples=["13800138000"])
    province: str = Field(examples=["浙江"])
    city: str = Field(examples=["金华"])
    district: str
    street: str
    postcode: str
    version: int = Field(examples=[1])

    @classmethod
    def of(cls, row: StoredAddress) -> AddressAnswer:
        address = row.address
        return cls(
            id=row.address_id, recipient=address.recipient, phone=address.phone, province=address.province,
            city=address.city, district=address.district, street=address.street, postcode=address.postcode,
            version=row.version,
        )  # fmt: skip


class AddressesAnswer(BaseModel):
    addresses: list[AddressAnswer]
    default_address_id: str | None = Field(examples=[ID])


class DocumentAnswer(BaseModel):
    kind: DocumentKind
    reference: str


class ScanAnswer(BaseModel):
    id: str = Field(description="提交认证时写它；GET /api/v1/documents/{id} 下载", examples=[ID])
    media_type: str = Field(examples=["image/jpeg"])
    size_bytes: int = Field(examples=[482_113])
    digest: str = Field(description="SHA-256")
    uploaded_at: int = Field(examples=[WHEN])

    @classmethod
    def of(cls, scan: StoredScan) -> ScanAnswer:
        return cls(
            id=scan.document_id, media_type=scan.media_type, size_bytes=scan.size_bytes, digest=scan.digest,
            uploaded_at=scan.uploaded_at,
        )  # fmt: skip


class ScansAnswer(BaseModel):
    documents: list[ScanAnswer]


class VerificationAnswer(BaseModel):
    id: str = Field(examples=[ID])
    company_id: str = Field(examples=[ID])
    supplier_id: str = Field(examples=["s-yongkang-01"])
    state: VerificationState
    documents: list[DocumentAnswer]
    submitted_at: int = Field(examples=[WHEN])
    decided_by: str
    decided_at: int | None
    reason: str
    expires_at: int | None = Field(examples=[WHEN])
    version: int = Field(examples=[1])

    @classmethod
    def of(cls, row: Verification) -> VerificationAnswer:
        return cls(
            id=row.verification_id,
            company_id=row.company_id,
            supplier_id=row.supplier_id,
            state=row.state,
            documents=[DocumentAnswer(kind=each.kind, reference=each.reference) for each in row.documents],
            submitted_at=row.submitted_at,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            reason=row.reason,
            expires_at=row.expires_at,
            version=row.version,
        )


class VerificationsAnswer(BaseModel):
    verifications: list[VerificationAnswer]
    next_after: str | None = Field(None, description="下一页从此开始", examples=[ID])


class StaffAnswer(BaseModel):
    staff: list[MemberAnswer]


class NoticeAnswer(BaseModel):
    id: str = Field(examples=["12"])
    kind: str = Field(examples=["verification_approved"])
    subject_id: str = Field(examples=[ID])
    text: Words = Field(examples=["供应商认证已通过"])
    created_at: int = Field(examples=[WHEN])
    read_at: int | None

    @classmethod
    def of(cls, notice: Notice) -> NoticeAnswer:
        return cls(
            id=str(notice.notice_id), kind=notice.kind, subject_id=notice.subject_id, text=notice.text,
            created_at=notice.created_at, read_at=notice.read_at,
        )  # fmt: skip


class NoticesAnswer(BaseModel):
    notifications: list[NoticeAnswer]
    unread: int = Field(examples=[1])
    next_before: str | None = Field(None, description="下一页从此开始", examples=["3"])
