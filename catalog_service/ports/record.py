"""The record as the use cases ask for it: one transaction a deed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from catalog_service.domain.deeds import AuditNote, OutboxNote, Receipt
from catalog_service.domain.offers.content import StoredOffer
from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.suppliers.credit import CreditEvent, CreditTally
from catalog_service.domain.suppliers.profile import StoredSupplier
from catalog_service.ports.bulk_edits import BulkEditRows
from catalog_service.ports.carts import CartRows
from catalog_service.ports.companies import CompanyRows
from catalog_service.ports.identity import IdentityRows
from catalog_service.ports.money import LedgerRows, PaymentRows
from catalog_service.ports.notices import NoticeRows
from catalog_service.ports.orders import OrderRows, TimerRows
from catalog_service.ports.payouts import PayoutRows
from catalog_service.ports.price_rows import PriceRows
from catalog_service.ports.revisions import RevisionRows
from catalog_service.ports.skus import SkuRows
from catalog_service.ports.stock import StockRows
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


class Overtaken(VersionMismatch):
    """Another moved the row after this transaction had read it; read again, the deed may well be allowed."""


class RecordBusy(Unavailable):
    """Another writer held the database beyond the busy timeout, or the disk refused; it may succeed later."""

    code = "record_busy"


class TransactionLost(RecordBusy):
    """The database undid the transaction (deadlock, a connection that ended); nothing of it stands."""

    code = "transaction_lost"


class CommitUnknown(Unavailable):
    """The connection ended while the commit was on its way: it stands whole or not at all, asking again tells which."""

    code = "commit_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeedKey:
    """Under what a deed's first answer is kept; ``fingerprint`` a digest of all that was asked."""

    actor: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferMark:
    """As much of an offer as a bulk deed needs to decide."""

    version: int
    state: OfferState
    content_hash: str
    published_at: int
    more_pictures: tuple[str, ...]


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

    @property
    def companies(self) -> CompanyRows: ...

    @property
    def identity(self) -> IdentityRows: ...

    @property
    def notices(self) -> NoticeRows: ...

    @property
    def skus(self) -> SkuRows: ...

    @property
    def stock(self) -> StockRows: ...

    @property
    def prices(self) -> PriceRows: ...

    @property
    def carts(self) -> CartRows: ...

    @property
    def bulk_edits(self) -> BulkEditRows: ...

    @property
    def revisions(self) -> RevisionRows: ...

    @property
    def orders(self) -> OrderRows: ...

    @property
    def timers(self) -> TimerRows: ...

    @property
    def payments(self) -> PaymentRows: ...

    @property
    def payouts(self) -> PayoutRows: ...

    @property
    def ledger(self) -> LedgerRows: ...

    def offer(self, offer_id: str) -> StoredOffer | None: ...

    def offer_marks(self, offer_ids: Collection[str]) -> Mapping[str, OfferMark]: ...

    def insert_offers(self, rows: Sequence[StoredOffer]) -> None: ...

    def replace_offers(self, rows: Sequence[StoredOffer]) -> None:
        """Each replaces the row of version ``row.version - 1``; ``Overtaken`` when another stands there. The stock is
        left as it is: ``stock.figure`` puts it there."""
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


_Result = TypeVar("_Result")


class RecordStore(Protocol):
    """Runs transactions."""

    def write(self, work: Callable[[RecordTransaction], _Result]) -> _Result:
        """``work`` in one transaction: commits when it returns, rolls back when it raises.

        ``work`` may run several times, each from a clean beginning, when others got in its way (``TransactionLost``,
        ``Overtaken``); so what it does beside the record must be harmless when repeated.
        """
        ...

    def write_once(self, key: DeedKey, work: Callable[[RecordTransaction], Receipt], *, at: int) -> Receipt:
        """As ``write``, and the receipt is kept under the key in the same transaction; a key that has one gives it,
        marked as replayed. A refused deed leaves neither.

        Raises ``KeyInFlight`` while this process does the same deed (another process is waited for) and ``KeyReused``
        when the key came with another fingerprint.
        """
        ...
