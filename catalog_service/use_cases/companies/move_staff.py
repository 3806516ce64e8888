"""One of the market's people is suspended, or taken back."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.members import MEMBER_MACHINE, Member, MemberEvent, MemberState
from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.machines import Actor
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import next_member, require_member
from catalog_service.use_cases.deeds import Deeds, leave_receipt, require_reason, require_version
from kernel.errors import Conflict


class LastStaff(Conflict):
    """The market would be left without anybody who may decide."""

    code = "last_staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveStaff:
    """Who is suspended is signed out at once, and links that were made for new people are void: one may be theirs.
    ``LastStaff``; ``MoveRefused``."""

    deeds: Deeds

    def suspend(
        self, *, member_id: str, reason: str, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        why = require_reason(reason)
        return self._move(member_id, MemberEvent.SUSPEND, request, expected_version, why)

    def reinstate(self, *, member_id: str, request: DeedRequest, expected_version: int | None = None) -> Receipt:
        return self._move(member_id, MemberEvent.REINSTATE, request, expected_version, "")

    def _move(
        self, member_id: str, event: MemberEvent, request: DeedRequest, expected_version: int | None, reason: str
    ) -> Receipt:
        def move(transaction: RecordTransaction, now: int) -> Receipt:
            member = require_member(transaction, member_id, company_id=None)
            require_version(expected_version, actual=member.version)
            state = MEMBER_MACHINE.move(member.state, event, Actor.STAFF, subject=member_id).target
            if state is not MemberState.ACTIVE:
                _hold_another(transaction, member)
            changed = next_member(transaction, member, now=now, state=state)
            if state is not MemberState.ACTIVE:
                transaction.identity.end_sessions(member_id)
                transaction.identity.void_links(member_id, at=now)
                transaction.identity.void_admin_links(at=now)
            return leave_receipt(
                transaction, Subject.MEMBER, member_id, changed.version, deed=f"{event}_staff", actor=request.actor,
                now=now, state=str(state), reason=reason,
            )  # fmt: skip

        return self.deeds.perform(request, move)


def _hold_another(transaction: RecordTransaction, leaving: Member) -> None:
    """Refuse what would leave nobody; else nobody who stays is suspended before this ends. All are held, in the order
    of ids, so that two who suspend each other go one by one and never wait in a ring."""
    active = [each for each in transaction.companies.staff() if each.state is MemberState.ACTIVE]
    if all(each.member_id == leaving.member_id for each in active):
        raise LastStaff("市场至少要有一位使用中的工作人员", parameter="member_id")
    for each in active:
        transaction.companies.hold_member(each)
