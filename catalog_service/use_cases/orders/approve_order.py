"""Let an order above a member's limit go on, or refuse it."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.states import OrderEvent
from catalog_service.domain.orders.values import Order, Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.orders.approvals import tell_asker
from catalog_service.use_cases.orders.desk import OrderDesk, conclude, move, require_buyers, require_seen
from kernel.errors import Denied


class OwnOrder(Denied):
    """Nobody approves what they ordered themselves."""

    code = "own_order"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveOrder:
    """The sum that stands now is approved; a later rise above it asks again."""

    desk: OrderDesk

    def __call__(self, *, order_id: str, expected_version: int | None, by: Party, request: DeedRequest) -> Receipt:
        def approve(transaction: RecordTransaction, now: int) -> Receipt:
            order = require_buyers(transaction, order_id, by)
            require_seen(transaction, order, expected_version)
            refuse_own(order, by)
            moved = move(
                self.desk, transaction, order, OrderEvent.APPROVE, Actor.APPROVER, member_id=by.member_id, now=now,
                approved_fen=order.payable_fen,
            )  # fmt: skip
            text = f"订单 {order.number_text} 已审批通过，等待付款"
            tell_asker(self.desk.deeds, transaction, moved, text=text, at=now)
            tell = [(order.buyer_company_id, text)]
            return conclude(transaction, moved, deed="approve_order", request=request, now=now, tell=tell)

        return self.desk.deeds.perform(request, approve)


def refuse_own(order: Order, by: Party) -> None:
    """``OwnOrder`` when ``by`` placed it."""
    if order.placed_by == by.member_id:
        raise OwnOrder("不能审批自己下的订单")
