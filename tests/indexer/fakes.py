"""The record and the stages in memory; the index is the engine room's own ``InMemoryStore``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from indexer.apply import ChangeApplier
from indexer.stages.listing import listing_digest
from kernel.changes import Change, OfferChanged, SupplierChanged
from kernel.offers import Offer, Supplier
from search_engine.card import Card, SupplierCard, encode_card
from search_engine.documents import IndexDocument
from search_engine.fake import InMemoryStore
from search_engine.port import VectorSpace

SPACE = VectorSpace(fingerprint="fake", dimensions=4)
Listing = tuple[Offer, Supplier | None]


@dataclass
class FakeRecord:
    """``ChangeFeed`` and ``Catalog`` over dictionaries."""

    offers_by_id: dict[str, Offer] = field(default_factory=dict)
    suppliers: dict[str, Supplier] = field(default_factory=dict)
    log: list[tuple[int, str, str, bool]] = field(default_factory=list)  # sequence, kind, id, urgent
    versions: dict[str, int] = field(default_factory=dict)
    reads: list[tuple[str, int]] = field(default_factory=list)

    def publish(self, offer_id: str, title: str, *, urgent: bool = False, supplier_id: str | None = None) -> None:
        version = self.versions[offer_id] = self.versions.get(offer_id, 0) + 1
        self.offers_by_id[offer_id] = Offer(offer_id=offer_id, title=title, version=version, supplier_id=supplier_id)
        self._append("offer", offer_id, urgent)

    def withdraw(self, offer_id: str) -> None:
        self.versions[offer_id] += 1
        del self.offers_by_id[offer_id]
        self._append("offer", offer_id, True)

    def put_supplier(self, supplier: Supplier) -> None:
        self.suppliers[supplier.supplier_id] = supplier
        self._append("supplier", supplier.supplier_id, True)

    def _append(self, kind: str, subject_id: str, urgent: bool) -> None:
        self.log.append((len(self.log) + 1, kind, subject_id, urgent))

    # ChangeFeed

    def after(self, cursor: int, *, limit: int) -> Sequence[Change]:
        self.reads.append(("after", cursor))
        return [self._change(row) for row in self.log if row[0] > cursor][:limit]

    def urgent_after(self, cursor: int, *, limit: int) -> Sequence[Change]:
        return [self._change(row) for row in self.log if row[0] > cursor and row[3]][:limit]

    def latest(self) -> int:
        return len(self.log)

    def _change(self, row: tuple[int, str, str, bool]) -> Change:
        sequence, kind, subject_id, _ = row
        if kind == "supplier":
            return SupplierChanged(sequence=sequence, supplier=self.suppliers[subject_id])
        offer = self.offers_by_id.get(subject_id)
        return OfferChanged(
            sequence=sequence,
            offer_id=subject_id,
            version=self.versions[subject_id],
            offer=offer,
            supplier=self._supplier(offer),
        )

    def _supplier(self, offer: Offer | None) -> Supplier | None:
        return self.suppliers.get(offer.supplier_id) if offer is not None and offer.supplier_id else None

    # Catalog

    def live_offers(self, *, batch_size: int, after_id: str = "") -> Iterator[Sequence[Listing]]:
        found = [o for _, o in sorted(self.offers_by_id.items()) if o.offer_id > after_id]
        for start in range(0, len(found), batch_size):
            yield [(offer, self._supplier(offer)) for offer in found[start : start + batch_size]]

    def live_offers_of(self, supplier_id: str) -> Iterator[Sequence[Listing]]:
        found = [o for o in self.offers_by_id.values() if o.supplier_id == supplier_id]
        if found:
            yield [(offer, self._supplier(offer)) for offer in found]

    def offers(self, offer_ids: Sequence[str]) -> Sequence[Listing]:
        return [
            (self.offers_by_id[offer_id], self._supplier(self.offers_by_id[offer_id]))
            for offer_id in offer_ids
            if offer_id in self.offers_by_id
        ]

    def live_count(self) -> int:
        return len(self.offers_by_id)


@dataclass
class FakeAssembler:
    """Documents of one field; titles with 毒 trip it, those with 巨 make a document that no engine can hold."""

    batches: list[list[str]] = field(default_factory=list)

    def documents(self, listings: Sequence[Listing]) -> list[IndexDocument]:
        self.batches.append([offer.offer_id for offer, _ in listings])
        return [self._document(offer, supplier) for offer, supplier in listings]

    def _document(self, offer: Offer, supplier: Supplier | None) -> IndexDocument:
        if "毒" in offer.title:
            raise KeyError("a stage tripped")
        card = Card(
            offer_id=offer.offer_id,
            title=offer.title,
            version=offer.version,
            supplier=SupplierCard(id=supplier.supplier_id, name=supplier.name) if supplier else None,
            listing=listing_digest((offer, supplier)).hex(),
        )
        return IndexDocument(
            offer_id=offer.offer_id,
            version=offer.version,
            words=" ".join(offer.title),
            characters=" ".join(offer.title),
            bigrams="",
            facts="",
            coverage=" ".join(offer.title),
            vector_text=offer.title,
            card=encode_card(card),
            sold_count=1 << 70 if "巨" in offer.title else 0,
        )


@dataclass
class FakeDeadLetters:
    entries: list[tuple[str, int, str]] = field(default_factory=list)

    def add(self, *, offer_id: str, sequence: int, reason: str) -> None:
        self.entries.append((offer_id, sequence, reason))


class FakeEncoder:
    """Any text is a unit vector; remembers how many texts came at once."""

    name, dimensions, fingerprint = "fake", 4, "fake"

    def __init__(self) -> None:
        self.chunks: list[int] = []

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self.encode_documents(texts)

    def encode_documents(self, texts: Sequence[str]) -> np.ndarray:
        self.chunks.append(len(texts))
        return np.tile(np.array([1, 0, 0, 0], np.float32), (len(texts), 1))


@dataclass
class House:
    """A record, an index and the applier between them."""

    record: FakeRecord = field(default_factory=FakeRecord)
    assembler: FakeAssembler = field(default_factory=FakeAssembler)
    letters: FakeDeadLetters = field(default_factory=FakeDeadLetters)
    store: InMemoryStore = field(default_factory=InMemoryStore)

    def __post_init__(self) -> None:
        with self.store.rebuild(vector_space=SPACE):
            pass

    @property
    def applier(self) -> ChangeApplier:
        return ChangeApplier(assembler=self.assembler, catalog=self.record, dead_letters=self.letters)

    def indexed(self) -> dict[str, int]:
        """Offer id -> version, as published."""
        return {d.offer_id: d.version for d in self.store.state().rows.values()}
