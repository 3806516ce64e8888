"""The orders of one click, with what is due of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog_service.domain.orders.states import ORDER
from catalog_service.domain.orders.values import Order
from storefront.pages.orders import tone_of
from storefront.pages.words import yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """``due_fen`` 0: nothing of it is to be paid now, as its state says."""

    order_id: str
    number: str
    supplier: str
    payable: str
    due: str
    due_fen: int
    state: str
    tone: str


def group_rows(orders: Sequence[Order], names: Mapping[str, str]) -> list[GroupRow]:
    return [
        GroupRow(
            order_id=order.order_id,
            number=order.number,
            supplier=names.get(order.supplier_id, order.supplier_id),
            payable=yuan(order.payable_fen),
            due=yuan(due_of(order)) if due_of(order) else "",
            due_fen=due_of(order),
            state=ORDER.state_labels[order.state],
            tone=tone_of(order.state),
        )
        for order in orders
    ]


def due_of(order: Order) -> int:
    """What may be paid of it now, in fen; nothing while a refund is open."""
    stage = order.due_stage
    return stage.amount_fen if stage is not None and not order.open_refund_id else 0


def total_of(orders: Sequence[Order]) -> tuple[int, str]:
    """Of how many orders something is due, and how much of all of them."""
    due = [fen for fen in map(due_of, orders) if fen]
    return len(due), yuan(sum(due))
