"""One deed, one transaction: the frame that every use case runs in."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from catalog_service.domain.companies.members import Member
from catalog_service.domain.deeds import AuditNote, DeedRequest, OutboxNote, Receipt, Subject
from catalog_service.domain.offers.content import StoredOffer
from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.suppliers.profile import StoredSupplier
from catalog_service.domain.text import clean_line
from catalog_service.ports.record import DeedKey, RecordStore, RecordTransaction, VersionMismatch
from kernel.clock import Clock
from kernel.errors import Invalid, NotFound
from kernel.ids import IdSource
from kernel.offers import Supplier

REASON_CHARACTERS_MAX = 500


class OfferNotFound(NotFound):
    """No offer has this id."""

    code = "offer_not_found"


class SupplierNotFound(NotFound):
    """No supplier has this id."""

    code = "supplier_not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """What every use case needs: the record, time and ids. ``language``: the market's, of those who have not said
    theirs."""

    store: RecordStore
    clock: Clock
    ids: IdSource
    language: str = "zh"

    def language_of(self, member: Member, *, asked_in: str | None = None) -> str:
        """What a mail to the member is written in: its own language, else that of the page or call which asked for the
        mail, else the market's."""
        return member.language or asked_in or self.language

    def perform(self, request: DeedRequest, deed: Callable[[RecordTransaction, int], Receipt]) -> Receipt:
        """Run ``deed(transaction, now)`` in one transaction, which keeps the receipt under the caller's key.

        A key seen before gives the first receipt, marked as replayed. A refused deed leaves nothing and frees its key.
        """
        now = self.clock.now()
        if request.key is None:
            return self.store.write(lambda transaction: deed(transaction, now))
        key = DeedKey(actor=request.actor, key=request.key, fingerprint=request.fingerprint)
        return self.store.write_once(key, lambda transaction: deed(transaction, now), at=now)


def require_offer(transaction: RecordTransaction, offer_id: str) -> StoredOffer:
    """The stored offer, or ``OfferNotFound``."""
    stored = transaction.offer(offer_id)
    if stored is None:
        raise OfferNotFound(f"没有编号为 {offer_id} 的商品", parameter="offer_id")
    return stored


def require_supplier(transaction: RecordTransaction, supplier_id: str, *, parameter: str = "supplier_id") -> Supplier:
    """The supplier, or ``SupplierNotFound``."""
    stored = transaction.suppliers([supplier_id]).get(supplier_id)
    if stored is None:
        raise SupplierNotFound(f"没有编号为 {supplier_id} 的供应商", parameter=parameter)
    return stored.supplier


def require_version(expected: int | None, *, actual: int) -> None:
    """Refuse when the caller read another version than the one that stands (None: the caller does not mind)."""
    if expected is not None and expected != actual:
        raise VersionMismatch(
            f"内容已被他人修改（当前版本 {actual}），请刷新后重试", parameter="If-Match", detail={"version": actual}
        )


def require_reason(reason: str) -> str:
    """The reason as one line, refused when empty or too long: the audit trail must say why."""
    cleaned = clean_line(reason)
    if not 1 <= len(cleaned) <= REASON_CHARACTERS_MAX:
        raise Invalid(f"必须写明原因，最长 {REASON_CHARACTERS_MAX} 字", parameter="reason")
    return cleaned


def move_offer(
    transaction: RecordTransaction,
    stored: StoredOffer,
    *,
    state: OfferState,
    deed: str,
    actor: str,
    now: int,
    reason: str = "",
    takedown_reason: str = "",
) -> Receipt:
    """The next version of the same content in another state, announced and audited."""
    version = stored.offer.version + 1
    moved = StoredOffer(
        offer=dataclasses.replace(stored.offer, version=version),
        state=state,
        content_hash=stored.content_hash,
        changed_at=now,
        takedown_reason=takedown_reason,
    )
    transaction.replace_offers([moved])
    return announce_offer(transaction, moved, deed=deed, actor=actor, now=now, reason=reason)


def announce_offer(
    transaction: RecordTransaction,
    stored: StoredOffer,
    *,
    deed: str,
    actor: str,
    now: int,
    reason: str = "",
    created: bool = False,
) -> Receipt:
    """Outbox row, audit row and receipt of an offer's new version."""
    offer = stored.offer
    _tell(transaction, Subject.OFFER, offer.offer_id, offer.version, now=now)
    return leave_receipt(
        transaction, Subject.OFFER, offer.offer_id, offer.version, deed=deed, actor=actor, now=now, reason=reason,
        state=str(stored.state), created=created,
    )  # fmt: skip


def store_supplier(
    transaction: RecordTransaction,
    supplier: Supplier,
    *,
    deed: str,
    actor: str,
    now: int,
    facts: Mapping[str, int | float | str] | None = None,
) -> Receipt:
    """Store a supplier's new version (the first when it is 1), announced and audited."""
    row = StoredSupplier(supplier=supplier, changed_at=now)
    created = supplier.version == 1
    if created:
        transaction.insert_suppliers([row])
    else:
        transaction.replace_suppliers([row])
    _tell(transaction, Subject.SUPPLIER, supplier.supplier_id, supplier.version, now=now)
    return leave_receipt(
        transaction, Subject.SUPPLIER, supplier.supplier_id, supplier.version, deed=deed, actor=actor, now=now,
        created=created, facts=facts,
    )  # fmt: skip


def leave_receipt(
    transaction: RecordTransaction,
    subject: Subject,
    subject_id: str,
    version: int,
    *,
    deed: str,
    actor: str,
    now: int,
    state: str = "",
    reason: str = "",
    created: bool = False,
    facts: Mapping[str, int | float | str] | None = None,
) -> Receipt:
    """Audit row and receipt of a deed; neither holds a login, a name or a telephone."""
    note = AuditNote(
        actor=actor, deed=deed, subject=subject, subject_id=subject_id, version=version, reason=reason,
        facts=facts or {},
    )  # fmt: skip
    transaction.write_audit([note], at=now)
    return Receipt(
        subject=subject, subject_id=subject_id, version=version, state=state, created=created, facts=facts or {}
    )


def _tell(transaction: RecordTransaction, subject: Subject, subject_id: str, version: int, *, now: int) -> None:
    transaction.announce([OutboxNote(subject=subject, subject_id=subject_id, version=version)], at=now)
