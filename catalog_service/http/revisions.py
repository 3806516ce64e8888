"""Revisions that wait for the audit: ``/api/v1/revisions`` and ``/api/v1/offers/{id}/revision``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from catalog_service.domain.deeds import Receipt
from catalog_service.domain.offers.revision_states import RevisionState
from catalog_service.http.conditions import MemberDeed, OptionalVersion, etag, receipt_answer
from catalog_service.http.ids import path_id
from catalog_service.http.models import ReasonBody, ReceiptAnswer
from catalog_service.http.seller import SELLERS, SELLERS_AND_STAFF, OwnSupplier, SellerOrStaff
from catalog_service.reads.revisions import PAGE_MAX, RevisionView
from catalog_service.service import Record
from kernel.ids import validate_id
from web.access import ADMIN, STAFF, only
from web.parameters import NO_QUERY, strict_query
from web.reader import Words
from web.routing import PrefixedRouter

OfferId = Annotated[str, path_id("offer_id", "商品编号", examples=["yk-gb70-m8x30"])]
STAFF_ONLY = only(ADMIN, STAFF)


class ChangeAnswer(BaseModel):
    """One place that the revision changes of what is on sale now."""

    field: str = Field(examples=["title"])
    label: Words = Field(examples=["标题"])
    before: str
    after: str


class RevisionAnswer(BaseModel):
    """What waits beside an offer that stays on sale as it is."""

    offer_id: str
    version: int = Field(description="待审修改的版本，用于 If-Match")
    state: RevisionState
    offer_version: int = Field(description="在售版本")
    offer_title: str
    supplier_id: str | None
    changes: list[ChangeAnswer]
    clash: Words = Field(description="与在售版本冲突的原因；空为没有")
    code: str = Field(description="未通过的种类：audit_refused 或 revision_overtaken；空为没有")
    reason: Words = Field(description="未通过的原因")
    submitted_at: int
    changed_at: int

    @classmethod
    def of(cls, view: RevisionView) -> RevisionAnswer:
        revision, offer = view.revision, view.stored.offer
        changes = [
            ChangeAnswer(field=each.field, label=each.label, before=each.before, after=each.after)
            for each in view.changes
        ]
        return cls(
            offer_id=revision.offer_id,
            version=revision.version,
            state=revision.state,
            offer_version=offer.version,
            offer_title=offer.title,
            supplier_id=offer.supplier_id,
            changes=changes,
            clash=view.clash,
            code=revision.code,
            reason=revision.reason,
            submitted_at=revision.submitted_at,
            changed_at=revision.changed_at,
        )


class RevisionsAnswer(BaseModel):
    revisions: list[RevisionAnswer]
    next_after: str | None = Field(description="下一页的 after；null：没有了")


def revisions_router(record: Record) -> APIRouter:
    """Suppliers see and move their own; staff sees and decides all."""
    router = PrefixedRouter(prefix="/api/v1", tags=["商品"])

    @router.get(
        "/revisions",
        summary="待审的商品修改",
        dependencies=[SELLERS_AND_STAFF, Depends(strict_query(single=["after", "limit"]))],
    )
    def list_revisions(
        seller: SellerOrStaff,
        after: Annotated[str, Query(description="上一页的 next_after", max_length=64)] = "",
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX, description="每页条数")] = 50,
    ) -> RevisionsAnswer:
        """Who waits longest comes first; a supplier's own, everybody's for the market's people."""
        if after:
            validate_id(after, parameter="after")
        page = record.revisions.waiting(seller=seller, after=after, limit=limit)
        return RevisionsAnswer(revisions=[RevisionAnswer.of(view) for view in page.items], next_after=page.next_cursor)

    @router.get("/offers/{offer_id}/revision", summary="查看商品修改", dependencies=[SELLERS_AND_STAFF, NO_QUERY])
    def read_revision(offer_id: OfferId, seller: SellerOrStaff, response: Response) -> RevisionAnswer:
        """What it changes of the offer as it is on sale now; 404 when nothing waits and nothing is to be edited."""
        view = record.revisions.of_offer(offer_id, seller=seller)
        response.headers["ETag"] = etag(view.revision.version)
        response.headers["Cache-Control"] = "private, no-cache"
        return RevisionAnswer.of(view)

    for name, summary, deed in (
        ("recall", "撤回修改", record.withdraw_revision.recall),
        ("submit", "再次提交修改", record.withdraw_revision.submit),
        ("discard", "放弃修改", record.withdraw_revision.discard),
    ):
        router.post(f"/offers/{{offer_id}}/revision/{name}", summary=summary, dependencies=[SELLERS, NO_QUERY])(
            _owners(name, deed)
        )
    _add_decisions(router, record)
    return router


def _owners(name: str, do: Callable[..., Receipt]) -> Callable[..., ReceiptAnswer]:
    def move(
        offer_id: OfferId, deed: MemberDeed, seller: OwnSupplier, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        return receipt_answer(response, do(offer_id=offer_id, seller=seller, expected_version=version, request=deed))

    move.__name__ = f"{name}_revision"
    return move


def _add_decisions(router: APIRouter, record: Record) -> None:
    decide = record.decide_revision

    @router.post("/offers/{offer_id}/revision/approve", summary="通过修改", dependencies=[STAFF_ONLY, NO_QUERY])
    def approve_revision(
        offer_id: OfferId, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """On sale from now on. 409 where the offer changed in the same place or is not on sale."""
        return receipt_answer(response, decide.approve(offer_id=offer_id, expected_version=version, request=deed))

    @router.post("/offers/{offer_id}/revision/refuse", summary="驳回修改", dependencies=[STAFF_ONLY, NO_QUERY])
    def refuse_revision(
        offer_id: OfferId, body: ReasonBody, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """With a reason that its supplier reads; the offer stays on sale as it is."""
        receipt = decide.refuse(offer_id=offer_id, reason=body.reason, expected_version=version, request=deed)
        return receipt_answer(response, receipt)
