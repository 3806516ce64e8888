"""A member changes the password; every other session ends."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.passwords import accept_password, same_form
from catalog_service.domain.deeds import Receipt, Subject
from catalog_service.ports.passwords import PasswordHasher, Throttle
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import MemberNotFound, next_member
from catalog_service.use_cases.companies.sign_in import BY_LOGIN, WINDOW_SECONDS, WrongLogin
from catalog_service.use_cases.deeds import Deeds, leave_receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    """Asks for the present one: a browser left open must not lock its owner out. Guesses are counted."""

    deeds: Deeds
    hasher: PasswordHasher
    throttle: Throttle

    def __call__(self, *, member_id: str, session_id: str, current: str, new: str) -> Receipt:
        self.throttle.attempt("password", who=member_id, most=BY_LOGIN, seconds=WINDOW_SECONDS)
        known = self.deeds.store.write(lambda transaction: transaction.companies.member(member_id))
        if known is None:
            raise MemberNotFound("没有这个成员", parameter="member_id")
        accepted = accept_password(new, login=known.login)
        if not self.hasher.matches(known.password_hash, same_form(current)):
            raise WrongLogin("现在的密码不对", parameter="current", code="wrong_password")
        password_hash, now = self.hasher.hash(accepted), self.deeds.clock.now()

        def change(transaction: RecordTransaction) -> Receipt:
            member = transaction.companies.member(member_id)
            if member is None or member.password_hash != known.password_hash:
                raise WrongLogin("现在的密码不对", parameter="current", code="wrong_password")
            changed = next_member(transaction, member, now=now, password_hash=password_hash)
            transaction.identity.end_sessions(member_id, keep=session_id)
            transaction.identity.void_links(member_id, at=now)
            return leave_receipt(
                transaction, Subject.MEMBER, member_id, changed.version, deed="change_password", actor=member_id,
                now=now,
            )  # fmt: skip

        receipt = self.deeds.store.write(change)
        self.throttle.forget("password", who=member_id, most=BY_LOGIN, seconds=WINDOW_SECONDS)
        return receipt
