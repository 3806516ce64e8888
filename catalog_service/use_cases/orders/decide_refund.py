"""The staff decides a refund over which buyer and seller do not agree."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.refund_states import RefundEvent
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import require_reason
from catalog_service.use_cases.orders.desk import OrderDesk
from catalog_service.use_cases.orders.refunding import any_refund, move_refund


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideRefund:
    """For the buyer the money goes back at once, whether goods came back or not."""

    desk: OrderDesk

    def __call__(self, *, order_id: str, refund_id: str, for_buyer: bool, reason: str, request: DeedRequest) -> Receipt:
        why = require_reason(reason)
        event = RefundEvent.DECIDE_FOR_BUYER if for_buyer else RefundEvent.DECIDE_FOR_SELLER

        def decide(transaction: RecordTransaction, now: int) -> Receipt:
            order, refund = any_refund(transaction, order_id, refund_id)
            return move_refund(
                self.desk, transaction, order, refund, event, Actor.STAFF, request=request, now=now, note=why,
                answer=why,
            )  # fmt: skip

        return self.desk.deeds.perform(request, decide)
