"""A member takes up a second factor: first the secret, which counts once a code of it was given."""

from __future__ import annotations

from dataclasses import dataclass, field

from catalog_service.domain.deeds import Subject
from catalog_service.ports.record import RecordTransaction
from catalog_service.ports.second_factor import OneTimeCodes
from catalog_service.use_cases.companies.common import MemberNotFound, next_member
from catalog_service.use_cases.companies.second_factor import (
    SecondFactorEnrolled,
)
from catalog_service.use_cases.deeds import Deeds, leave_receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """Shown once. ``address`` is for a picture that the telephone reads."""

    secret: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolTotp:
    """A new secret each time, until one is confirmed."""

    deeds: Deeds
    codes: OneTimeCodes

    def __call__(self, *, member_id: str) -> Enrolment:
        secret, now = self.codes.new_secret(), self.deeds.clock.now()

        def enrol(transaction: RecordTransaction) -> str:
            member = transaction.companies.member(member_id)
            if member is None:
                raise MemberNotFound("没有这个成员", parameter="member_id")
            if member.totp_confirmed_at is not None:
                raise SecondFactorEnrolled("已开启两步验证；要更换请先关闭")
            changed = next_member(transaction, member, now=now, totp_secret=secret, totp_step=0)
            leave_receipt(
                transaction, Subject.MEMBER, member_id, changed.version, deed="enrol_totp", actor=member_id, now=now
            )
            return member.login

        login = self.deeds.store.write(enrol)
        return Enrolment(secret=secret, address=self.codes.address(secret, account=login))
