"""A company comes to the market: its first member gets a link, and no account lives before the link was used."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.company import Company, accept_company_name
from catalog_service.domain.companies.credentials import LinkKind, digest_of
from catalog_service.domain.companies.letters import known_letter
from catalog_service.domain.companies.logins import accept_email, accept_login, network_of
from catalog_service.domain.companies.members import (
    Language,
    Member,
    MemberState,
    Role,
    accept_language,
    accept_person,
)
from catalog_service.domain.companies.notices import Mail
from catalog_service.domain.deeds import Subject
from catalog_service.domain.offers.prohibited import ProhibitedWords
from catalog_service.ports.passwords import Throttle
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import mail_link, next_company, next_member
from catalog_service.use_cases.deeds import Deeds, leave_receipt

# An office behind one address signs up a handful of branches; a mailbox wants no more than a few letters an hour.
BY_ADDRESS, BY_LOGIN, WINDOW_SECONDS = 20, 3, 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """Whether the login was there already is told to its mailbox alone. The password is chosen with the link, so nobody
    can prepare an account with somebody else's address and a password of their own."""

    deeds: Deeds
    throttle: Throttle
    prohibited: ProhibitedWords
    site_url: str

    def __call__(
        self, *, company_name: str, login: str, email: str, name: str, client: str, language: str | None = None
    ) -> None:
        """``language``: of the page or the call, and so the member's; None when nobody said."""
        accepted_login = accept_login(login)
        accepted_email = accept_email(email or login)
        company_name, name, reads = accept_company_name(company_name), accept_person(name), accept_language(language)
        self.prohibited.refuse(company_name, parameter="company_name")
        self.throttle.attempt("sign-up-address", who=network_of(client), most=BY_ADDRESS, seconds=WINDOW_SECONDS)
        self.throttle.attempt("sign-up", who=digest_of(accepted_login), most=BY_LOGIN, seconds=WINDOW_SECONDS)
        now = self.deeds.clock.now()

        def sign_up(transaction: RecordTransaction) -> None:
            known = transaction.companies.member_by_login(accepted_login)
            if known is None:
                self._enter(transaction, company_name, accepted_login, accepted_email, name, now, reads)
            elif known.state is MemberState.INVITED:
                self._again(transaction, known, company_name, accepted_email, name, now, reads)
            else:
                subject, body = known_letter(
                    site_url=self.site_url, language=self.deeds.language_of(known, asked_in=reads)
                )
                # One a day is enough to tell.
                dedupe = f"known:{known.member_id}:{now // 86_400}"
                transaction.notices.mail(Mail(dedupe=dedupe, recipient=known.email, subject=subject, body=body), at=now)

        self.deeds.store.write(sign_up)

    def _enter(
        self,
        transaction: RecordTransaction,
        company_name: str,
        login: str,
        email: str,
        name: str,
        now: int,
        reads: Language | None,
    ) -> None:
        ids = self.deeds.ids
        company = Company(company_id=ids.new(), name=company_name, version=1, created_at=now, changed_at=now)
        member = Member(
            member_id=ids.new(), company_id=company.company_id, login=login, email=email, name=name,
            state=MemberState.INVITED, roles=frozenset({Role.OWNER}), language=reads, version=1,
            changed_at=now,
        )  # fmt: skip
        transaction.companies.insert_company(company)
        transaction.companies.insert_member(member)
        self._mail(transaction, member, LinkKind.CONFIRM, now, reads)
        leave_receipt(
            transaction, Subject.COMPANY, company.company_id, 1, deed="sign_up", actor=member.member_id, now=now
        )

    def _again(
        self,
        transaction: RecordTransaction,
        known: Member,
        company_name: str,
        email: str,
        name: str,
        now: int,
        reads: Language | None,
    ) -> None:
        """Not confirmed yet: what was said last counts, unless another company invited this login."""
        company = None if known.company_id is None else transaction.companies.company(known.company_id)
        alone = company is not None and len(transaction.companies.members(company.company_id)) == 1
        if company is None or not alone:
            self._mail(transaction, known, LinkKind.INVITE, now, reads)
            return
        next_company(transaction, company, now=now, name=company_name)
        member = next_member(transaction, known, now=now, email=email, name=name, language=reads or known.language)
        self._mail(transaction, member, LinkKind.CONFIRM, now, reads)

    def _mail(
        self, transaction: RecordTransaction, member: Member, kind: LinkKind, now: int, asked_in: Language | None
    ) -> None:
        language = self.deeds.language_of(member, asked_in=asked_in)
        mail_link(transaction, member, kind, now=now, site_url=self.site_url, language=language)
