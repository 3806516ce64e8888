"""The buyer changes what is asked for; the seller looks again."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.refund_states import RefundEvent
from catalog_service.domain.orders.values import Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import require_reason
from catalog_service.use_cases.orders.desk import OrderDesk
from catalog_service.use_cases.orders.open_refund import require_refundable
from catalog_service.use_cases.orders.refunding import buyers_refund, move_refund, open_refunds


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifyRefund:
    """Bounds as for a new one."""

    desk: OrderDesk

    def __call__(
        self,
        *,
        order_id: str,
        refund_id: str,
        amount_fen: int,
        with_goods: bool,
        reason: str,
        by: Party,
        request: DeedRequest,
        expected_version: int | None = None,
    ) -> Receipt:
        why = require_reason(reason)

        def modify(transaction: RecordTransaction, now: int) -> Receipt:
            order, refund = buyers_refund(transaction, order_id, refund_id, by, seen=expected_version)
            others = open_refunds(transaction, order, but=refund_id)
            receipt = move_refund(
                self.desk, transaction, order, refund, RefundEvent.MODIFY, Actor.BUYER, request=request, now=now,
                note=why, amount_fen=amount_fen, with_goods=with_goods, reason=why,
            )  # fmt: skip
            require_refundable(transaction, order, others, refund.line, amount_fen, with_goods=with_goods)
            return receipt

        return self.desk.deeds.perform(request, modify)
