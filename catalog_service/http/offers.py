"""``/api/v1/offers``: read one, publish, revise, withdraw, take down, lift."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from catalog_service.http.conditions import Deed, OptionalVersion, RequiredVersion, etag, receipt_answer
from catalog_service.http.models import NewOfferBody, OfferAnswer, OfferContentBody, ReasonBody, ReceiptAnswer
from catalog_service.service import Record
from kernel.ids import validate_id
from kernel.prices import QUANTITY_MAX
from web.authentication import Caller
from web.parameters import strict_query


def _offer_id(
    offer_id: Annotated[str, Path(description="商品编号", examples=["yk-gb70-m8x30"], max_length=200)],
) -> str:
    return validate_id(offer_id, parameter="offer_id")


OfferId = Annotated[str, Depends(_offer_id)]
_NO_QUERY = [Depends(strict_query())]


def offers_router(record: Record) -> APIRouter:
    """The routes over a record; every write needs the administrator's key and an Idempotency-Key."""
    router = APIRouter(prefix="/api/v1/offers", tags=["商品"])

    @router.get("/{offer_id}", summary="查看商品", dependencies=[Depends(strict_query(single=["quantity"]))])
    def read_offer(
        offer_id: OfferId,
        principal: Caller,
        response: Response,
        quantity: Annotated[
            int | None, Query(ge=1, le=QUANTITY_MAX, description="采购数量，价格按此数量计算", examples=[100])
        ] = None,
    ) -> OfferAnswer:
        """The record's word on an offer. The administrator also sees what is withdrawn or taken down."""
        view = record.offers.offer(offer_id, any_state="admin" in principal.roles)
        response.headers["ETag"] = etag(view.offer.version)
        response.headers["Cache-Control"] = "no-cache"
        return OfferAnswer.of(view, quantity=quantity)

    @router.post("", summary="发布商品", status_code=201, dependencies=_NO_QUERY)
    def publish_offer(body: NewOfferBody, deed: Deed, response: Response) -> ReceiptAnswer:
        """A new offer, or a withdrawn one again. Prohibited words are refused by name."""
        draft = body.draft(record.ids.new() if body.offer_id is None else body.offer_id)
        return receipt_answer(response, record.publish_offer(draft=draft, request=deed))

    @router.put("/{offer_id}", summary="修改商品", dependencies=_NO_QUERY)
    def revise_offer(
        offer_id: OfferId, body: OfferContentBody, deed: Deed, version: RequiredVersion, response: Response
    ) -> ReceiptAnswer:
        """Replaces the whole content of a live offer; 412 when it moved on since it was read."""
        receipt = record.revise_offer(draft=body.draft(offer_id), expected_version=version, request=deed)
        return receipt_answer(response, receipt)

    @router.delete("/{offer_id}", summary="下架商品", dependencies=_NO_QUERY)
    def withdraw_offer(offer_id: OfferId, deed: Deed, version: OptionalVersion, response: Response) -> ReceiptAnswer:
        """Off the market; publishing brings it back."""
        receipt = record.withdraw_offer(offer_id=offer_id, request=deed, expected_version=version)
        return receipt_answer(response, receipt)

    @router.post("/{offer_id}/takedown", summary="强制下架", dependencies=_NO_QUERY)
    def takedown_offer(offer_id: OfferId, body: ReasonBody, deed: Deed, response: Response) -> ReceiptAnswer:
        """At once, with a reason; it cannot come back before the takedown is lifted."""
        return receipt_answer(response, record.takedown_offer(offer_id=offer_id, reason=body.reason, request=deed))

    @router.post("/{offer_id}/lift", summary="解除强制下架", dependencies=_NO_QUERY)
    def lift_takedown(offer_id: OfferId, body: ReasonBody, deed: Deed, response: Response) -> ReceiptAnswer:
        """The offer is again what it was before, live or withdrawn."""
        return receipt_answer(response, record.lift_takedown(offer_id=offer_id, reason=body.reason, request=deed))

    return router
