"""A verification ends before its time."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.verification import (
    VerificationEvent,
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
from catalog_service.use_cases.deeds import Deeds, require_reason


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawVerification:
    """By the company (its own alone), or by the market (``company_id`` None) with a reason."""

    deeds: Deeds

    def __call__(
        self, *, verification_id: str, company_id: str | None, request: DeedRequest, reason: str = ""
    ) -> Receipt:
        by = Actor.STAFF if company_id is None else Actor.SELLER
        why = require_reason(reason) if by is Actor.STAFF else ""

        def withdraw(transaction: RecordTransaction, now: int) -> Receipt:
            row = require_verification(transaction, verification_id, company_id=company_id)
            moved = moved_verification(
                transaction, row, VerificationEvent.WITHDRAW, by, now=now, reason=why or row.reason
            )
            follow_supplier(transaction, moved, actor=request.actor, now=now)
            if by is Actor.STAFF:
                tell_company(transaction, moved, f"供应商认证已被撤销：{why}", now=now)
            return verification_receipt(transaction, moved, "withdraw_verification", request.actor, now, reason=why)

        return self.deeds.perform(request, withdraw)
