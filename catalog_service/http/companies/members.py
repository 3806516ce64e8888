"""``/api/v1/companies/me/members`` and ``/sessions``: who belongs to the company, and where one is signed in."""

from __future__ import annotations

from fastapi import APIRouter, Response

from catalog_service.domain.companies.members import MemberEvent
from catalog_service.http.companies.callers import (
    COMPANY_MEMBERS,
    OWNER_WRITES,
    PEOPLE,
    CompanyId,
    MemberId,
    SessionId,
    SignedInMember,
)
from catalog_service.http.companies.credential_models import SessionAnswer, SessionsAnswer
from catalog_service.http.companies.models import MemberAnswer, MemberContentBody, MembersAnswer, NewMemberBody
from catalog_service.http.conditions import MemberDeed, OptionalVersion, RequiredVersion, etag, receipt_answer
from catalog_service.http.models import ReceiptAnswer
from catalog_service.people import People
from web.access import only
from web.parameters import NO_QUERY
from web.routing import PrefixedRouter

_COLLEAGUES = [only(*COMPANY_MEMBERS), NO_QUERY]  # logins are personal: no machine needs them
_OWN = [only(*PEOPLE), NO_QUERY]


def members_router(people: People) -> APIRouter:
    """The routes over the people of a record."""
    router = PrefixedRouter(prefix="/api/v1/companies/me", tags=["公司"])
    _add_members(router, people)
    _add_moves(router, people)
    _add_sessions(router, people)
    return router


def _add_members(router: APIRouter, people: People) -> None:
    @router.get("/members", summary="成员", dependencies=_COLLEAGUES)
    def read_members(company_id: CompanyId) -> MembersAnswer:
        return MembersAnswer(members=[MemberAnswer.of(member) for member in people.reads.members(company_id)])

    @router.get("/members/{member_id}", summary="查看成员", dependencies=_COLLEAGUES)
    def read_member(company_id: CompanyId, member_id: MemberId, response: Response) -> MemberAnswer:
        member = people.reads.member(member_id, company_id=company_id)
        response.headers["ETag"] = etag(member.version)
        return MemberAnswer.of(member)

    @router.post("/members", summary="邀请成员", status_code=201, dependencies=OWNER_WRITES)
    def invite_member(
        company_id: CompanyId, body: NewMemberBody, deed: MemberDeed, response: Response
    ) -> ReceiptAnswer:
        """A link goes to the colleague's mailbox; with it the password is chosen."""
        receipt = people.invite_member(
            company_id=company_id, login=body.login, email=body.email, name=body.name, roles=body.roles,
            spend_limit_fen=body.spend_limit_fen, language=body.language, request=deed,
        )  # fmt: skip
        return receipt_answer(response, receipt)

    @router.post("/members/{member_id}/invitation", summary="重发邀请", dependencies=OWNER_WRITES)
    def invite_again(company_id: CompanyId, member_id: MemberId, deed: MemberDeed, response: Response) -> ReceiptAnswer:
        """The former link is void."""
        return receipt_answer(response, people.invite_again(company_id=company_id, member_id=member_id, request=deed))

    @router.put("/members/{member_id}", summary="修改成员", dependencies=OWNER_WRITES)
    def revise_member(
        company_id: CompanyId,
        member_id: MemberId,
        body: MemberContentBody,
        deed: MemberDeed,
        version: RequiredVersion,
        response: Response,
    ) -> ReceiptAnswer:
        """Name, roles and limit as a whole; at least one active owner stays."""
        receipt = people.revise_member(
            company_id=company_id, member_id=member_id, name=body.name, roles=body.roles,
            spend_limit_fen=body.spend_limit_fen, expected_version=version, request=deed,
        )  # fmt: skip
        return receipt_answer(response, receipt)


def _add_moves(router: APIRouter, people: People) -> None:
    def moved(
        event: MemberEvent, company_id: str, member_id: str, deed: MemberDeed, version: int | None, response: Response
    ) -> ReceiptAnswer:
        receipt = people.move_member(
            company_id=company_id, member_id=member_id, event=event, request=deed, expected_version=version
        )
        return receipt_answer(response, receipt)

    @router.post("/members/{member_id}/suspend", summary="停用成员", dependencies=OWNER_WRITES)
    def suspend_member(
        company_id: CompanyId, member_id: MemberId, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """Signed out everywhere at once."""
        return moved(MemberEvent.SUSPEND, company_id, member_id, deed, version, response)

    @router.post("/members/{member_id}/reinstate", summary="恢复成员", dependencies=OWNER_WRITES)
    def reinstate_member(
        company_id: CompanyId, member_id: MemberId, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        return moved(MemberEvent.REINSTATE, company_id, member_id, deed, version, response)

    @router.delete("/members/{member_id}", summary="移除成员", dependencies=OWNER_WRITES)
    def remove_member(
        company_id: CompanyId, member_id: MemberId, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """Neither login nor name stay; what the member did stays under the id."""
        return moved(MemberEvent.REMOVE, company_id, member_id, deed, version, response)


def _add_sessions(router: APIRouter, people: People) -> None:
    @router.get("/sessions", summary="我的登录", dependencies=_OWN)
    def read_sessions(principal: SignedInMember) -> SessionsAnswer:
        """Where the caller is signed in, the one seen last first."""
        found = people.reads.sessions(principal.member_id or "")
        return SessionsAnswer(sessions=[SessionAnswer.of(session, current=principal.session_id) for session in found])

    @router.delete("/sessions", summary="全部退出", dependencies=_OWN)
    def end_sessions(principal: SignedInMember, deed: MemberDeed, response: Response) -> ReceiptAnswer:
        """Signed out everywhere, here too."""
        receipt = people.end_sessions(member_id=principal.member_id or "", session_id=None, request=deed)
        return receipt_answer(response, receipt)

    @router.delete("/sessions/{session_id}", summary="退出一处登录", dependencies=_OWN)
    def end_session(
        principal: SignedInMember, session_id: SessionId, deed: MemberDeed, response: Response
    ) -> ReceiptAnswer:
        receipt = people.end_sessions(member_id=principal.member_id or "", session_id=session_id, request=deed)
        return receipt_answer(response, receipt)
