"""A buyer asks for money back: before shipping, after it, or after the deal has succeeded."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.refund_states import REFUND, RefundEvent
from catalog_service.domain.orders.states import OrderEvent, OrderState
from catalog_service.domain.orders.values import Facts, Order, Party, Refund
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import require_reason, require_version
from catalog_service.use_cases.orders.desk import (
    OrderDesk,
    conclude,
    move,
    refuse_while_refunding,
    require_buyers,
    touch,
)
from catalog_service.use_cases.orders.refunding import set_refund_deadline
from kernel.errors import Conflict, Invalid


class AfterSaleOver(Conflict):
    """The time in which a refund may be asked for after success is over."""

    code = "after_sale_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRefund:
    """At most what was paid and has not gone back. ``with_goods``: they come back first, so some must have left."""

    desk: OrderDesk

    def __call__(
        self,
        *,
        order_id: str,
        amount_fen: int,
        with_goods: bool,
        reason: str,
        by: Party,
        request: DeedRequest,
        expected_version: int | None = None,
    ) -> Receipt:
        why = require_reason(reason)

        def open_refund(transaction: RecordTransaction, now: int) -> Receipt:
            order = require_buyers(transaction, order_id, by)
            require_version(expected_version, actual=order.version)
            refuse_while_refunding(order)
            refund_id = self.desk.deeds.ids.new()
            state = REFUND.move(None, RefundEvent.APPLY, Actor.BUYER, subject=refund_id).target
            moved = self._move(transaction, order, refund_id, amount_fen, why, by=by, now=now)
            require_refundable(order, amount_fen, with_goods=with_goods)
            refund = Refund(
                refund_id=refund_id, version=1, state=state, order_id=order_id, amount_fen=amount_fen,
                with_goods=with_goods, reason=why, requested_by=by.member_id, opened_at=now, changed_at=now,
            )  # fmt: skip
            transaction.orders.insert_refund(refund)
            set_refund_deadline(self.desk, transaction, refund, now=now)
            return conclude(
                transaction, moved, deed="open_refund", request=request, now=now, reason=why, created=True,
                facts={"refund_id": refund_id, "amount_fen": amount_fen},
                tell=[(order.supplier_company_id, f"订单 {order_id} 有新的退款申请")],
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
                facts=facts, open_refund_id=refund_id,
            )  # fmt: skip
        return move(
            self.desk, transaction, order, OrderEvent.OPEN_REFUND, Actor.BUYER, machine_event=event,
            member_id=by.member_id, now=now, note=why, facts=facts, open_refund_id=refund_id,
        )  # fmt: skip


def require_refundable(order: Order, amount_fen: int, *, with_goods: bool) -> None:
    """Refuse more than was paid and has not gone back, or goods that never left."""
    most = order.released_fen if order.state is OrderState.SUCCESS else order.held_fen
    if not 1 <= amount_fen <= most:
        text = f"退款金额应在 0.01 到 {most / 100:.2f} 元之间"
        raise Invalid(text, parameter="amount_fen", detail={"amount_fen_max": most})
    if with_goods and not order.shipped_pieces:
        raise Invalid("货还没有发出，不需要退货", parameter="with_goods")
