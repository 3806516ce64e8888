"""Another link to somebody who has not come yet."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.credentials import LinkKind
from catalog_service.domain.companies.members import (
    MEMBER_MACHINE,
    MemberEvent,
)
from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.machines import Actor
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import (
    mail_link,
    require_member,
)
from catalog_service.use_cases.deeds import Deeds, leave_receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteAgain:
    """Another link to a member who has not used the first one; that one is void."""

    deeds: Deeds
    site_url: str

    def __call__(self, *, company_id: str, member_id: str, request: DeedRequest) -> Receipt:
        def again(transaction: RecordTransaction, now: int) -> Receipt:
            member = require_member(transaction, member_id, company_id=company_id)
            if MemberEvent.CONFIRM not in MEMBER_MACHINE.allowed(member.state, Actor.MEMBER):
                MEMBER_MACHINE.move(member.state, MemberEvent.INVITE, Actor.OWNER, subject=member_id)
            reads = self.deeds.language_of(member)
            mail_link(transaction, member, LinkKind.INVITE, now=now, site_url=self.site_url, language=reads)
            return leave_receipt(
                transaction, Subject.MEMBER, member_id, member.version, deed="invite_again", actor=request.actor,
                now=now, state=str(member.state),
            )  # fmt: skip

        return self.deeds.perform(request, again)
