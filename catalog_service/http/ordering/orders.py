"""``/api/v1/orders``: place, list, read, and the moves of both sides."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.numbers import accept_number
from catalog_service.domain.orders.states import OrderState
from catalog_service.http.conditions import MemberDeed, OptionalVersion, RequiredVersion, etag, receipt_answer
from catalog_service.http.models import ReasonBody, ReceiptAnswer
from catalog_service.http.ordering.models import (
    BasketAnswer,
    OrderAnswer,
    OrderPageAnswer,
    OrderViewAnswer,
    PlaceBody,
    PriceBody,
    ShipBody,
    WantedBody,
)
from catalog_service.http.ordering.money_models import NUMBER_EXAMPLE
from catalog_service.http.ordering.parts import (
    APPROVERS,
    BUYERS,
    EITHER_SIDE,
    EPOCH_MAX,
    EVERYBODY,
    SELLERS,
    SHIPPERS,
    By,
    OrderId,
)
from catalog_service.ordering import Ordering
from catalog_service.reads.cursors import PAGE_MAX
from catalog_service.reads.orders import OrderFilter
from kernel.errors import Invalid
from kernel.ids import validate_id
from web.parameters import NO_QUERY, strict_query
from web.routing import PrefixedRouter

PAGE_DEFAULT = 20
FILTERS = ("side", "since", "until", "number", "group")
Epoch = Annotated[int | None, Query(ge=0, le=EPOCH_MAX, description="UTC 秒", examples=[1_780_000_000])]


async def order_filter(
    side: Annotated[str, Query(pattern="^(buyer|seller)$", description="我是买家还是卖家")] = "buyer",
    state: Annotated[list[OrderState] | None, Query(description="状态，可多个")] = None,
    since: Epoch = None,
    until: Epoch = None,
    number: Annotated[
        str | None,
        Query(
            max_length=64, description="订单号（空格、全角都可以）、order_id 或外部订单号", examples=[NUMBER_EXAMPLE]
        ),
    ] = None,
    group: Annotated[str | None, Query(max_length=64, description="一次下单的编号")] = None,
) -> OrderFilter:
    """The filter that a query string states."""
    return OrderFilter(
        side=Actor(side),
        states=tuple(state or ()),
        since=since,
        until=until,
        number=None if number is None else accept_number(number, parameter="number"),
        group_id=None if group is None else validate_id(group, parameter="group"),
    )


Filter = Annotated[OrderFilter, Depends(order_filter)]


def orders_router(ordering: Ordering) -> APIRouter:
    """Roles stand on the routes; that an order is the caller's own, the deeds check."""
    router = PrefixedRouter(prefix="/api/v1/orders", tags=["订单"])
    _reading(router, ordering)
    _buying(router, ordering)
    _selling(router, ordering)
    _ending(router, ordering)
    return router


def _reading(router: APIRouter, ordering: Ordering) -> None:
    listed = Depends(strict_query(single=[*FILTERS, "cursor", "size"], repeated=["state"]))

    @router.get("", summary="订单列表", dependencies=[EVERYBODY, listed])
    def list_orders(
        by: By,
        wanted: Filter,
        cursor: Annotated[str | None, Query(max_length=2000, description="上一页给出的 next_cursor")] = None,
        size: Annotated[int, Query(ge=1, le=PAGE_MAX)] = PAGE_DEFAULT,
    ) -> OrderPageAnswer:
        """One's own orders, the newest first."""
        page = ordering.reads.page(by, wanted, cursor=cursor, size=size)
        return OrderPageAnswer(items=[OrderAnswer.of(order) for order in page.items], next_cursor=page.next_cursor)

    @router.get("/{order_id}", summary="查看订单", dependencies=[EVERYBODY, NO_QUERY])
    def read_order(order_id: OrderId, by: By, response: Response) -> OrderViewAnswer:
        """Lines, parcels, payments, refunds, history, and what may be done now."""
        view = ordering.reads.order(order_id, by)
        response.headers["ETag"] = etag(view.order.version)
        response.headers["Cache-Control"] = "no-store"
        return OrderViewAnswer.of_view(view, ordering.reads.parties.of(view.order, view.side))

    @router.get("/{order_id}/basket", summary="再来一单", dependencies=[EVERYBODY, NO_QUERY])
    def reorder(order_id: OrderId, by: By) -> BasketAnswer:
        """What to put into a cart to order the same again; prices are asked anew."""
        supplier_id, wanted = ordering.reads.basket(order_id, by)
        lines = [WantedBody(sku_id=each.sku_id, quantity=each.quantity) for each in wanted]
        return BasketAnswer(supplier_id=supplier_id, lines=lines)


