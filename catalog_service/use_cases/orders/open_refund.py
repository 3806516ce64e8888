"""A buyer asks for money back: before shipping, after it, or after the deal has succeeded; of the whole order, or of
several lines one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.refund_states import REFUND, RefundEvent, RefundState
from catalog_service.domain.orders.states import OrderEvent, OrderState
from catalog_service.domain.orders.values import Facts, Order, Party, Refund
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import require_reason
from catalog_service.use_cases.orders.desk import (
    OrderDesk,
    RefundOpen,
    conclude,
    move,
    require_buyers,
    require_seen,
    touch,
)
from catalog_service.use_cases.orders.refunding import open_refunds, set_refund_deadline
from kernel.errors import Conflict, Invalid
from kernel.money import yuan_exact


class AfterSaleOver(Conflict):
    """The time in which a refund may be asked for after success is over."""

    code = "after_sale_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRefund:
    """At most what was paid, has not gone back and is not asked for by another open refund. ``with_goods``: they come
    back first, so some must have left. ``line``: of this line of the order alone (``RefundOpen`` while one of it is
    open); 0 of the whole, which no other is open beside."""

    desk: OrderDesk

    def __call__(
        self,
        *,
        order_id: str,
        amount_fen: int,
        with_goods: bool,
        reason: str,
        line: int = 0,
        by: Party,
        request: DeedRequest,
        expected_version: int | None = None,
    ) -> Receipt:
        why = require_reason(reason)

        def open_refund(transaction: RecordTransaction, now: int) -> Receipt:
            order = require_buyers(transaction, order_id, by)
            require_seen(transaction, order, expected_version)
            others = open_refunds(transaction, order)
            _refuse_beside(order, others, line)
            refund_id = self.desk.deeds.ids.new()
            state = REFUND.move(None, RefundEvent.APPLY, Actor.BUYER, subject=refund_id).target
            moved = self._move(transaction, order, refund_id, amount_fen, why, by=by, now=now)
            require_refundable(transaction, order, others, line, amount_fen, with_goods=with_goods)
            refund = Refund(
                refund_id=refund_id, version=1, state=state, order_id=order_id, line=line, amount_fen=amount_fen,
                with_goods=with_goods, reason=why, requested_by=by.member_id, opened_at=now, changed_at=now,
            )  # fmt: skip
            transaction.orders.insert_refund(refund)
            set_refund_deadline(self.desk, transaction, refund, now=now)
            return conclude(
                transaction, moved, deed="open_refund", request=request, now=now, reason=why, created=True,
                facts={"refund_id": refund_id, "amount_fen": amount_fen, "line": line},
                tell=[(order.supplier_company_id, f"订单 {order.number_text} 有新的退款申请")],
            )  # fmt: skip

        return self.desk.deeds.perform(request, open_refund)

    def _move(
        self,
        transaction: RecordTransaction,
        order: Order,
        refund_id: str,
        amount_fen: int,
        why: str,
        *,
        by: Party,
        now: int,
    ) -> Order:
        facts: Facts = {"refund_id": refund_id, "amount_fen": amount_fen}
        event = (REFUND.name, str(RefundEvent.APPLY))
        if order.state is OrderState.SUCCESS:
            if now > (order.finished_at or 0) + self.desk.options.after_sale_seconds:
                raise AfterSaleOver("已过售后期，不能再申请退款")
            return touch(
                transaction, order, Actor.BUYER, machine_event=event, member_id=by.member_id, now=now, note=why,
                facts=facts, open_refund_id=order.open_refund_id or refund_id,
            )  # fmt: skip
        return move(
            self.desk, transaction, order, OrderEvent.OPEN_REFUND, Actor.BUYER, machine_event=event,
            member_id=by.member_id, now=now, note=why, facts=facts, open_refund_id=order.open_refund_id or refund_id,
        )  # fmt: skip


def require_refundable(
    transaction: RecordTransaction,
    order: Order,
    others: Sequence[Refund],
    line: int,
    amount_fen: int,
    *,
    with_goods: bool,
) -> None:
    """Refuse more than was paid and has not gone back, less what ``others`` that are open ask for; of a line more than
    its price less what was refunded of it; and goods that never left."""
    most = order.released_fen if order.state is OrderState.SUCCESS else order.held_fen
    most -= sum(other.amount_fen for other in others)
    shipped = order.shipped_pieces
    if line:
        wanted = next((each for each in transaction.orders.lines(order.order_id) if each.number == line), None)
        if wanted is None:
            raise Invalid("订单没有这一行", parameter="line")
        known = transaction.orders.refunds(order.order_id)
        back_fen = sum(each.amount_fen for each in known if each.line == line and each.state is RefundState.SUCCESS)
        most, shipped = min(most, wanted.amount_fen - back_fen), wanted.shipped
    if not 1 <= amount_fen <= most:
        text = f"退款金额应在 0.01 到 {yuan_exact(most)} 元之间"
        raise Invalid(text, parameter="amount_fen", detail={"amount_fen_max": most})
    if with_goods and not shipped:
        raise Invalid("货还没有发出，不需要退货", parameter="with_goods")


def _refuse_beside(order: Order, others: Sequence[Refund], line: int) -> None:
    """``RefundOpen`` beside one of the same line, or of the whole."""
    for other in others:
        if line in (0, other.line) or other.line == 0:
            raise RefundOpen(
                f"订单 {order.number_text} 有退款正在处理，请先处理退款",
                detail={"refund_id": other.refund_id, "line": other.line},
            )
