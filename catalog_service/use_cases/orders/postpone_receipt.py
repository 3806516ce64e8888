"""More time before an order confirms itself."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.states import OrderEvent
from catalog_service.domain.orders.timers import Timer, TimerKind
from catalog_service.domain.orders.values import Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.orders.desk import (
    OrderDesk,
    conclude,
    move,
    refuse_while_refunding,
    require_seen,
    require_side,
)
from kernel.errors import Conflict


class PostponedEnough(Conflict):
    """An order is postponed so many times and no more."""

    code = "postponed_enough"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponeReceipt:
    """By the buyer, or by the seller whose goods are late."""

    desk: OrderDesk

    def __call__(
        self, *, order_id: str, by: Party, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        options = self.desk.options

        def postpone(transaction: RecordTransaction, now: int) -> Receipt:
            order, side = require_side(transaction, order_id, by)
            require_seen(transaction, order, expected_version)
            refuse_while_refunding(order)
            moved = move(
                self.desk, transaction, order, OrderEvent.POSTPONE, side, member_id=by.member_id, now=now,
                postponed=order.postponed + 1,
            )  # fmt: skip
            if order.postponed >= options.postpones_max:
                raise PostponedEnough(
                    f"最多延长 {options.postpones_max} 次", detail={"postpones_max": options.postpones_max}
                )
            timer = transaction.timers.timer(order_id)
            due_at = (now if timer is None else max(timer.due_at, now)) + options.postpone_seconds
            transaction.timers.set(Timer(subject_id=order_id, kind=TimerKind.ORDER, due_at=due_at))
            other = order.supplier_company_id if side is Actor.BUYER else order.buyer_company_id
            return conclude(
                transaction, moved, deed="postpone_receipt", request=request, now=now, facts={"due_at": due_at},
                tell=[(other, f"订单 {order.number_text} 的收货期限已延长")],
            )  # fmt: skip

        return self.desk.deeds.perform(request, postpone)
