"""Time ran out for an order or a refund: what its state says to that is done, unless somebody was quicker."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.refund_states import RefundEvent, RefundState
from catalog_service.domain.orders.states import OrderEvent, OrderState
from catalog_service.domain.orders.timers import Timer, TimerKind
from catalog_service.domain.orders.values import Order, Refund
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.money.escrow import refund_entries
from catalog_service.use_cases.orders.confirm_receipt import settle_receipt
from catalog_service.use_cases.orders.desk import (
    OrderDesk,
    close_payments,
    conclude,
    move,
    require_order,
)
from catalog_service.use_cases.orders.refunding import any_refund, move_refund

SYSTEM = DeedRequest(actor="timer")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDeadline:
    """The timer is read again inside the transaction: a deed that moved the subject has put another in its place, or
    none, and then nothing happens."""

    desk: OrderDesk

    def __call__(self, timer: Timer) -> bool:
        """Whether something was done."""
        now = self.desk.deeds.clock.now()

        def run(transaction: RecordTransaction) -> bool:
            standing = transaction.timers.timer(timer.subject_id)
            if standing is None or standing.due_at > now or standing.kind is not timer.kind:
                return False
            if standing.kind is TimerKind.ORDER:
                self._order(transaction, require_order(transaction, timer.subject_id), now)
            else:
                self._refund(transaction, timer.subject_id, now)
            return True

        return self.desk.deeds.store.write(run)

    def _order(self, transaction: RecordTransaction, order: Order, now: int) -> None:
        if order.state in (OrderState.WAIT_APPROVAL, OrderState.WAIT_BUYER_PAY):
            moved = self._expire(transaction, order, now)
        elif order.state is OrderState.WAIT_STAGE_PAY:
            moved = self._lapse(transaction, order, now)
        else:
            event = OrderEvent.LAPSE if order.last_stage_open else OrderEvent.AUTO_CONFIRM
            moved = settle_receipt(self.desk, transaction, order, event, Actor.TIMER, member_id=SYSTEM.actor, now=now)
        transaction.timers.clear(order.order_id)
        text = f"订单 {order.number_text} 已超时，系统自动处理"
        tell = [(order.buyer_company_id, text), (order.supplier_company_id, text)]
        conclude(transaction, moved, deed="run_deadline", request=SYSTEM, now=now, tell=tell)

    def _expire(self, transaction: RecordTransaction, order: Order, now: int) -> Order:
        moved = move(
            self.desk, transaction, order, OrderEvent.EXPIRE, Actor.TIMER, member_id=SYSTEM.actor, now=now,
            end_reason="超时未付款" if order.state is OrderState.WAIT_BUYER_PAY else "超时未审批",
        )  # fmt: skip
        transaction.stock.release(order.order_id, at=now)
        close_payments(transaction, order.order_id, actor=Actor.TIMER, now=now)
        return moved

    def _lapse(self, transaction: RecordTransaction, order: Order, now: int) -> Order:
        """A stage before shipping did not come: what was paid goes back."""
        moved = move(
            self.desk, transaction, order, OrderEvent.LAPSE, Actor.TIMER, member_id=SYSTEM.actor, now=now,
            end_reason="阶段款超时未付", refunded_fen=order.refunded_fen + order.held_fen,
        )  # fmt: skip
        transaction.stock.release(order.order_id, at=now)
        close_payments(transaction, order.order_id, actor=Actor.TIMER, now=now)
        transaction.ledger.post(
            refund_entries(self.desk, transaction, order, order.held_fen, reference=f"lapse-{order.order_id}", now=now)
        )
        return moved

    def _refund(self, transaction: RecordTransaction, refund_id: str, now: int) -> None:
        refund = transaction.orders.refund(refund_id)
        if refund is None:
            transaction.timers.clear(refund_id)
            return
        order, refund = any_refund(transaction, refund.order_id, refund_id)
        move_refund(
            self.desk, transaction, order, refund, _silence(refund), Actor.TIMER, request=SYSTEM, now=now,
            note="超时自动处理",
        )  # fmt: skip


def _silence(refund: Refund) -> RefundEvent:
    """What it means that nobody said anything."""
    if refund.state is RefundState.WAIT_SELLER:
        return RefundEvent.AGREE_RETURN if refund.with_goods else RefundEvent.AGREE
    return RefundEvent.RECEIVE if refund.state is RefundState.WAIT_SELLER_RECEIVE else RefundEvent.EXPIRE
