"""The buyer gives the request up; the order goes on."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.refund_states import RefundEvent
from catalog_service.domain.orders.values import Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.orders.desk import OrderDesk
from catalog_service.use_cases.orders.refunding import buyers_refund, move_refund


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRefund:
    """Its deadline begins anew."""

    desk: OrderDesk

    def __call__(
        self, *, order_id: str, refund_id: str, by: Party, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        def withdraw(transaction: RecordTransaction, now: int) -> Receipt:
            order, refund = buyers_refund(transaction, order_id, refund_id, by, seen=expected_version)
            return move_refund(
                self.desk, transaction, order, refund, RefundEvent.WITHDRAW, Actor.BUYER, request=request, now=now
            )

        return self.desk.deeds.perform(request, withdraw)
