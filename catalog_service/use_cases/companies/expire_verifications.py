"""Time ends verifications."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.verification import (
    VerificationEvent,
)
from catalog_service.domain.machines import Actor
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.verifications import (
    follow_supplier,
    moved_verification,
    tell_company,
    verification_receipt,
)
from catalog_service.use_cases.deeds import Deeds

EXPIRED_AT_ONCE = 50  # a transaction of some 20 ms


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireVerifications:
    """For the timer: what has ended is moved on, and how many there were."""

    deeds: Deeds

    def __call__(self) -> int:
        now = self.deeds.clock.now()

        def expire(transaction: RecordTransaction) -> int:
            ended = transaction.companies.ended_verifications(now=now, limit=EXPIRED_AT_ONCE)
            for row in ended:
                moved = moved_verification(transaction, row, VerificationEvent.EXPIRE, Actor.TIMER, now=now)
                follow_supplier(transaction, moved, actor="timer", now=now)
                tell_company(transaction, moved, "供应商认证已到期，请重新提交资质", now=now)
                verification_receipt(transaction, moved, "expire_verification", "timer", now)
            return len(ended)

        return self.deeds.store.write(expire)
