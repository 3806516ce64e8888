"""``/api/v1/auth``: sign up, confirm, sign in and out, passwords, the second factor.

No Idempotency-Key here: most bodies hold a secret, and a key is kept with a digest of its body. Each of these may be
sent again without harm: a link counts once, an account is there once.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from catalog_service.domain.deeds import DeedRequest
from catalog_service.http.companies.callers import PEOPLE, SignedInMember, client_of, no_store
from catalog_service.http.companies.credential_models import (
    AdminLinkBody,
    CodeAnswer,
    CodeBody,
    EnrolmentAnswer,
    LanguageBody,
    LinkBody,
    MeAnswer,
    PasswordBody,
    RecoveryCodesAnswer,
    ResetBody,
    SignedInAnswer,
    SignInBody,
    SignUpBody,
)
from catalog_service.http.companies.models import AcceptedAnswer, MemberAnswer
from catalog_service.http.models import ReceiptAnswer
from catalog_service.people import People
from web.access import ANYONE, only
from web.language import StatedLanguage
from web.parameters import NO_QUERY
from web.routing import PrefixedRouter

_ANYONE = [only(ANYONE), NO_QUERY, Depends(no_store)]
_SIGNED_IN = [only(*PEOPLE), NO_QUERY, Depends(no_store)]
_MAILED = AcceptedAnswer(message="如果可以这样做，邮件已发出，请查收")


def auth_router(people: People) -> APIRouter:
    """The routes over the people of a record."""
    router = PrefixedRouter(prefix="/api/v1/auth", tags=["登录"])
    _add_doors(router, people)
    _add_own(router, people)
    _add_second_factor(router, people)
    return router


def _add_doors(router: APIRouter, people: People) -> None:
    @router.post("/sign-up", summary="注册公司", status_code=202, dependencies=_ANYONE)
    def sign_up(body: SignUpBody, request: Request, language: StatedLanguage) -> AcceptedAnswer:
        """A link goes to the mailbox; with it the password is chosen. Whether the login was known is not told."""
        people.sign_up(
            company_name=body.company_name, login=body.login, email=body.email, name=body.name,
            client=client_of(request), language=language,
        )  # fmt: skip
        return _MAILED

    @router.post("/confirm", summary="用邮件链接设置密码", dependencies=_ANYONE)
    def confirm(body: LinkBody, language: StatedLanguage) -> ReceiptAnswer:
        """For confirming, joining a company and resetting; the link counts once. Who confirms or joins has its
        ``Accept-Language`` from now on."""
        return ReceiptAnswer.of(people.redeem_link(token=body.token, password=body.password, language=language))

    @router.post("/admin", summary="用一次性链接成为市场工作人员", status_code=201, dependencies=_ANYONE)
    def redeem_admin_link(body: AdminLinkBody, language: StatedLanguage) -> ReceiptAnswer:
        """The link is printed by ``pifa admin link``."""
        receipt = people.redeem_admin_link(
            token=body.token, email=body.email, name=body.name, password=body.password, language=language
        )
        return ReceiptAnswer.of(receipt)

    @router.post("/sign-in", summary="登录", dependencies=_ANYONE)
    def sign_in(body: SignInBody, request: Request) -> SignedInAnswer:
        """A session token; a wrong login and a wrong password are not told apart."""
        signed_in = people.sign_in(
            login=body.login,
            password=body.password,
            client=client_of(request),
            agent=request.headers.get("user-agent", ""),
        )
        return SignedInAnswer(
            token=signed_in.token,
            token_type="Bearer",  # noqa: S106 (the name of a scheme)
            session_id=signed_in.session.session_id,
            expires_at=signed_in.session.expires_at,
            company_id=signed_in.member.company_id,
            member=MemberAnswer.of(signed_in.member),
        )

    @router.post("/reset", summary="忘记密码", status_code=202, dependencies=_ANYONE)
    def reset(body: ResetBody, request: Request, language: StatedLanguage) -> AcceptedAnswer:
        """A link goes to the mailbox of the account, if there is one; the answer is the same either way."""
        people.request_reset(login=body.login, client=client_of(request), language=language)
        return _MAILED


def _add_own(router: APIRouter, people: People) -> None:
    @router.get("/me", summary="我是谁", dependencies=_SIGNED_IN)
    def me(principal: SignedInMember) -> MeAnswer:
        member_id = principal.member_id or ""
        return MeAnswer(
            company_id=principal.company_id,
            supplier_id=principal.supplier_id,
            member=MemberAnswer.of(people.reads.member(member_id, company_id=principal.company_id)),
            second_factor_fresh=principal.second_factor_fresh,
            recovery_codes_left=people.reads.recovery_codes_left(member_id),
        )

    @router.post("/sign-out", summary="退出登录", dependencies=_SIGNED_IN)
    def sign_out(principal: SignedInMember) -> ReceiptAnswer:
        """This session ends; others go on."""
        receipt = people.end_sessions(
            member_id=principal.member_id or "", session_id=principal.session_id,
            request=DeedRequest(actor=principal.actor),
        )  # fmt: skip
        return ReceiptAnswer.of(receipt)

    @router.put("/password", summary="修改密码", dependencies=_SIGNED_IN)
    def change_password(body: PasswordBody, principal: SignedInMember, response: Response) -> ReceiptAnswer:
        """Every other session ends."""
        receipt = people.change_password(
            member_id=principal.member_id or "", session_id=principal.session_id or "", current=body.current,
            new=body.new,
        )  # fmt: skip
        return ReceiptAnswer.of(receipt)

    @router.put("/language", summary="选择语言", dependencies=_SIGNED_IN)
    def choose_language(body: LanguageBody, principal: SignedInMember) -> ReceiptAnswer:
        """Of mails, and of pages wherever the member signs in. Answers of the API go by ``Accept-Language``."""
        receipt = people.choose_language(
            member_id=principal.member_id or "", company_id=principal.company_id, language=body.language,
            request=DeedRequest(actor=principal.actor),
        )  # fmt: skip
        return ReceiptAnswer.of(receipt)


def _add_second_factor(router: APIRouter, people: People) -> None:
    @router.post("/totp", summary="开启两步验证：取得密钥", dependencies=_SIGNED_IN)
    def enrol(principal: SignedInMember) -> EnrolmentAnswer:
        """It counts once a code of it was confirmed."""
        enrolment = people.enrol_totp(member_id=principal.member_id or "")
        return EnrolmentAnswer(secret=enrolment.secret, address=enrolment.address)

    @router.post("/totp/confirm", summary="开启两步验证：确认", dependencies=_SIGNED_IN)
    def confirm_enrolment(body: CodeBody, principal: SignedInMember) -> RecoveryCodesAnswer:
        """From now on deeds of money want a code that was given within a quarter of an hour."""
        codes = people.confirm_totp(
            member_id=principal.member_id or "", session_id=principal.session_id or "", code=body.code
        )
        return RecoveryCodesAnswer(recovery_codes=list(codes))

    @router.post("/totp/code", summary="输入验证码", dependencies=_SIGNED_IN)
    def give_code(body: CodeBody, principal: SignedInMember) -> CodeAnswer:
        """A code counts once; a recovery code too."""
        left = people.give_code(
            member_id=principal.member_id or "", session_id=principal.session_id or "", code=body.code
        )
        return CodeAnswer(recovery_codes_left=left)

    @router.delete(
        "/totp", summary="关闭两步验证", dependencies=[only(*PEOPLE, second_factor=True), NO_QUERY, Depends(no_store)]
    )
    def drop(principal: SignedInMember) -> ReceiptAnswer:
        """Wants a code that was given a moment ago."""
        receipt = people.drop_totp(member_id=principal.member_id or "", request=DeedRequest(actor=principal.actor))
        return ReceiptAnswer.of(receipt)
