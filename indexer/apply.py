"""A batch of changes to the writer: what cannot be applied is set aside and blocks nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from indexer.dead_letters import DeadLetters
from indexer.stages.assemble import Assembler
from indexer.stages.listing import Listing
from kernel.changes import Catalog, Change, OfferChanged, SupplierChanged
from kernel.errors import Invalid
from search_engine.documents import IndexDocument, Withdrawal
from search_engine.port import EngineAway, IndexWriter, WriterBusy

# Errors that a value itself makes, whoever stores it: even a document that is alone in its batch is then at fault.
OF_THE_DOCUMENT = (TypeError, OverflowError, UnicodeError, Invalid)

# The writer is away, or another's by now, whatever the document: asking for one document after the other would take as
# long as each waits, and set aside what came before the engine was back.
OF_THE_ENGINE = (EngineAway, WriterBusy)

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
        writer.apply([], withdrawals)
        self._index(writer, [(offer, supplier) for offer, supplier, _ in listings], [n for _, _, n in listings])
        suppliers = {c.supplier.supplier_id: c.sequence for c in changes if isinstance(c, SupplierChanged)}
        for supplier_id, sequence in suppliers.items():
            for batch in self.catalog.live_offers_of(supplier_id):
                self._index(writer, batch, [sequence] * len(batch))

    def _index(self, writer: IndexWriter, listings: Sequence[Listing], sequences: Sequence[int]) -> None:
        """The whole batch at once; when it fails, one by one, so that only the guilty is set aside."""
        sequence_of = {offer.offer_id: n for (offer, _), n in zip(listings, sequences, strict=True)}
        documents: list[IndexDocument] = []
        try:
            documents.extend(self.assembler.documents(listings))
        except Exception:  # whatever a stage trips over must not stop the feed
            log.debug("batch_failed", size=len(listings), exc_info=True)
            for listing in listings:
                try:
                    documents.extend(self.assembler.documents([listing]))
                except Exception as fault:
                    self._set_aside(listing[0].offer_id, sequence_of, fault)
        try:
            writer.apply(documents)
        except OF_THE_ENGINE:
            raise
        except Exception as fault:
            self._apply_one_by_one(writer, documents, sequence_of, fault)

    def _apply_one_by_one(
        self, writer: IndexWriter, documents: Sequence[IndexDocument], sequence_of: Mapping[str, int], fault: Exception
    ) -> None:
        """What the writer refuses while it takes others is set aside. When it takes none, the writer is at fault
        (a full disk): that is raised, and the same changes come again."""
        refused: dict[str, Exception] = {}
        for document in documents:
            try:
                writer.apply([document])
            except OF_THE_ENGINE:
                raise
            except Exception as refusal:
                refused[document.offer_id] = refusal
        if len(refused) == len(documents) and not isinstance(fault, OF_THE_DOCUMENT):
            raise fault
        for offer_id, reason in refused.items():
            self._set_aside(offer_id, sequence_of, reason)

    def _set_aside(self, offer_id: str, sequence_of: Mapping[str, int], fault: Exception) -> None:
        """Recorded with its reason, for a person to read."""
        reason = f"{type(fault).__name__}: {fault}"
        sequence = sequence_of[offer_id]
        log.error("change_set_aside", offer_id=offer_id, sequence=sequence, reason=reason)
        self.dead_letters.add(offer_id=offer_id, sequence=sequence, reason=reason)
