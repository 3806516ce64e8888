"""A member gives a code: for a while the session may do deeds of money."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import Subject
from catalog_service.ports.passwords import Throttle
from catalog_service.ports.record import RecordTransaction
from catalog_service.ports.second_factor import OneTimeCodes
from catalog_service.use_cases.companies.common import next_member
from catalog_service.use_cases.companies.second_factor import SecondFactorAbsent, recovery_digest, wrong_code
from catalog_service.use_cases.companies.sign_in import BY_LOGIN, WINDOW_SECONDS
from catalog_service.use_cases.deeds import Deeds, leave_receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveCode:
    """A code counts once, also against somebody who read it along the way; a recovery code counts once for good. The
    answer says how many recovery codes are left."""

    deeds: Deeds
    codes: OneTimeCodes
    throttle: Throttle

    def __call__(self, *, member_id: str, session_id: str, code: str) -> int:
        self.throttle.attempt("code", who=member_id, most=BY_LOGIN, seconds=WINDOW_SECONDS)
        now = self.deeds.clock.now()

        def give(transaction: RecordTransaction) -> int:
            member = transaction.companies.member(member_id)
            if member is None or member.totp_confirmed_at is None:
                raise SecondFactorAbsent("没有开启两步验证")
            step = self.codes.step_of(member.totp_secret, code, now=now)
            if step is not None and step > member.totp_step:
                member = next_member(transaction, member, now=now, totp_step=step)
            elif not transaction.identity.use_recovery_code(member_id, recovery_digest(member_id, code), at=now):
                raise wrong_code()
            transaction.identity.note_second_factor(session_id, at=now)
            leave_receipt(
                transaction, Subject.MEMBER, member_id, member.version, deed="give_code", actor=member_id, now=now
            )
            return transaction.identity.recovery_codes_left(member_id)

        left = self.deeds.store.write(give)
        self.throttle.forget("code", who=member_id, most=BY_LOGIN, seconds=WINDOW_SECONDS)
        return left
