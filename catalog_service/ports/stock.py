"""Stock of SKUs: available, reserved by orders, gone. Every deed is one conditional UPDATE a SKU, in order of ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from catalog_service.domain.prices.values import Wanted
from kernel.errors import Conflict


class OutOfStock(Conflict):
    """Less is available than was asked for; ``detail["lines"]`` has ``sku_id``, ``wanted`` and ``available``."""

    code = "out_of_stock"


class AlreadyReserved(Conflict):
    """The order holds its pieces already."""

    code = "already_reserved"


class NotReserved(Conflict):
    """The order does not hold so many pieces; ``detail`` has ``sku_id`` and ``wanted``."""

    code = "not_reserved"


class StockRows(Protocol):
    """The stock inside one transaction."""

    def reserve(self, order_id: str, wanted: Sequence[Wanted], *, at: int) -> None:
        """All of it or ``OutOfStock``; an order reserves once (``AlreadyReserved``)."""
        ...

    def release(self, order_id: str, *, at: int) -> None:
        """What the order still holds becomes available again; nothing when it holds nothing."""
        ...

    def ship(self, order_id: str, parts: Sequence[Wanted], *, at: int) -> None:
        """These pieces of what the order holds are gone; ``NotReserved`` when it does not hold them."""
        ...

    def put(self, counts: Mapping[str, int | None], *, actor: str, at: int) -> None:
        """The supplier's count of what is available, by SKU; None: no longer counted."""
        ...

    def adjust(self, sku_id: str, change: int, *, actor: str, at: int) -> int:
        """So many more (or fewer) are available; how many now. ``OutOfStock`` below zero, or not counted."""
        ...

    def of_offers(self, offer_ids: Collection[str]) -> Mapping[str, int | None]:
        """The offer-level stock: the sum over the SKUs on sale, None when one of them is not counted."""
        ...

    def take_moved(self, *, limit: int) -> Sequence[str]:
        """Offers whose figure may be older than their stock, at most of ``limit`` SKUs, marked as looked at."""
        ...

    def figure(self, offer_ids: Collection[str]) -> None:
        """Put the offer-level stock on offers whose rows this transaction holds; the deed announces them itself."""
        ...

    def show(self, stocks: Mapping[str, int | None], *, at: int, urgent: bool) -> int:
        """Put the figures on the offers whose own is another, each with an outbox row of the version that it has; how
        many changed."""
        ...
