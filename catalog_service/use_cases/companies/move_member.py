"""An owner suspends a member, takes one back, or lets one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog_service.domain.companies.members import MEMBER_MACHINE, Member, MemberEvent, MemberState
from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.machines import Actor
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import (
    keep_an_owner,
    next_company,
    next_member,
    require_company,
    require_member,
)
from catalog_service.use_cases.deeds import Deeds, leave_receipt, require_version


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveMember:
    """Who is not active is signed out at once. One who was let go leaves neither login nor name behind, so the login
    may come again. ``LastOwner``; ``MoveRefused``."""

    deeds: Deeds

    def __call__(
        self,
        *,
        company_id: str,
        member_id: str,
        event: MemberEvent,
        request: DeedRequest,
        expected_version: int | None = None,
    ) -> Receipt:
        def move(transaction: RecordTransaction, now: int) -> Receipt:
            company = require_company(transaction, company_id)
            member = require_member(transaction, member_id, company_id=company_id)
            require_version(expected_version, actual=member.version)
            state = MEMBER_MACHINE.move(member.state, event, Actor.OWNER, subject=member_id).target
            next_company(transaction, company, now=now)
            gone = _forgotten(member) if state is MemberState.REMOVED else {}
            changed = next_member(transaction, member, now=now, state=state, **gone)
            keep_an_owner(transaction, changed)
            if state is not MemberState.ACTIVE:
                transaction.identity.end_sessions(member_id)
                transaction.identity.void_links(member_id, at=now)
            if gone:
                transaction.identity.set_recovery_codes(member_id, [])
            return leave_receipt(
                transaction, Subject.MEMBER, member_id, changed.version, deed=f"{event}_member", actor=request.actor,
                now=now, state=str(state),
            )  # fmt: skip

        return self.deeds.perform(request, move)


def _forgotten(member: Member) -> dict[str, Any]:
    """What stays of a person in the row: nothing."""
    return {
        "login": f"removed:{member.member_id}",
        "email": "",
        "name": "",
        "language": None,
        "password_hash": "",
        "totp_secret": "",
        "totp_confirmed_at": None,
    }
