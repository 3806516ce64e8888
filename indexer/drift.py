"""Drift: where the index does not hold what the record holds, found offer by offer and mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.apply import ChangeApplier
from kernel.changes import Catalog
from search_engine.card import decode_card
from search_engine.port import IndexWriter, SearchEngine

COMPARE_BATCH = 1000  # cards of a thousand listings are about a megabyte


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """``stale``: live offers that the index lacks or holds in an older version. ``extra``: documents of no live
    offer."""

    stale: tuple[str, ...]
    extra: int

    def __bool__(self) -> bool:
        return bool(self.stale) or self.extra > 0


def find_drift(catalog: Catalog, engine: SearchEngine) -> Drift:
    """Compare every live offer with its document by version; the index must have caught up with the feed."""
    stale: list[str] = []
    found = 0
    for batch in catalog.live_offers(batch_size=COMPARE_BATCH):
        indexed = _versions(engine, [offer.offer_id for offer, _ in batch])
        found += len(indexed)
        stale += [offer.offer_id for offer, _ in batch if indexed.get(offer.offer_id, 0) < offer.version]
    return Drift(stale=tuple(stale), extra=max(0, engine.status().documents - found))


def _versions(engine: SearchEngine, offer_ids: Sequence[str]) -> dict[str, int]:
    rows = engine.find(offer_ids)
    cards = engine.cards(list(rows.values()))
    return {card.offer_id: card.version for card in map(decode_card, filter(None, cards))}


def mend_drift(drift: Drift, *, writer: IndexWriter, catalog: Catalog, applier: ChangeApplier) -> None:
    """Index the stale offers as they are now. Extra documents are not mended here: only a rebuild knows them."""
    for start in range(0, len(drift.stale), COMPARE_BATCH):
        listings = catalog.offers(drift.stale[start : start + COMPARE_BATCH])
        writer.apply(applier.assembler.documents(listings))
    writer.commit(feed_cursor=writer.feed_cursor)
