"""The seller does not agree, and says why; the buyer may change the request, or rest."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.orders.refund_states import RefundEvent
from catalog_service.domain.orders.values import Party
from catalog_service.use_cases.orders.desk import OrderDesk
from catalog_service.use_cases.orders.refunding import turn_down


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseRefund:
    """The reason is shown to the buyer."""

    desk: OrderDesk

    def __call__(
        self,
        *,
        order_id: str,
        refund_id: str,
        reason: str,
        by: Party,
        request: DeedRequest,
        expected_version: int | None = None,
    ) -> Receipt:
        return turn_down(
            self.desk, RefundEvent.REFUSE, order_id=order_id, refund_id=refund_id, reason=reason, by=by,
            request=request, seen=expected_version,
        )  # fmt: skip
