"""What came back is not what was sent; the buyer may change the request."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.refund_states import RefundEvent
from catalog_service.domain.orders.values import Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import require_reason
from catalog_service.use_cases.orders.desk import OrderDesk
from catalog_service.use_cases.orders.refunding import move_refund, sellers_refund


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectReturn:
    """The reason is shown to the buyer."""

    desk: OrderDesk

    def __call__(self, *, order_id: str, refund_id: str, reason: str, by: Party, request: DeedRequest) -> Receipt:
        why = require_reason(reason)

        def reject(transaction: RecordTransaction, now: int) -> Receipt:
            order, refund = sellers_refund(transaction, order_id, refund_id, by)
            return move_refund(
                self.desk,
                transaction,
                order,
                refund,
                RefundEvent.REJECT_GOODS,
                Actor.SELLER,
                request=request,
                now=now,
                note=why,
                answer=why,
            )

        return self.desk.deeds.perform(request, reject)
