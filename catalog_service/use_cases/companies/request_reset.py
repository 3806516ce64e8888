"""Somebody forgot the password: a link goes to the mailbox of the account, if there is one."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.credentials import LinkKind, digest_of
from catalog_service.domain.companies.logins import login_or_nobody, network_of
from catalog_service.domain.companies.members import MemberState
from catalog_service.domain.deeds import Subject
from catalog_service.ports.passwords import Throttle
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import mail_link
from catalog_service.use_cases.companies.sign_up import BY_ADDRESS, BY_LOGIN, WINDOW_SECONDS
from catalog_service.use_cases.deeds import Deeds, leave_receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReset:
    """Answers alike whether there is such an account or not."""

    deeds: Deeds
    throttle: Throttle
    site_url: str

    def __call__(self, *, login: str, client: str, language: str | None = None) -> None:
        """``language``: of the page or the call, and so of the mail to a member who has none on record."""
        accepted = login_or_nobody(login)
        self.throttle.attempt("reset-address", who=network_of(client), most=BY_ADDRESS, seconds=WINDOW_SECONDS)
        self.throttle.attempt("reset", who=digest_of(accepted or login), most=BY_LOGIN, seconds=WINDOW_SECONDS)
        now = self.deeds.clock.now()

        def mail(transaction: RecordTransaction) -> None:
            member = transaction.companies.member_by_login(accepted)
            if member is None or member.state is not MemberState.ACTIVE:
                return
            reads = self.deeds.language_of(member, asked_in=language)
            mail_link(transaction, member, LinkKind.RESET, now=now, site_url=self.site_url, language=reads)
            leave_receipt(
                transaction, Subject.MEMBER, member.member_id, member.version, deed="request_reset", actor="unknown",
                now=now,
            )  # fmt: skip

        self.deeds.store.write(mail)