def _buying(router: APIRouter, ordering: Ordering) -> None:
    @router.post("", summary="下单", status_code=201, dependencies=[BUYERS, NO_QUERY])
    def place_orders(body: PlaceBody, by: By, deed: MemberDeed, response: Response) -> ReceiptAnswer:
        """A group of orders, one a supplier, whole or not at all, at the prices that were shown. ``facts.orders`` has
        their ids, with commas between."""
        drafts = [order.draft() for order in body.orders]
        receipt = ordering.place(drafts=drafts, address=body.address.address(), by=by, request=deed)
        return receipt_answer(response, receipt)

    @router.post("/{order_id}/approve", summary="审批通过", dependencies=[APPROVERS, NO_QUERY])
    def approve_order(
        order_id: OrderId, by: By, deed: MemberDeed, version: RequiredVersion, response: Response
    ) -> ReceiptAnswer:
        """Of the sum that the approver has read (If-Match); nobody approves what they ordered themselves."""
        return receipt_answer(
            response, ordering.approve(order_id=order_id, expected_version=version, by=by, request=deed)
        )

    @router.post("/{order_id}/refuse", summary="审批拒绝", dependencies=[APPROVERS, NO_QUERY])
    def refuse_order(
        order_id: OrderId, body: ReasonBody, by: By, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """The order is cancelled."""
        return receipt_answer(
            response,
            ordering.refuse(order_id=order_id, reason=body.reason, by=by, request=deed, expected_version=version),
        )

    @router.post("/{order_id}/confirm", summary="确认收货", dependencies=[BUYERS, NO_QUERY])
    def confirm_receipt(
        order_id: OrderId, by: By, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """The seller gets the money."""
        return receipt_answer(
            response, ordering.confirm(order_id=order_id, by=by, request=deed, expected_version=version)
        )

    @router.post("/{order_id}/cancel", summary="取消订单", dependencies=[BUYERS, NO_QUERY])
    def cancel_order(
        order_id: OrderId, body: ReasonBody, by: By, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """Before it is paid, by either side."""
        return receipt_answer(
            response,
            ordering.cancel(order_id=order_id, reason=body.reason, by=by, request=deed, expected_version=version),
        )

    @router.post("/{order_id}/postpone", summary="延长收货", dependencies=[EITHER_SIDE, NO_QUERY])
    def postpone_receipt(
        order_id: OrderId, by: By, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """More days before it confirms itself."""
        return receipt_answer(
            response, ordering.postpone(order_id=order_id, by=by, request=deed, expected_version=version)
        )


def _selling(router: APIRouter, ordering: Ordering) -> None:
    @router.post("/{order_id}/price", summary="改价", dependencies=[SELLERS, NO_QUERY])
    def change_price(
        order_id: OrderId, body: PriceBody, by: By, deed: MemberDeed, version: RequiredVersion, response: Response
    ) -> ReceiptAnswer:
        """Before it is paid; the buyer pays the new sum or nothing."""
        receipt = ordering.change_price(
            order_id=order_id, payable_fen=body.payable_fen, reason=body.reason, expected_version=version, by=by,
            request=deed,
        )  # fmt: skip
        return receipt_answer(response, receipt)

    @router.post("/{order_id}/shipments", summary="发货", dependencies=[SHIPPERS, NO_QUERY])
    def ship_order(
        order_id: OrderId, body: ShipBody, by: By, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """Some lines, or all that is left, under a waybill."""
        parts = None if body.lines is None else {part.number: part.quantity for part in body.lines}
        if parts is not None and len(parts) != len(body.lines or ()):
            raise Invalid("同一行请合并数量", parameter="lines")
        receipt = ordering.ship(
            order_id=order_id, parts=parts, carrier=body.carrier, waybill=body.waybill, expected_version=version,
            by=by, request=deed,
        )  # fmt: skip
        return receipt_answer(response, receipt)

    @router.post("/{order_id}/close-short", summary="缺货结束发货", dependencies=[SELLERS, NO_QUERY])
    def close_short(
        order_id: OrderId, body: ReasonBody, by: By, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """What has not left will not be sent: its price goes back, and the rest is the buyer's to receive."""
        receipt = ordering.close_short(
            order_id=order_id, reason=body.reason, by=by, request=deed, expected_version=version
        )
        return receipt_answer(response, receipt)


def _ending(router: APIRouter, ordering: Ordering) -> None:
    @router.post("/{order_id}/end", summary="提议终止", dependencies=[SELLERS, NO_QUERY])
    def offer_end(
        order_id: OrderId, body: ReasonBody, by: By, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """Of a paid order nothing can be sent: the buyer is asked to agree that it ends and all the money goes back."""
        receipt = ordering.offer_end(
            order_id=order_id, reason=body.reason, by=by, request=deed, expected_version=version
        )
        return receipt_answer(response, receipt)

    @router.post("/{order_id}/end/agree", summary="同意终止", dependencies=[BUYERS, NO_QUERY])
    def agree_end(
        order_id: OrderId, by: By, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """The order is over; ``facts.back_fen`` goes back."""
        return receipt_answer(
            response, ordering.agree_end(order_id=order_id, by=by, request=deed, expected_version=version)
        )

    @router.post("/{order_id}/end/decline", summary="不同意终止", dependencies=[BUYERS, NO_QUERY])
    def decline_end(
        order_id: OrderId, body: ReasonBody, by: By, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """The order goes on; the seller reads why."""
        receipt = ordering.decline_end(
            order_id=order_id, reason=body.reason, by=by, request=deed, expected_version=version
        )
        return receipt_answer(response, receipt)

    @router.post("/{order_id}/end/withdraw", summary="撤回终止提议", dependencies=[SELLERS, NO_QUERY])
    def withdraw_end(
        order_id: OrderId, by: By, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """It can be shipped after all; also shipping takes the proposal back."""
        return receipt_answer(
            response, ordering.withdraw_end(order_id=order_id, by=by, request=deed, expected_version=version)
        )
