"""Drift: where the index does not hold what the record holds, found offer by offer and mended.

Compared is the digest of the listing that a document was made of: price, stock, supplier and all else. A version alone
would not do, since a sale moves an offer's stock and leaves its version (decision 0012)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.apply import ChangeApplier
from indexer.stages.listing import Listing, listing_digest
from kernel.changes import Catalog
from search_engine.card import Card, decode_card
from search_engine.port import IndexWriter, SearchEngine

COMPARE_BATCH = 1000  # cards of a thousand listings are about a megabyte


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """``stale``: live offers that the index lacks, or holds otherwise than the record does. ``extra``: documents of no
    live offer."""

    stale: tuple[str, ...]
    extra: int

    def __bool__(self) -> bool:
        return bool(self.stale) or self.extra > 0


def find_drift(catalog: Catalog, engine: SearchEngine) -> Drift:
    """Compare every live offer with its document; the index must have caught up with the feed."""
    stale: list[str] = []
    found = 0
    for batch in catalog.live_offers(batch_size=COMPARE_BATCH):
        indexed = _cards(engine, [offer.offer_id for offer, _ in batch])
        found += len(indexed)
        stale += [listing[0].offer_id for listing in batch if not _same(indexed.get(listing[0].offer_id), listing)]
    return Drift(stale=tuple(stale), extra=max(0, engine.status().documents - found))


def _cards(engine: SearchEngine, offer_ids: Sequence[str]) -> dict[str, Card]:
    rows = engine.find(offer_ids)
    cards = engine.cards(list(rows.values()))
    return {card.offer_id: card for card in map(decode_card, filter(None, cards))}


def _same(card: Card | None, listing: Listing) -> bool:
    """A document of an index that was built before cards carried digests is told by its version."""
    if card is None or card.version != listing[0].version:
        return card is not None and card.version > listing[0].version  # published while we compared
    return not card.listing or card.listing == listing_digest(listing).hex()


def mend_drift(drift: Drift, *, writer: IndexWriter, catalog: Catalog, applier: ChangeApplier) -> None:
    """Index the stale offers as they are now. Extra documents are not mended here: only a rebuild knows them."""
    for start in range(0, len(drift.stale), COMPARE_BATCH):
        listings = catalog.offers(drift.stale[start : start + COMPARE_BATCH])
        writer.apply(applier.assembler.documents(listings))
    writer.commit(feed_cursor=writer.feed_cursor)
