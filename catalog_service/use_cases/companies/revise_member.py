"""An owner changes what a member may do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from catalog_service.domain.companies.members import accept_person, accept_roles, accept_spend_limit
from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
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
class ReviseMember:
    """Name, roles and limit as a whole, from a version that the owner has read; ``LastOwner``."""

    deeds: Deeds

    def __call__(
        self,
        *,
        company_id: str,
        member_id: str,
        name: str,
        roles: Collection[str],
        spend_limit_fen: int | None,
        expected_version: int | None,
        request: DeedRequest,
    ) -> Receipt:
        name, accepted, limit = accept_person(name), accept_roles(roles), accept_spend_limit(spend_limit_fen)

        def revise(transaction: RecordTransaction, now: int) -> Receipt:
            company = require_company(transaction, company_id)
            member = require_member(transaction, member_id, company_id=company_id)
            require_version(expected_version, actual=member.version)
            next_company(transaction, company, now=now)  # two owners who demote each other go one by one
            changed = next_member(transaction, member, now=now, name=name, roles=accepted, spend_limit_fen=limit)
            keep_an_owner(transaction, changed)
            return leave_receipt(
                transaction, Subject.MEMBER, member_id, changed.version, deed="revise_member", actor=request.actor,
                now=now, state=str(member.state), facts={"roles": " ".join(sorted(accepted))},
            )  # fmt: skip

        return self.deeds.perform(request, revise)
