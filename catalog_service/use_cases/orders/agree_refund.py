"""The seller agrees: the money goes back, after the goods where they are to come back."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.refund_states import RefundEvent
from catalog_service.domain.orders.values import Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.orders.desk import OrderDesk
from catalog_service.use_cases.orders.refunding import move_refund, sellers_refund


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeRefund:
    """``waive_return``: the goods may stay with the buyer."""

    desk: OrderDesk

    def __call__(
        self,
        *,
        order_id: str,
        refund_id: str,
        waive_return: bool = False,
        by: Party,
        request: DeedRequest,
        expected_version: int | None = None,
    ) -> Receipt:
        def agree(transaction: RecordTransaction, now: int) -> Receipt:
            order, refund = sellers_refund(transaction, order_id, refund_id, by, seen=expected_version)
            return move_refund(
                self.desk,
                transaction,
                order,
                refund,
                RefundEvent.AGREE_RETURN if refund.with_goods and not waive_return else RefundEvent.AGREE,
                Actor.SELLER,
                request=request,
                now=now,
            )

        return self.desk.deeds.perform(request, agree)
