"""A one-time link is used: its holder chooses a password, and the account lives."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.credentials import Link, LinkKind, digest_of
from catalog_service.domain.companies.members import MEMBER_MACHINE, Member, MemberEvent, MemberState, accept_language
from catalog_service.domain.companies.passwords import accept_password
from catalog_service.domain.deeds import Receipt, Subject
from catalog_service.domain.machines import Actor
from catalog_service.ports.passwords import PasswordHasher
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import next_member
from catalog_service.use_cases.deeds import Deeds, leave_receipt
from kernel.errors import NotFound


class LinkGone(NotFound):
    """There is no such link, or it was used, or its time is over: not told apart."""

    code = "link_gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemLink:
    """For confirming, joining and resetting alike. A reset ends every session; other links of the member are void."""

    deeds: Deeds
    hasher: PasswordHasher

    def __call__(self, *, token: str, password: str, language: str | None = None) -> Receipt:
        """``language``: that the page was read in; who confirms or joins reads it from now on."""
        read_in = accept_language(language)
        digest, now = digest_of(token), self.deeds.clock.now()
        # Looked at first, so that strangers with no link cost no hash.
        login = self.deeds.store.write(lambda transaction: _holder(transaction, digest, now)[1].login)
        password_hash = self.hasher.hash(accept_password(password, login=login))

        def redeem(transaction: RecordTransaction) -> Receipt:
            link, member = _holder(transaction, digest, now)
            if not transaction.identity.use_link(digest, at=now):
                raise link_gone()
            state = member.state
            if state is MemberState.INVITED:
                state = MEMBER_MACHINE.move(state, MemberEvent.CONFIRM, Actor.MEMBER, subject="").target
            reads = member.language if link.kind is LinkKind.RESET else read_in or member.language
            changed = next_member(
                transaction, member, now=now, state=state, password_hash=password_hash, language=reads
            )
            transaction.identity.void_links(member.member_id, at=now)
            transaction.identity.end_sessions(member.member_id)
            return leave_receipt(
                transaction, Subject.MEMBER, member.member_id, changed.version, deed=f"redeem_{link.kind}",
                actor=member.member_id, now=now, state=str(state),
            )  # fmt: skip

        return self.deeds.store.write(redeem)


def link_gone() -> LinkGone:
    return LinkGone("链接已失效：已用过、已过期，或有更新的一封邮件", parameter="token")


def _holder(transaction: RecordTransaction, digest: str, now: int) -> tuple[Link, Member]:
    """The link with its member, or ``LinkGone``: also for a member who may no longer use it."""
    link = transaction.identity.link(digest, now=now)
    member = None if link is None or link.member_id is None else transaction.companies.member(link.member_id)
    if link is None or member is None:
        raise link_gone()
    wanted = MemberState.ACTIVE if link.kind is LinkKind.RESET else MemberState.INVITED
    if member.state is not wanted:
        raise link_gone()
    return link, member
