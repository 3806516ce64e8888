"""The seller changes what is to be paid, before it is paid; the buyer sees it and pays the new sum or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.plans import require_payable
from catalog_service.domain.orders.states import OrderEvent, OrderState
from catalog_service.domain.orders.values import Order, Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import require_reason
from catalog_service.use_cases.orders.approvals import ask_approvers
from catalog_service.use_cases.orders.desk import (
    OrderDesk,
    close_payments,
    conclude,
    move,
    require_seen,
    require_sellers,
)
from kernel.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePrice:
    """At least a fen, at most ``price_raise_percent_max`` above what was ordered; payments of the old sum are closed.
    A sum above what the buyer's side agreed to, and above its member's limit, waits for approval."""

    desk: OrderDesk

    def __call__(
        self,
        *,
        order_id: str,
        payable_fen: int,
        reason: str,
        expected_version: int | None,
        by: Party,
        request: DeedRequest,
    ) -> Receipt:
        why = require_reason(reason)

        def change(transaction: RecordTransaction, now: int) -> Receipt:
            order = require_sellers(transaction, order_id, by)
            require_seen(transaction, order, expected_version)
            ordered_fen = order.goods_fen - order.discount_fen + order.freight_fen
            self._require_within_bounds(order, payable_fen, ordered_fen)
            event = self._event(transaction, order, payable_fen, now)
            agreed = event is OrderEvent.CHANGE_PRICE and order.state is OrderState.WAIT_BUYER_PAY
            moved = move(
                self.desk, transaction, order, event, Actor.SELLER, member_id=by.member_id, now=now, note=why,
                facts={"was_fen": order.payable_fen, "payable_fen": payable_fen}, payable_fen=payable_fen,
                approved_fen=max(order.approved_fen, payable_fen) if agreed else order.approved_fen,
                adjust_fen=payable_fen - ordered_fen,
            )  # fmt: skip
            close_payments(transaction, order_id, actor=Actor.SELLER, now=now)
            if event is OrderEvent.CHANGE_PRICE_ABOVE_LIMIT:
                ask_approvers(transaction, moved, at=now)
            tell = [(order.buyer_company_id, f"卖家修改了订单 {order.number_text} 的应付金额：{why}")]
            return conclude(transaction, moved, deed="change_price", request=request, now=now, reason=why, tell=tell)

        return self.desk.deeds.perform(request, change)

    def _event(self, transaction: RecordTransaction, order: Order, payable_fen: int, now: int) -> OrderEvent:
        if order.state is not OrderState.WAIT_BUYER_PAY or payable_fen <= order.approved_fen:
            return OrderEvent.CHANGE_PRICE
        above = self.desk.parties.needs_approval(
            transaction, company_id=order.buyer_company_id, member_id=order.placed_by, amount_fen=payable_fen,
            at=now, agreed_fen=order.approved_fen,
        )  # fmt: skip
        return OrderEvent.CHANGE_PRICE_ABOVE_LIMIT if above else OrderEvent.CHANGE_PRICE

    def _require_within_bounds(self, order: Order, payable_fen: int, ordered_fen: int) -> None:
        most = ordered_fen * (100 + self.desk.options.price_raise_percent_max) // 100
        if payable_fen > most:
            raise Invalid(
                f"改价后不能超过原应付金额的 {100 + self.desk.options.price_raise_percent_max}%（{most} 分）",
                parameter="payable_fen",
                detail={"payable_fen_max": most},
            )
        require_payable(order.plan, payable_fen)
