"""The seller can ship after all, and takes the proposal to end the order back."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.states import OrderEvent
from catalog_service.domain.orders.values import Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.orders.desk import OrderDesk, conclude, move, require_seen, require_sellers
from catalog_service.use_cases.orders.ending import require_offer


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawEnd:
    """``NoEndOffered`` where none stands, also after the buyer's answer."""

    desk: OrderDesk

    def __call__(
        self, *, order_id: str, by: Party, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        def withdraw(transaction: RecordTransaction, now: int) -> Receipt:
            order = require_sellers(transaction, order_id, by)
            require_seen(transaction, order, expected_version)
            require_offer(transaction, order)
            moved = move(
                self.desk, transaction, order, OrderEvent.WITHDRAW_END, Actor.SELLER, member_id=by.member_id, now=now
            )
            return conclude(
                transaction, moved, deed="withdraw_end", request=request, now=now,
                tell=[(order.buyer_company_id, f"卖家撤回了终止订单 {order.number_text} 的提议，订单照常进行")],
            )  # fmt: skip

        return self.desk.deeds.perform(request, withdraw)
