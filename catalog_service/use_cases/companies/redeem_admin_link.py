"""Who holds the operator's link becomes one of the market's people."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.credentials import (
    LinkKind,
    digest_of,
)
from catalog_service.domain.companies.logins import accept_email
from catalog_service.domain.companies.members import Member, MemberState, Role, accept_language, accept_person
from catalog_service.domain.companies.passwords import accept_password
from catalog_service.domain.deeds import Receipt, Subject
from catalog_service.ports.passwords import PasswordHasher
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.invite_member import LoginTaken
from catalog_service.use_cases.companies.redeem_link import link_gone
from catalog_service.use_cases.deeds import Deeds, leave_receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemAdminLink:
    """Who holds the link becomes staff."""

    deeds: Deeds
    hasher: PasswordHasher

    def __call__(self, *, token: str, email: str, name: str, password: str, language: str | None = None) -> Receipt:
        """``language``: that the page was read in."""
        login, name, reads = accept_email(email), accept_person(name), accept_language(language)
        digest, now = digest_of(token), self.deeds.clock.now()
        self.deeds.store.write(lambda transaction: _require(transaction, digest, now))
        password_hash = self.hasher.hash(accept_password(password, login=login))

        def redeem(transaction: RecordTransaction) -> Receipt:
            _require(transaction, digest, now)
            if transaction.companies.member_by_login(login) is not None:
                raise LoginTaken("这个邮箱已有账号", parameter="email")
            if not transaction.identity.use_link(digest, at=now):
                raise link_gone()
            member = Member(
                member_id=self.deeds.ids.new(), company_id=None, login=login, email=login, name=name,
                state=MemberState.ACTIVE, roles=frozenset({Role.STAFF}), password_hash=password_hash, language=reads,
                version=1, changed_at=now,
            )  # fmt: skip
            transaction.companies.insert_member(member)
            return leave_receipt(
                transaction, Subject.MEMBER, member.member_id, 1, deed="redeem_admin", actor=member.member_id,
                now=now, state=str(member.state), created=True,
            )  # fmt: skip

        return self.deeds.store.write(redeem)


def _require(transaction: RecordTransaction, digest: str, now: int) -> None:
    link = transaction.identity.link(digest, now=now)
    if link is None or link.kind is not LinkKind.ADMIN:
        raise link_gone()
