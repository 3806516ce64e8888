"""``/api/v1/offers``: read one and its price, draft, publish, revise, withdraw, relist, take down, lift."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from catalog_service.domain.deeds import Subject
from catalog_service.domain.offers.states import OfferEvent, OfferState
from catalog_service.domain.prices.basket import Purpose
from catalog_service.http.conditions import MemberDeed, OptionalVersion, RequiredVersion, etag, receipt_answer
from catalog_service.http.ids import path_id
from catalog_service.http.models import (
    NewOfferBody,
    OfferAnswer,
    OfferContentBody,
    OfferRowAnswer,
    OffersAnswer,
    ReasonBody,
    ReceiptAnswer,
)
from catalog_service.http.seller import SELLERS_AND_STAFF, SellerOrStaff
from catalog_service.http.trade_models import UnitPriceAnswer
from catalog_service.reads.offers import PAGE_MAX
from catalog_service.reads.own_offers import TYPED_CHARACTERS_MAX
from catalog_service.service import Record
from kernel.ids import validate_id
from kernel.prices import QUANTITY_MAX
from web.access import ADMIN, ANYONE, STAFF, only
from web.authentication import Caller
from web.parameters import NO_QUERY, strict_query
from web.routing import PrefixedRouter

OfferId = Annotated[str, path_id("offer_id", "商品编号", examples=["yk-gb70-m8x30"])]
Quantity = Annotated[int | None, Query(ge=1, le=QUANTITY_MAX, description="采购数量，价格按此数量计算", examples=[100])]


def offers_router(record: Record) -> APIRouter:
    """The routes over a record; every write says who may, and needs an Idempotency-Key."""
    router = PrefixedRouter(prefix="/api/v1/offers", tags=["商品"])

    @router.get(
        "",
        summary="商品列表（供应商自己的）",
        dependencies=[SELLERS_AND_STAFF, Depends(strict_query(single=["state", "q", "after", "limit"]))],
    )
    def list_offers(
        seller: SellerOrStaff,
        state: Annotated[OfferState, Query(description="状态")] = OfferState.LIVE,
        q: Annotated[
            str,
            Query(
                description="标题里的词、商品编号、货号、规格编码或条码（怎么写都可以：T1R、t.1 r）",
                max_length=TYPED_CHARACTERS_MAX,
            ),
        ] = "",
        after: Annotated[str, Query(description="上一页的 next_after", max_length=64)] = "",
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX, description="每页条数")] = 50,
    ) -> OffersAnswer:
        """A supplier's own offers in one state, of which ``q`` finds some; everybody's for the administrator: those
        that wait for audit."""
        if after:
            validate_id(after, parameter="after")
        page = record.offers.page(seller=seller, state=state, after=after, limit=limit, typed=q)
        rows = [OfferRowAnswer.of(stored) for stored in page.items]
        return OffersAnswer(offers=rows, next_after=page.next_cursor)

    @router.get(
        "/{offer_id}", summary="查看商品", dependencies=[only(ANYONE), Depends(strict_query(single=["quantity"]))]
    )
    def read_offer(
        offer_id: OfferId,
        principal: Caller,
        response: Response,
        quantity: Quantity = None,
    ) -> OfferAnswer:
        """The record's word on an offer. The administrator and its own supplier also see what is not live."""
        view = record.offers.offer(
            offer_id, any_state=bool({ADMIN, STAFF} & principal.roles), seller=principal.supplier_id
        )
        response.headers["ETag"] = etag(view.offer.version)
        response.headers["Cache-Control"] = "no-cache"
        return OfferAnswer.of(view, quantity=quantity)

    @router.get(
        "/{offer_id}/price",
        summary="查看价格",
        dependencies=[only(ANYONE), Depends(strict_query(single=["quantity", "sku", "purpose"]))],
    )
    def read_price(
        offer_id: OfferId,
        principal: Caller,
        response: Response,
        quantity: Quantity = None,
        sku: Annotated[str | None, Query(description="规格编号", max_length=200)] = None,
        purpose: Annotated[
            Purpose, Query(description="wholesale 批发、sample 样品、dropship 一件代发")
        ] = Purpose.WHOLESALE,
    ) -> UnitPriceAnswer:
        """The unit price at a quantity, with every step that led to it. A signed-in company sees its private price."""
        price = record.prices.unit_price(
            offer_id, quantity=quantity, sku_id=sku, company_id=principal.company_id, purpose=purpose
        )
        response.headers["Cache-Control"] = "no-cache" if principal.anonymous else "private, no-cache"
        return UnitPriceAnswer.of(price, quantity=quantity or price.offer.moq)

    @router.post("", summary="发布商品", status_code=201, dependencies=[SELLERS_AND_STAFF, NO_QUERY])
    def publish_offer(body: NewOfferBody, deed: MemberDeed, seller: SellerOrStaff, response: Response) -> ReceiptAnswer:
        """A new offer, or a withdrawn one again. Prohibited words are refused by name. Where offers are audited, a
        supplier's is submitted, and live once it is approved."""
        draft = body.draft(record.ids.new() if body.offer_id is None else body.offer_id)
        receipt = record.publish_offer(draft=draft, trade=body.terms(), seller=seller, request=deed)
        return receipt_answer(response, receipt)

    @router.put(
        "/{offer_id}",
        summary="修改商品",
        dependencies=[SELLERS_AND_STAFF, NO_QUERY],
        responses={202: {"model": ReceiptAnswer, "description": "修改在审核，商品照旧在售"}},
    )
    def revise_offer(
        offer_id: OfferId,
        body: OfferContentBody,
        deed: MemberDeed,
        seller: SellerOrStaff,
        version: RequiredVersion,
        response: Response,
    ) -> ReceiptAnswer:
        """Replaces the whole content of a live offer; 412 when it moved on since it was read. Where offers are audited,
        what a supplier changes of words, category, picture or SKU names waits for it (202, ``kind`` revision), while
        the offer stays on sale as it is; prices and stock do not wait. A revision that waits follows what goes on sale
        at once, or comes back to its supplier (``facts.revision``). The ETag is the offer's in any case."""
        receipt = record.revise_offer(
            draft=body.draft(offer_id), trade=body.terms(), expected_version=version, seller=seller, request=deed
        )
        answer = receipt_answer(response, receipt)
        if receipt.subject is Subject.REVISION:
            response.status_code = 202
            response.headers["ETag"] = etag(int(receipt.facts["offer_version"]))
        return answer

    @router.delete("/{offer_id}", summary="下架商品", dependencies=[SELLERS_AND_STAFF, NO_QUERY])
    def withdraw_offer(
        offer_id: OfferId, deed: MemberDeed, seller: SellerOrStaff, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """Off the market; publishing or relisting brings it back."""
        receipt = record.withdraw_offer(offer_id=offer_id, seller=seller, request=deed, expected_version=version)
        return receipt_answer(response, receipt)

    @router.post("/{offer_id}/takedown", summary="强制下架", dependencies=[only(ADMIN, STAFF), NO_QUERY])
    def takedown_offer(offer_id: OfferId, body: ReasonBody, deed: MemberDeed, response: Response) -> ReceiptAnswer:
        """At once, with a reason; it cannot come back before the takedown is lifted."""
        return receipt_answer(response, record.takedown_offer(offer_id=offer_id, reason=body.reason, request=deed))

    @router.post("/{offer_id}/lift", summary="解除强制下架", dependencies=[only(ADMIN, STAFF), NO_QUERY])
    def lift_takedown(offer_id: OfferId, body: ReasonBody, deed: MemberDeed, response: Response) -> ReceiptAnswer:
        """The offer is again what it was before, live or withdrawn."""
        return receipt_answer(response, record.lift_takedown(offer_id=offer_id, reason=body.reason, request=deed))

    @router.put(
        "/{offer_id}/draft",
        summary="保存草稿",
        dependencies=[SELLERS_AND_STAFF, NO_QUERY],
        responses={201: {"model": ReceiptAnswer}},
    )
    def save_draft(
        offer_id: OfferId,
        body: OfferContentBody,
        deed: MemberDeed,
        seller: SellerOrStaff,
        version: OptionalVersion,
        response: Response,
    ) -> ReceiptAnswer:
        """A new draft (201), or in the place of the one that stands. Nobody sees it but its supplier."""
        receipt = record.save_draft(
            draft=body.draft(offer_id), trade=body.terms(), expected_version=version, seller=seller, request=deed
        )
        return receipt_answer(response, receipt)

    _add_moves(router, record)
    return router


# What an owner brings about, and what the market's staff does; (event, path, summary).
_OWNERS_MOVES = (
    (OfferEvent.SUBMIT, "提交审核（未开启审核时直接上架）"),
    (OfferEvent.RECALL, "撤回审核"),
    (OfferEvent.RELIST, "重新上架"),
    (OfferEvent.DISCARD, "删除"),
)


def _add_moves(router: APIRouter, record: Record) -> None:
    """One route a move that leaves the content as it is."""
    for event, summary in _OWNERS_MOVES:
        router.post(f"/{{offer_id}}/{event}", summary=summary, dependencies=[SELLERS_AND_STAFF, NO_QUERY])(
            _owners_move(record, event)
        )

    @router.post("/{offer_id}/approve", summary="审核通过", dependencies=[only(ADMIN, STAFF), NO_QUERY])
    def approve(offer_id: OfferId, deed: MemberDeed, version: OptionalVersion, response: Response) -> ReceiptAnswer:
        """Live from now on. With If-Match: the version that was looked at, and no later one."""
        receipt = record.move_offer(offer_id=offer_id, event=OfferEvent.APPROVE, expected_version=version, request=deed)
        return receipt_answer(response, receipt)

    @router.post("/{offer_id}/refuse", summary="审核驳回", dependencies=[only(ADMIN, STAFF), NO_QUERY])
    def refuse(
        offer_id: OfferId, body: ReasonBody, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """With a reason that its supplier reads."""
        receipt = record.move_offer(
            offer_id=offer_id, event=OfferEvent.REFUSE, reason=body.reason, expected_version=version, request=deed
        )
        return receipt_answer(response, receipt)


def _owners_move(record: Record, event: OfferEvent) -> Callable[..., ReceiptAnswer]:
    def move(
        offer_id: OfferId, deed: MemberDeed, seller: SellerOrStaff, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        receipt = record.move_offer(
            offer_id=offer_id, event=event, seller=seller, expected_version=version, request=deed
        )
        return receipt_answer(response, receipt)

    move.__name__ = f"{event}_offer"
    return move
