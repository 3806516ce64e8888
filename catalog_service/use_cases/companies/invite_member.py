"""An owner brings a colleague in: the colleague gets a link by mail and chooses the password."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from catalog_service.domain.companies.credentials import LinkKind
from catalog_service.domain.companies.logins import accept_email, accept_login
from catalog_service.domain.companies.members import (
    MEMBER_MACHINE,
    MEMBERS_MAX,
    Member,
    MemberEvent,
    accept_language,
    accept_person,
    accept_roles,
    accept_spend_limit,
)
from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.machines import Actor
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import (
    mail_link,
    next_company,
    require_company,
)
from catalog_service.use_cases.deeds import Deeds, leave_receipt
from kernel.errors import Conflict


class LoginTaken(Conflict):
    """Somebody signs in with this already."""

    code = "login_taken"


class TooManyMembers(Conflict):
    """The company is full."""

    code = "too_many_members"


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteMember:
    deeds: Deeds
    site_url: str

    def __call__(
        self,
        *,
        company_id: str,
        login: str,
        email: str,
        name: str,
        roles: Collection[str],
        spend_limit_fen: int | None,
        request: DeedRequest,
        language: str | None = None,
    ) -> Receipt:
        """The login is one that nobody has; ``email`` empty: the login is the address. ``language``: what the colleague
        reads, as far as the owner knows; not said, it is the owner's."""
        accepted = accept_login(login)
        address, name = accept_email(email or login), accept_person(name)
        accepted_roles, limit = accept_roles(roles), accept_spend_limit(spend_limit_fen)
        said = accept_language(language)

        def invite(transaction: RecordTransaction, now: int) -> Receipt:
            company = require_company(transaction, company_id)
            if transaction.companies.member_by_login(accepted) is not None:
                raise LoginTaken("这个登录名已有账号", parameter="login")
            if len(transaction.companies.members(company_id)) >= MEMBERS_MAX:
                raise TooManyMembers(f"一家公司最多 {MEMBERS_MAX} 位成员", parameter="login")
            next_company(transaction, company, now=now)
            owner = transaction.companies.member(request.actor)
            reads = said or (owner.language if owner else None)
            state = MEMBER_MACHINE.move(None, MemberEvent.INVITE, Actor.OWNER, subject="").target
            member = Member(
                member_id=self.deeds.ids.new(), company_id=company_id, login=accepted, email=address, name=name,
                state=state, roles=accepted_roles, spend_limit_fen=limit, language=reads,
                version=1, changed_at=now,
            )  # fmt: skip
            transaction.companies.insert_member(member)
            written_in = self.deeds.language_of(member)
            mail_link(transaction, member, LinkKind.INVITE, now=now, site_url=self.site_url, language=written_in)
            return leave_receipt(
                transaction, Subject.MEMBER, member.member_id, 1, deed="invite_member", actor=request.actor, now=now,
                state=str(state), created=True,
            )  # fmt: skip

        return self.deeds.perform(request, invite)
