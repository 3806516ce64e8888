"""The staff ends an order: what is held goes back to the buyer, to the seller, or to each a part."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.refund_states import RefundEvent
from catalog_service.domain.orders.rulings import Outcome
from catalog_service.domain.orders.states import ORDER, OrderEvent
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import require_reason
from catalog_service.use_cases.money.escrow import refund_entries, release_entries
from catalog_service.use_cases.orders.desk import (
    OrderDesk,
    close_payments,
    conclude,
    move,
    require_order,
    require_seen,
)
from catalog_service.use_cases.orders.refunding import close_refund, open_refunds
from catalog_service.use_cases.orders.rulings import confirm_ruling, weigh
from kernel.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateOrder:
    """``to_buyer_fen`` of what is held (None: all of it); the rest is the seller's. Open refunds are closed by it. Of
    much money (``two_operators_fen``) another operator has to say the same."""

    desk: OrderDesk

    def __call__(
        self, *, order_id: str, to_buyer_fen: int | None, reason: str, request: DeedRequest,
        expected_version: int | None = None,
    ) -> Receipt:  # fmt: skip
        why = require_reason(reason)

        def terminate(transaction: RecordTransaction, now: int) -> Receipt:
            order = require_order(transaction, order_id)
            require_seen(transaction, order, expected_version)
            back_fen = order.held_fen if to_buyer_fen is None else to_buyer_fen
            if not 0 <= back_fen <= order.held_fen:
                raise Invalid(
                    f"退给买家的金额必须在 0 到 {order.held_fen} 分之间", parameter="to_buyer_fen",
                    detail={"held_fen": order.held_fen},
                )  # fmt: skip
            if OrderEvent.TERMINATE not in ORDER.allowed(order.state, Actor.STAFF):
                ORDER.move(order.state, OrderEvent.TERMINATE, Actor.STAFF, subject=order.number_text)
            weighed = weigh(
                self.desk, transaction, order, Outcome.TERMINATE, amount_fen=order.held_fen, to_buyer_fen=back_fen,
                reason=why, request=request, now=now,
            )  # fmt: skip
            if isinstance(weighed, Receipt):
                return weighed
            moved = move(
                self.desk, transaction, order, OrderEvent.TERMINATE, Actor.STAFF, member_id=request.actor, now=now,
                note=why, end_reason=why, open_refund_id="", facts={"to_buyer_fen": back_fen},
                refunded_fen=order.refunded_fen + back_fen,
                released_fen=order.released_fen + order.held_fen - back_fen,
            )  # fmt: skip
            for refund in open_refunds(transaction, order):
                close_refund(transaction, refund.refund_id, RefundEvent.DECIDE_FOR_SELLER, answer=why, now=now)
            confirm_ruling(transaction, weighed, by=request.actor, now=now)
            transaction.stock.release(order_id, at=now)
            close_payments(transaction, order_id, actor=Actor.STAFF, now=now)
            transaction.ledger.post(
                refund_entries(self.desk, transaction, order, back_fen, reference=f"end-{order_id}", now=now)
            )
            transaction.ledger.post(release_entries(self.desk, transaction, order, now=now))
            text = f"订单 {order.number_text} 已由平台终止：{why}"
            return conclude(
                transaction, moved, deed="terminate_order", request=request, now=now, reason=why,
                tell=[(order.buyer_company_id, text), (order.supplier_company_id, text)],
            )  # fmt: skip

        return self.desk.deeds.perform(request, terminate)
