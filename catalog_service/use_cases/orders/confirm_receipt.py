"""The buyer has the goods: the seller gets the money."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.states import OrderEvent
from catalog_service.domain.orders.values import Order, Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.money.escrow import release_entries
from catalog_service.use_cases.orders.desk import (
    OrderDesk,
    close_payments,
    conclude,
    move,
    refuse_while_refunding,
    require_buyers,
    require_seen,
)
from kernel.errors import Conflict


class StageUnpaid(Conflict):
    """The last stage is due before the receipt is confirmed; ``detail`` has its sum."""

    code = "stage_unpaid"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmReceipt:
    """``StageUnpaid`` while something is due on receipt; ``RefundOpen`` while a refund is."""

    desk: OrderDesk

    def __call__(
        self, *, order_id: str, by: Party, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        def confirm(transaction: RecordTransaction, now: int) -> Receipt:
            order = require_buyers(transaction, order_id, by)
            require_seen(transaction, order, expected_version)
            refuse_while_refunding(order)
            moved = settle_receipt(
                self.desk, transaction, order, OrderEvent.CONFIRM, Actor.BUYER, member_id=by.member_id, now=now
            )
            return conclude(
                transaction, moved, deed="confirm_receipt", request=request, now=now,
                tell=[(order.supplier_company_id, f"订单 {order.number_text} 已确认收货，货款已入账")],
            )  # fmt: skip

        return self.desk.deeds.perform(request, confirm)


def settle_receipt(
    desk: OrderDesk,
    transaction: RecordTransaction,
    order: Order,
    event: OrderEvent,
    actor: Actor,
    *,
    member_id: str,
    now: int,
) -> Order:
    """The move and the release of all that is held."""
    moved = move(
        desk, transaction, order, event, actor, member_id=member_id, now=now,
        released_fen=order.released_fen + order.held_fen, facts={"released_fen": order.held_fen},
    )  # fmt: skip
    if order.last_stage_open and event is not OrderEvent.LAPSE:
        stage = order.stages[order.stages_paid]
        raise StageUnpaid(
            f"请先支付第 {stage.number} 阶段款 {stage.amount_fen} 分",
            detail={"stage": stage.number, "amount_fen": stage.amount_fen},
        )
    if order.last_stage_open:
        close_payments(transaction, order.order_id, actor=actor, now=now)
    transaction.ledger.post(release_entries(desk, transaction, order, now=now))
    return moved
