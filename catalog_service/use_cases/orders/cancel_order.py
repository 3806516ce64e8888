"""Give up an order that nobody has paid, with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.states import OrderEvent
from catalog_service.domain.orders.values import Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import require_reason
from catalog_service.use_cases.orders.desk import OrderDesk, close_payments, conclude, move, require_seen, require_side


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder:
    """By its buyer or its seller. Money that comes all the same goes back by itself."""

    desk: OrderDesk

    def __call__(
        self, *, order_id: str, reason: str, by: Party, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        why = require_reason(reason)

        def cancel(transaction: RecordTransaction, now: int) -> Receipt:
            order, side = require_side(transaction, order_id, by)
            require_seen(transaction, order, expected_version)
            moved = move(
                self.desk, transaction, order, OrderEvent.CANCEL, side, member_id=by.member_id, now=now, note=why,
                end_reason=why,
            )  # fmt: skip
            transaction.stock.release(order_id, at=now)
            close_payments(transaction, order_id, actor=side, now=now)
            other = order.supplier_company_id if side is Actor.BUYER else order.buyer_company_id
            return conclude(
                transaction, moved, deed="cancel_order", request=request, now=now, reason=why,
                tell=[(other, f"订单 {order.number_text} 已取消：{why}")],
            )  # fmt: skip

        return self.desk.deeds.perform(request, cancel)
