"""An approver's no: the order is cancelled and its goods are free again."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.states import OrderEvent
from catalog_service.domain.orders.values import Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import require_reason
from catalog_service.use_cases.orders.approvals import tell_asker
from catalog_service.use_cases.orders.approve_order import refuse_own
from catalog_service.use_cases.orders.desk import OrderDesk, conclude, move, require_buyers, require_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseOrder:
    desk: OrderDesk

    def __call__(
        self, *, order_id: str, reason: str, by: Party, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        why = require_reason(reason)

        def refuse(transaction: RecordTransaction, now: int) -> Receipt:
            order = require_buyers(transaction, order_id, by)
            require_seen(transaction, order, expected_version)
            refuse_own(order, by)
            moved = move(
                self.desk, transaction, order, OrderEvent.REFUSE, Actor.APPROVER, member_id=by.member_id, now=now,
                note=why, end_reason=why,
            )  # fmt: skip
            transaction.stock.release(order_id, at=now)
            text = f"订单 {order.number_text} 审批未通过：{why}"
            tell_asker(self.desk.deeds, transaction, moved, text=text, at=now)
            tell = [
                (order.buyer_company_id, text),
                # Was told that it was placed.
                (order.supplier_company_id, f"订单 {order.number_text} 已取消：买家审批未通过"),
            ]
            return conclude(transaction, moved, deed="refuse_order", request=request, now=now, reason=why, tell=tell)

        return self.desk.deeds.perform(request, refuse)
