"""``/api/v1/orders/{order_id}/refunds``: ask, answer, send back, receive."""

from __future__ import annotations

from fastapi import APIRouter, Response

from catalog_service.http.conditions import MemberDeed, OptionalVersion, receipt_answer
from catalog_service.http.models import ReasonBody, ReceiptAnswer
from catalog_service.http.ordering.models import AgreeBody, OpenRefundBody, RefundBody, SendBackBody
from catalog_service.http.ordering.parts import BUYERS, SELLERS, SHIPPERS, By, OrderId, RefundId
from catalog_service.ordering import Ordering
from web.parameters import NO_QUERY
from web.routing import PrefixedRouter


def refunds_router(ordering: Ordering) -> APIRouter:
    """If-Match, where it is sent, is the version of the order, which every step of a refund moves."""
    router = PrefixedRouter(prefix="/api/v1/orders/{order_id}/refunds", tags=["退款"])
    _asking(router, ordering)
    _answering(router, ordering)
    return router


def _asking(router: APIRouter, ordering: Ordering) -> None:
    @router.post("", summary="申请退款", status_code=201, dependencies=[BUYERS, NO_QUERY])
    def open_refund(
        order_id: OrderId, body: OpenRefundBody, by: By, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """Before shipping, after it, or after success; ``facts.refund_id`` names it. One of each line may be open at
        once, or one of the whole order."""
        receipt = ordering.open_refund(
            order_id=order_id, by=by, request=deed, expected_version=version, **body.model_dump()
        )
        return receipt_answer(response, receipt)

    @router.post("/{refund_id}/modify", summary="修改退款申请", dependencies=[BUYERS, NO_QUERY])
    def modify_refund(
        order_id: OrderId,
        refund_id: RefundId,
        body: RefundBody,
        by: By,
        deed: MemberDeed,
        version: OptionalVersion,
        response: Response,
    ) -> ReceiptAnswer:
        receipt = ordering.modify_refund(
            order_id=order_id, refund_id=refund_id, by=by, request=deed, expected_version=version, **body.model_dump()
        )
        return receipt_answer(response, receipt)

    @router.post("/{refund_id}/send-back", summary="寄回退货", dependencies=[BUYERS, NO_QUERY])
    def send_back(
        order_id: OrderId,
        refund_id: RefundId,
        body: SendBackBody,
        by: By,
        deed: MemberDeed,
        version: OptionalVersion,
        response: Response,
    ) -> ReceiptAnswer:
        receipt = ordering.send_back(
            order_id=order_id,
            refund_id=refund_id,
            carrier=body.carrier,
            waybill=body.waybill,
            by=by,
            request=deed,
            expected_version=version,
        )
        return receipt_answer(response, receipt)

    @router.post("/{refund_id}/withdraw", summary="撤销退款申请", dependencies=[BUYERS, NO_QUERY])
    def withdraw_refund(
        order_id: OrderId, refund_id: RefundId, by: By, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        receipt = ordering.withdraw_refund(
            order_id=order_id, refund_id=refund_id, by=by, request=deed, expected_version=version
        )
        return receipt_answer(response, receipt)


def _answering(router: APIRouter, ordering: Ordering) -> None:
    @router.post("/{refund_id}/agree", summary="同意退款", dependencies=[SELLERS, NO_QUERY])
    def agree_refund(
        order_id: OrderId,
        refund_id: RefundId,
        body: AgreeBody,
        by: By,
        deed: MemberDeed,
        version: OptionalVersion,
        response: Response,
    ) -> ReceiptAnswer:
        """Where goods are to come back, the money waits for them."""
        receipt = ordering.agree_refund(
            order_id=order_id,
            refund_id=refund_id,
            waive_return=body.waive_return,
            by=by,
            request=deed,
            expected_version=version,
        )
        return receipt_answer(response, receipt)

    @router.post("/{refund_id}/refuse", summary="拒绝退款", dependencies=[SELLERS, NO_QUERY])
    def refuse_refund(
        order_id: OrderId,
        refund_id: RefundId,
        body: ReasonBody,
        by: By,
        deed: MemberDeed,
        version: OptionalVersion,
        response: Response,
    ) -> ReceiptAnswer:
        receipt = ordering.refuse_refund(
            order_id=order_id, refund_id=refund_id, reason=body.reason, by=by, request=deed, expected_version=version
        )
        return receipt_answer(response, receipt)

    @router.post("/{refund_id}/receive", summary="确认收到退货", dependencies=[SHIPPERS, NO_QUERY])
    def receive_return(
        order_id: OrderId, refund_id: RefundId, by: By, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        receipt = ordering.receive_return(
            order_id=order_id, refund_id=refund_id, by=by, request=deed, expected_version=version
        )
        return receipt_answer(response, receipt)

    @router.post("/{refund_id}/reject", summary="拒收退货", dependencies=[SHIPPERS, NO_QUERY])
    def reject_return(
        order_id: OrderId,
        refund_id: RefundId,
        body: ReasonBody,
        by: By,
        deed: MemberDeed,
        version: OptionalVersion,
        response: Response,
    ) -> ReceiptAnswer:
        receipt = ordering.reject_return(
            order_id=order_id, refund_id=refund_id, reason=body.reason, by=by, request=deed, expected_version=version
        )
        return receipt_answer(response, receipt)
