"""The market decides about a verification."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.verification import (
    VerificationEvent,
    accept_expiry,
)
from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.verifications import (
    follow_supplier,
    moved_verification,
    require_verification,
    tell_company,
    verification_receipt,
)
from catalog_service.use_cases.deeds import Deeds, require_reason, require_version


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideVerification:
    """The market approves until a date, or refuses with a reason; the company is told."""

    deeds: Deeds

    def approve(
        self, *, verification_id: str, expires_at: int, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        def approve(transaction: RecordTransaction, now: int) -> Receipt:
            until = accept_expiry(expires_at, now=now)
            row = require_verification(transaction, verification_id, company_id=None)
            require_version(expected_version, actual=row.version)
            moved = moved_verification(
                transaction, row, VerificationEvent.APPROVE, Actor.STAFF, now=now, decided_by=request.actor,
                decided_at=now, expires_at=until,
            )  # fmt: skip
            follow_supplier(transaction, moved, actor=request.actor, now=now)
            tell_company(transaction, moved, "供应商认证已通过", now=now)
            return verification_receipt(transaction, moved, "approve_verification", request.actor, now)

        return self.deeds.perform(request, approve)

    def refuse(
        self, *, verification_id: str, reason: str, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        why = require_reason(reason)

        def refuse(transaction: RecordTransaction, now: int) -> Receipt:
            row = require_verification(transaction, verification_id, company_id=None)
            require_version(expected_version, actual=row.version)
            moved = moved_verification(
                transaction, row, VerificationEvent.REFUSE, Actor.STAFF, now=now, decided_by=request.actor,
                decided_at=now, reason=why,
            )  # fmt: skip
            tell_company(transaction, moved, f"供应商认证未通过：{why}", now=now)
            return verification_receipt(transaction, moved, "refuse_verification", request.actor, now, reason=why)

        return self.deeds.perform(request, refuse)
