"""The buyer agrees to end a paid order of which the seller can send nothing."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.states import OrderEvent
from catalog_service.domain.orders.values import Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.money.escrow import refund_entries
from catalog_service.use_cases.orders.desk import (
    OrderDesk,
    close_payments,
    conclude,
    move,
    require_buyers,
    require_seen,
)
from catalog_service.use_cases.orders.ending import require_offer


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeEnd:
    """All that is held goes back (``facts["back_fen"]``), the goods are free again. ``NoEndOffered`` where none
    stands."""

    desk: OrderDesk

    def __call__(
        self, *, order_id: str, by: Party, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        def agree(transaction: RecordTransaction, now: int) -> Receipt:
            order = require_buyers(transaction, order_id, by)
            require_seen(transaction, order, expected_version)
            offer = require_offer(transaction, order)
            facts = {"back_fen": order.held_fen}
            moved = move(
                self.desk, transaction, order, OrderEvent.AGREE_END, Actor.BUYER, member_id=by.member_id, now=now,
                facts=facts, end_reason=f"双方同意终止：{offer.note}", refunded_fen=order.refunded_fen + order.held_fen,
            )  # fmt: skip
            transaction.stock.release(order_id, at=now)
            close_payments(transaction, order_id, actor=Actor.BUYER, now=now)
            transaction.ledger.post(
                refund_entries(self.desk, transaction, order, order.held_fen, reference=f"agreed-{order_id}", now=now)
            )
            return conclude(
                transaction, moved, deed="agree_end", request=request, now=now, facts=facts,
                tell=[(order.supplier_company_id, f"买家同意终止订单 {order.number_text}，货款已退回买家")],
            )  # fmt: skip

        return self.desk.deeds.perform(request, agree)
