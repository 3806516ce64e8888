"""The record as the use cases ask for it: one transaction a deed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from catalog_service.domain.credit import CreditEvent, CreditTally
from catalog_service.domain.deeds import AuditNote, OutboxNote, Receipt
from catalog_service.domain.offers import StoredOffer
from catalog_service.domain.states import OfferState
from catalog_service.domain.suppliers import StoredSupplier
from kernel.errors import Conflict, Invalid, Unavailable


class KeyInFlight(Conflict):
    """The same Idempotency-Key is being worked on."""

    code = "idempotency_key_in_flight"


class KeyReused(Invalid):
    """The same Idempotency-Key came with something else to do."""

    code = "idempotency_key_reused"


class VersionMismatch(Conflict):
    """The row moved on since the caller read it; ``detail`` has the version that stands now where it is known."""

    code = "version_mismatch"


class ImportTaken(Conflict):
    """Another process is importing the same file."""

    code = "import_taken"


class RecordBusy(Unavailable):
    """Another writer held the database beyond the busy timeout, or the disk refused; it may succeed later."""

    code = "record_busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A key that is in flight; ``token`` tells its holder from one who took it over."""

    actor: str
    key: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferMark:
    """As much of an offer as a bulk deed needs to decide."""

    version: int
    state: OfferState
    content_hash: str
    published_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRun:
    """How far an import has come. ``rejects_bytes``: length of the rejects file when this was committed."""

    run_id: str
    file_name: str
    rows_done: int = 0
    created: int = 0
    revised: int = 0
    unchanged: int = 0
    rejected: int = 0
    rejects_bytes: int = 0
    started_at: int = 0
    finished_at: int | None = None


class RecordTransaction(Protocol):
    """The record inside one transaction. What several rows need goes in one call, in the order of their ids."""

    def offer(self, offer_id: str) -> StoredOffer | None: ...

    def offer_marks(self, offer_ids: Collection[str]) -> Mapping[str, OfferMark]: ...

    def insert_offers(self, rows: Sequence[StoredOffer]) -> None: ...

    def replace_offers(self, rows: Sequence[StoredOffer]) -> None:
        """Each replaces the row of version ``row.version - 1``; ``VersionMismatch`` when another stands there."""
        ...

    def suppliers(self, supplier_ids: Collection[str]) -> Mapping[str, StoredSupplier]: ...

    def insert_suppliers(self, rows: Sequence[StoredSupplier]) -> None: ...

    def replace_suppliers(self, rows: Sequence[StoredSupplier]) -> None:
        """As ``replace_offers``."""
        ...

    def add_credit_events(self, events: Sequence[CreditEvent]) -> None: ...

    def credit_tallies(self, supplier_id: str) -> Sequence[CreditTally]: ...

    def announce(self, notes: Sequence[OutboxNote], *, at: int) -> None: ...

    def write_audit(self, notes: Sequence[AuditNote], *, at: int) -> None: ...

    def import_run(self, run_id: str) -> ImportRun | None: ...

    def save_import_run(self, run: ImportRun, *, previous: ImportRun | None, at: int) -> None:
        """Put ``run`` where ``previous`` stands; raises ``ImportTaken`` when another process moved it on."""
        ...

    def settle_claim(self, claim: Claim, receipt: Receipt) -> None:
        """Store the answer under the key; raises ``KeyInFlight`` when the claim was taken over meanwhile."""
        ...


class RecordStore(Protocol):
    """Opens transactions. Leaving ``writing`` normally commits, an exception rolls back."""

    def writing(self) -> AbstractContextManager[RecordTransaction]: ...

    def claim(self, claim: Claim, *, fingerprint: str, at: int, stale_before: int) -> Receipt | None:
        """Take the key (None), or give the first answer; commits on its own.

        Raises ``KeyInFlight`` while another holds it (unless claimed before ``stale_before``: its holder died) and
        ``KeyReused`` when the same key came with another fingerprint.
        """
        ...

    def release(self, claim: Claim) -> None:
        """Give the key back: the deed was refused and left nothing behind."""
        ...
