"""What deeds on a supplier's terms leave: an audit line and a receipt. The feed is not told: searches show public
prices alone, and a basket is priced from the record."""

from __future__ import annotations

from collections.abc import Mapping

from catalog_service.domain.deeds import AuditNote, DeedRequest, Receipt, Subject
from catalog_service.ports.record import RecordTransaction


def leave_note(
    transaction: RecordTransaction,
    subject: Subject,
    subject_id: str,
    *,
    version: int,
    deed: str,
    request: DeedRequest,
    now: int,
    created: bool = False,
    facts: Mapping[str, int | float | str] | None = None,
) -> Receipt:
    """The audit line, and the receipt with the same facts."""
    note = AuditNote(
        actor=request.actor, deed=deed, subject=subject, subject_id=subject_id, version=version, facts=facts or {}
    )
    transaction.write_audit([note], at=now)
    return Receipt(subject=subject, subject_id=subject_id, version=version, created=created, facts=facts or {})
