"""The buyer does not agree to end a paid order: it goes on, and the seller reads why."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.states import OrderEvent
from catalog_service.domain.orders.values import Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import require_reason
from catalog_service.use_cases.orders.desk import OrderDesk, conclude, move, require_buyers, require_seen
from catalog_service.use_cases.orders.ending import require_offer


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineEnd:
    """``NoEndOffered`` where no proposal stands."""

    desk: OrderDesk

    def __call__(
        self, *, order_id: str, reason: str, by: Party, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        why = require_reason(reason)

        def decline(transaction: RecordTransaction, now: int) -> Receipt:
            order = require_buyers(transaction, order_id, by)
            require_seen(transaction, order, expected_version)
            require_offer(transaction, order)
            moved = move(
                self.desk, transaction, order, OrderEvent.DECLINE_END, Actor.BUYER, member_id=by.member_id, now=now,
                note=why,
            )  # fmt: skip
            return conclude(
                transaction, moved, deed="decline_end", request=request, now=now, reason=why,
                tell=[(order.supplier_company_id, f"买家不同意终止订单 {order.number_text}：{why}")],
            )  # fmt: skip

        return self.desk.deeds.perform(request, decline)
