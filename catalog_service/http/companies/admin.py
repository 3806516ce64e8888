"""``/api/v1/admin``: what the market's people decide about companies."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from catalog_service.domain.companies.verification import VerificationState
from catalog_service.http.companies.callers import MemberId, NamedCompanyId, VerificationId, no_store
from catalog_service.http.companies.credential_models import MadeLinkAnswer
from catalog_service.http.companies.models import (
    ApprovalBody,
    ClaimBody,
    MemberAnswer,
    StaffAnswer,
    VerificationAnswer,
    VerificationsAnswer,
)
from catalog_service.http.conditions import MemberDeed, OptionalVersion, receipt_answer
from catalog_service.http.models import ReasonBody, ReceiptAnswer
from catalog_service.people import People
from catalog_service.reads.companies import PAGE_MAX
from kernel.ids import validate_id
from web.access import ADMIN, STAFF, only
from web.parameters import NO_QUERY, strict_query
from web.routing import PrefixedRouter

_MARKET = [only(ADMIN, STAFF), NO_QUERY]
_MARKET_DECIDES = [only(ADMIN, STAFF, second_factor=True), NO_QUERY]


def admin_router(people: People) -> APIRouter:
    """The routes over the people of a record."""
    router = PrefixedRouter(prefix="/api/v1/admin", tags=["市场管理"])
    _add_verifications(router, people)
    _add_staff(router, people)

    @router.put("/companies/{company_id}/supplier", summary="把供应商交给公司", dependencies=_MARKET_DECIDES)
    def claim_supplier(
        company_id: NamedCompanyId, body: ClaimBody, deed: MemberDeed, response: Response
    ) -> ReceiptAnswer:
        """From now on the company's people sell as this supplier of the catalog."""
        supplier_id = validate_id(body.supplier_id, parameter="supplier_id")
        receipt = people.claim_supplier(company_id=company_id, supplier_id=supplier_id, request=deed)
        return receipt_answer(response, receipt)

    return router


def _add_verifications(router: APIRouter, people: People) -> None:
    @router.get(
        "/verifications",
        summary="认证申请",
        dependencies=[only(ADMIN, STAFF), Depends(strict_query(single=["state", "after", "size"]))],
    )
    def read_verifications(
        state: Annotated[VerificationState, Query(description="状态")] = VerificationState.SUBMITTED,
        after: Annotated[str, Query(max_length=64, description="从哪一份之后开始")] = "",
        size: Annotated[int, Query(ge=1, le=PAGE_MAX, description="一页几份")] = 20,
    ) -> VerificationsAnswer:
        """Oldest first."""
        found = people.reads.verifications_in(state, after=after, limit=size)
        return VerificationsAnswer(
            verifications=[VerificationAnswer.of(row) for row in found],
            next_after=found[-1].verification_id if len(found) == size else None,
        )

    @router.post("/verifications/{verification_id}/approve", summary="通过认证", dependencies=_MARKET_DECIDES)
    def approve(
        verification_id: VerificationId,
        body: ApprovalBody,
        deed: MemberDeed,
        version: OptionalVersion,
        response: Response,
    ) -> ReceiptAnswer:
        """The catalog shows the supplier as verified until the date."""
        receipt = people.decide_verification.approve(
            verification_id=verification_id, expires_at=body.expires_at, request=deed, expected_version=version
        )
        return receipt_answer(response, receipt)

    @router.post("/verifications/{verification_id}/refuse", summary="驳回认证", dependencies=_MARKET_DECIDES)
    def refuse(
        verification_id: VerificationId,
        body: ReasonBody,
        deed: MemberDeed,
        version: OptionalVersion,
        response: Response,
    ) -> ReceiptAnswer:
        """The company reads the reason."""
        receipt = people.decide_verification.refuse(
            verification_id=verification_id, reason=body.reason, request=deed, expected_version=version
        )
        return receipt_answer(response, receipt)

    @router.post("/verifications/{verification_id}/withdraw", summary="撤销认证", dependencies=_MARKET_DECIDES)
    def withdraw(
        verification_id: VerificationId, body: ReasonBody, deed: MemberDeed, response: Response
    ) -> ReceiptAnswer:
        """An approved one ends at once."""
        receipt = people.withdraw_verification(
            verification_id=verification_id, company_id=None, reason=body.reason, request=deed
        )
        return receipt_answer(response, receipt)


def _add_staff(router: APIRouter, people: People) -> None:
    @router.get("/staff", summary="市场工作人员", dependencies=_MARKET)
    def read_staff() -> StaffAnswer:
        """Suspended ones among them."""
        return StaffAnswer(staff=[MemberAnswer.of(member) for member in people.reads.staff()])

    @router.post(
        "/staff/links",
        summary="生成工作人员的一次性链接",
        status_code=201,
        dependencies=[*_MARKET_DECIDES, Depends(no_store)],
    )
    def make_link(deed: MemberDeed, response: Response) -> MadeLinkAnswer:
        """Whoever opens it within an hour becomes one of the market's people. It is in this answer and nowhere else."""
        made = people.make_admin_link.made_by(deed)
        return MadeLinkAnswer(**receipt_answer(response, made.receipt).model_dump(), link=made.address)

    @router.post("/staff/{member_id}/suspend", summary="停用工作人员", dependencies=_MARKET_DECIDES)
    def suspend(
        member_id: MemberId, body: ReasonBody, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """Signed out at once; the last one cannot be suspended."""
        receipt = people.move_staff.suspend(
            member_id=member_id, reason=body.reason, request=deed, expected_version=version
        )
        return receipt_answer(response, receipt)

    @router.post("/staff/{member_id}/reinstate", summary="恢复工作人员", dependencies=_MARKET_DECIDES)
    def reinstate(member_id: MemberId, deed: MemberDeed, version: OptionalVersion, response: Response) -> ReceiptAnswer:
        receipt = people.move_staff.reinstate(member_id=member_id, request=deed, expected_version=version)
        return receipt_answer(response, receipt)
