"""What the deeds on verifications share: the move, and what the catalog shows as verified, which follows in the same
transaction, announced, so that the index hears of it."""

from __future__ import annotations

import dataclasses

from catalog_service.domain.companies.verification import (
    VERIFICATION_MACHINE,
    Verification,
    VerificationEvent,
    VerificationState,
)
from catalog_service.domain.deeds import Receipt, Subject
from catalog_service.domain.machines import Actor
from catalog_service.domain.suppliers.profile import SupplierDraft, supplier_after
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import next_company, require_company
from catalog_service.use_cases.deeds import leave_receipt, require_supplier, store_supplier
from kernel.errors import NotFound


class VerificationNotFound(NotFound):
    """There is no such verification for this caller."""

    code = "verification_not_found"


def require_verification(
    transaction: RecordTransaction, verification_id: str, *, company_id: str | None
) -> Verification:
    row = transaction.companies.verification(verification_id)
    if row is None or company_id not in (None, row.company_id):
        raise VerificationNotFound("没有这份认证申请", parameter="verification_id")
    return row


def moved_verification(
    transaction: RecordTransaction,
    row: Verification,
    event: VerificationEvent,
    by: Actor,
    *,
    now: int,
    reason: str | None = None,
    decided_by: str | None = None,
    decided_at: int | None = None,
    expires_at: int | None = None,
) -> Verification:
    state = VERIFICATION_MACHINE.move(row.state, event, by, subject=row.verification_id).target
    moved = dataclasses.replace(
        row,
        state=state,
        version=row.version + 1,
        changed_at=now,
        reason=row.reason if reason is None else reason,
        decided_by=row.decided_by if decided_by is None else decided_by,
        decided_at=row.decided_at if decided_at is None else decided_at,
        expires_at=row.expires_at if expires_at is None else expires_at,
    )
    transaction.companies.move_verification(moved, source=row.state)
    return moved


def follow_supplier(transaction: RecordTransaction, row: Verification, *, actor: str, now: int) -> None:
    """The supplier is verified while an approved verification of it lasts. The company moves on too: of two such deeds
    at once (one ends, another is approved) one is done again and sees what the other did."""
    next_company(transaction, require_company(transaction, row.company_id), now=now)
    lasts = any(
        each.state is VerificationState.APPROVED and (each.expires_at or 0) > now
        for each in transaction.companies.verifications_of(row.company_id)
    )
    known = require_supplier(transaction, row.supplier_id)
    supplier = supplier_after(known, SupplierDraft(supplier_id=row.supplier_id, verified=lasts))
    if supplier is not known:
        store_supplier(transaction, supplier, deed="verify_supplier", actor=actor, now=now)


def tell_company(transaction: RecordTransaction, row: Verification, text: str, *, now: int) -> None:
    transaction.notices.add(
        company_id=row.company_id, kind=f"verification_{row.state}", subject_id=row.verification_id, text=text, at=now
    )


def verification_receipt(
    transaction: RecordTransaction, row: Verification, deed: str, actor: str, now: int, *, reason: str = ""
) -> Receipt:
    return leave_receipt(
        transaction, Subject.VERIFICATION, row.verification_id, row.version, deed=deed, actor=actor, now=now,
        state=str(row.state), reason=reason, created=row.version == 1,
    )  # fmt: skip
