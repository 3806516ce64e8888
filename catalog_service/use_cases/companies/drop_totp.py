"""A member gives the second factor up; its route asks for a code of it first."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import MemberNotFound, next_member
from catalog_service.use_cases.companies.second_factor import SecondFactorAbsent
from catalog_service.use_cases.deeds import Deeds, leave_receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class DropTotp:
    """Secret and recovery codes are gone."""

    deeds: Deeds

    def __call__(self, *, member_id: str, request: DeedRequest) -> Receipt:
        def drop(transaction: RecordTransaction, now: int) -> Receipt:
            member = transaction.companies.member(member_id)
            if member is None:
                raise MemberNotFound("没有这个成员", parameter="member_id")
            if not member.totp_secret:
                raise SecondFactorAbsent("没有开启两步验证")
            changed = next_member(transaction, member, now=now, totp_secret="", totp_confirmed_at=None, totp_step=0)
            transaction.identity.set_recovery_codes(member_id, [])
            return leave_receipt(
                transaction, Subject.MEMBER, member_id, changed.version, deed="drop_totp", actor=request.actor, now=now
            )

        return self.deeds.perform(request, drop)
