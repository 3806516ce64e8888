"""What comes down the feed: every change of the record, in order, as values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from kernel.offers import Offer, Supplier


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferChanged:
    """The offer as it is after the change; ``offer`` None means that it was withdrawn or taken down."""

    sequence: int
    offer_id: str
    version: int
    offer: Offer | None
    supplier: Supplier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierChanged:
    """The supplier as it is after the change; its live offers must show it."""

    sequence: int
    supplier: Supplier


Change = OfferChanged | SupplierChanged


class ChangeFeed(Protocol):
    """The resumable feed of the record.

    Promises: sequences rise strictly; ``after(cursor)`` never skips a committed change and may be called again with
    the same cursor; a change carries the record's newest state, so replaying is harmless.
    """

    def after(self, cursor: int, *, limit: int) -> Sequence[Change]:
        """At most ``limit`` changes with ``sequence > cursor``, in order; empty when caught up."""
        ...

    def urgent_after(self, cursor: int, *, limit: int) -> Sequence[Change]:
        """Like ``after``, but only changes that a person waits for, so that they can overtake an import."""
        ...

    def latest(self) -> int:
        """The newest sequence that ``after`` could give; 0 when there is none."""
        ...


class Catalog(Protocol):
    """The record as the indexer reads it for a rebuild: every live offer, in id order, in batches."""

    def live_offers(self, *, batch_size: int, after_id: str = "") -> Iterator[Sequence[tuple[Offer, Supplier | None]]]:
        """Batches of live offers with their suppliers, constant memory."""
        ...

    def live_offers_of(self, supplier_id: str) -> Iterator[Sequence[tuple[Offer, Supplier | None]]]:
        """Batches of one supplier's live offers."""
        ...

    def offers(self, offer_ids: Sequence[str]) -> Sequence[tuple[Offer, Supplier | None]]:
        """The live ones among these ids, in their order."""
        ...

    def live_count(self) -> int:
        """How many offers are live."""
        ...
