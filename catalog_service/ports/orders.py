"""Orders as their deeds ask for them, inside one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from catalog_service.domain.orders.rulings import Ruling
from catalog_service.domain.orders.timers import Timer
from catalog_service.domain.orders.values import (
    Order,
    OrderGroup,
    OrderLine,
    Refund,
    Shipment,
    ShippedLine,
    TimelineEvent,
)


class OrderRows(Protocol):
    """Heads, lines, shipments, history, refunds. The head is moved first: whoever has moved it has the whole order."""

    def order(self, order_id: str) -> Order | None: ...

    def by_out_order_id(self, buyer_company_id: str, out_order_id: str) -> Order | None: ...

    def insert_group(self, group: OrderGroup) -> None: ...

    def insert(self, order: Order, lines: Sequence[OrderLine]) -> None: ...

    def move(self, before: Order, after: Order) -> None:
        """``after`` in the place of ``before``, if that stands there as it was read; else ``Overtaken``."""
        ...

    def lines(self, order_id: str) -> Sequence[OrderLine]:
        """By number."""
        ...

    def ship(self, order_id: str, parts: Sequence[ShippedLine]) -> None:
        """So many pieces more have left; ``Overtaken`` when a line has not so many left."""
        ...

    def shipments(self, order_id: str) -> Sequence[Shipment]:
        """By number."""
        ...

    def insert_shipment(self, shipment: Shipment) -> None: ...

    def add_event(self, event: TimelineEvent) -> None: ...

    def events(self, order_id: str) -> Sequence[TimelineEvent]:
        """By number."""
        ...

    def refund(self, refund_id: str) -> Refund | None: ...

    def refunds(self, order_id: str) -> Sequence[Refund]:
        """The oldest first."""
        ...

    def insert_refund(self, refund: Refund) -> None: ...

    def move_refund(self, before: Refund, after: Refund) -> None:
        """As ``move``."""
        ...

    def proposed_ruling(self, order_id: str) -> Ruling | None:
        """The one that waits for another operator."""
        ...

    def decided_alone_fen(self, order_ids: Sequence[str], *, by: str) -> Mapping[str, int]:
        """What this one of the market's people has decided of each order's refunds without another, in fen."""
        ...

    def insert_ruling(self, ruling: Ruling) -> None: ...

    def move_ruling(self, before: Ruling, after: Ruling) -> None:
        """As ``move``."""
        ...


class TimerRows(Protocol):
    """One deadline a subject."""

    def timer(self, subject_id: str) -> Timer | None: ...

    def set(self, timer: Timer) -> None:
        """In the place of the one that stood."""
        ...

    def clear(self, subject_id: str) -> None: ...
