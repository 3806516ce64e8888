"""A batch of changes to the writer: what cannot be applied is set aside and blocks nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import structlog

from indexer.dead_letters import DeadLetters
from indexer.stages.assemble import Assembler, Listing
from kernel.changes import Catalog, Change, OfferChanged, SupplierChanged
from search_engine.documents import IndexDocument, Withdrawal
from search_engine.port import IndexWriter

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeApplier:
    """Applies changes to a writer; committing is the caller's."""

    assembler: Assembler
    catalog: Catalog
    dead_letters: DeadLetters

    def apply(self, writer: IndexWriter, changes: Sequence[Change]) -> None:
        """All of them, each offer at its newest."""
        newest: dict[str, OfferChanged] = {}
        for change in changes:
            if isinstance(change, OfferChanged):
                newest[change.offer_id] = change
        withdrawals = [Withdrawal(offer_id=c.offer_id, version=c.version) for c in newest.values() if c.offer is None]
        listings = [(c.offer, c.supplier, c.sequence) for c in newest.values() if c.offer is not None]
        writer.apply(list(self._documents([(o, s) for o, s, _ in listings], [n for _, _, n in listings])), withdrawals)
        suppliers = {c.supplier.supplier_id: c.sequence for c in changes if isinstance(c, SupplierChanged)}
        for supplier_id, sequence in suppliers.items():
            for batch in self.catalog.live_offers_of(supplier_id):
                writer.apply(list(self._documents(batch, [sequence] * len(batch))))

    def _documents(self, listings: Sequence[Listing], sequences: Sequence[int]) -> Iterator[IndexDocument]:
        """The whole batch at once; when it fails, one by one, so that only the guilty is set aside."""
        try:
            yield from self.assembler.documents(listings)
        except Exception:  # whatever a stage trips over must not stop the feed; each is retried alone below
            log.warning("batch_failed", size=len(listings), exc_info=True)
            for listing, sequence in zip(listings, sequences, strict=True):
                yield from self._one(listing, sequence)

    def _one(self, listing: Listing, sequence: int) -> Iterator[IndexDocument]:
        offer = listing[0]
        try:
            yield from self.assembler.documents([listing])
        except Exception as error:  # recorded with its reason, for a person to read
            reason = f"{type(error).__name__}: {error}"
            log.error("change_set_aside", offer_id=offer.offer_id, sequence=sequence, reason=reason)
            self.dead_letters.add(offer_id=offer.offer_id, sequence=sequence, reason=reason)
