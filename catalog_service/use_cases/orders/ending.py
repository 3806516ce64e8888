"""A seller's proposal to end a paid order: the newest line of its history, and nothing else of the record."""

from __future__ import annotations

from collections.abc import Sequence

from catalog_service.domain.orders.states import ORDER, OrderEvent
from catalog_service.domain.orders.values import Order, TimelineEvent
from catalog_service.ports.record import RecordTransaction
from kernel.errors import Conflict


class NoEndOffered(Conflict):
    """No proposal to end the order stands: there was none, or something else has happened to the order since."""

    code = "no_end_offered"


def standing_offer(order: Order, events: Sequence[TimelineEvent]) -> TimelineEvent | None:
    """The proposal that waits for the buyer. It counts for the version of the order that it made: whatever buyer,
    seller, staff or payment do since, it is void. ``events``: the order's, the oldest first."""
    newest = events[-1] if events else None
    made = (ORDER.name, str(OrderEvent.OFFER_END), order.version)
    return newest if newest is not None and (newest.machine, newest.event, newest.number) == made else None


def require_offer(transaction: RecordTransaction, order: Order) -> TimelineEvent:
    """The proposal that stands; else ``NoEndOffered``."""
    found = standing_offer(order, transaction.orders.events(order.order_id))
    if found is None:
        raise NoEndOffered(f"订单 {order.number_text} 没有等待答复的终止提议")
    return found
