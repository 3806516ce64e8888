"""The first code of a secret was given: from now on it counts."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from catalog_service.domain.deeds import Subject
from catalog_service.ports.passwords import Throttle
from catalog_service.ports.record import RecordTransaction
from catalog_service.ports.second_factor import OneTimeCodes
from catalog_service.use_cases.companies.common import next_member
from catalog_service.use_cases.companies.second_factor import (
    SecondFactorAbsent,
    SecondFactorEnrolled,
    recovery_digest,
    wrong_code,
)
from catalog_service.use_cases.companies.sign_in import BY_LOGIN, WINDOW_SECONDS
from catalog_service.use_cases.deeds import Deeds, leave_receipt

RECOVERY_CODES = 10  # for telephones that were lost, one each time
_RECOVERY_BYTES = 8  # 64 random bits, behind the throttle


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmTotp:
    """The first code makes it count; the answer is the recovery codes, shown once."""

    deeds: Deeds
    codes: OneTimeCodes
    throttle: Throttle

    def __call__(self, *, member_id: str, session_id: str, code: str) -> Sequence[str]:
        self.throttle.attempt("code", who=member_id, most=BY_LOGIN, seconds=WINDOW_SECONDS)
        now = self.deeds.clock.now()
        recovery = [secrets.token_hex(_RECOVERY_BYTES) for _ in range(RECOVERY_CODES)]

        def confirm(transaction: RecordTransaction) -> None:
            member = transaction.companies.member(member_id)
            if member is None or not member.totp_secret:
                raise SecondFactorAbsent("请先取得两步验证的密钥")
            if member.totp_confirmed_at is not None:
                raise SecondFactorEnrolled("已开启两步验证")
            step = self.codes.step_of(member.totp_secret, code, now=now)
            if step is None:
                raise wrong_code()
            changed = next_member(transaction, member, now=now, totp_confirmed_at=now, totp_step=step)
            transaction.identity.set_recovery_codes(member_id, [recovery_digest(member_id, one) for one in recovery])
            transaction.identity.note_second_factor(session_id, at=now)
            leave_receipt(
                transaction, Subject.MEMBER, member_id, changed.version, deed="confirm_totp", actor=member_id, now=now
            )

        self.deeds.store.write(confirm)
        return recovery
