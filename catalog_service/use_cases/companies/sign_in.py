"""A member signs in: login and password become a session."""

from __future__ import annotations

from dataclasses import dataclass, field

from catalog_service.domain.companies.credentials import (
    SESSION_PREFIX,
    SESSION_SECONDS,
    SESSIONS_MAX,
    Session,
    digest_of,
    new_secret,
    short_agent,
)
from catalog_service.domain.companies.logins import login_or_nobody, network_of
from catalog_service.domain.companies.members import Language, Member, MemberState, accept_language
from catalog_service.domain.companies.passwords import same_form
from catalog_service.domain.deeds import Subject
from catalog_service.ports.passwords import PasswordHasher, Throttle
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import next_member
from catalog_service.use_cases.deeds import Deeds, leave_receipt
from kernel.errors import Denied

# SP 800-63B allows a hundred attempts in all; ten a quarter of an hour keep 8 characters for centuries. An office
# behind one address signs in all at once in the morning.
BY_LOGIN, BY_ADDRESS, WINDOW_SECONDS = 10, 100, 900


class WrongLogin(Denied):
    """No such login, or not this password: not told apart."""

    code = "wrong_login"


class MemberNotActive(Denied):
    """The password was right, but the owner of the company has suspended this member."""

    code = "member_not_active"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """``token`` is shown this once. ``second_factor``: a code is wanted before deeds of money."""

    token: str = field(repr=False)
    session: Session
    member: Member

    @property
    def second_factor(self) -> bool:
        return self.member.totp_confirmed_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Counts attempts by login and by address before anything else; takes as long for a login that nobody has."""

    deeds: Deeds
    hasher: PasswordHasher
    throttle: Throttle

    def __call__(
        self, *, login: str, password: str, client: str, agent: str = "", language: str | None = None
    ) -> SignedIn:
        """``language``: that this browser chose; it becomes the member's who has none on record."""
        accepted = login_or_nobody(login)
        who = digest_of(accepted or login)
        self.throttle.attempt("sign-in-address", who=network_of(client), most=BY_ADDRESS, seconds=WINDOW_SECONDS)
        self.throttle.attempt("sign-in", who=who, most=BY_LOGIN, seconds=WINDOW_SECONDS)
        known = self.deeds.store.write(lambda transaction: transaction.companies.member_by_login(accepted))
        form = same_form(password)
        if not self.hasher.matches(known.password_hash if known else "", form) or known is None:
            raise wrong_login()
        if known.state is not MemberState.ACTIVE:
            raise MemberNotActive("账号已停用，请联系公司负责人")
        renewed = self.hasher.hash(form) if self.hasher.outdated(known.password_hash) else ""
        signed_in = self._begin(known, renewed=renewed, agent=agent, language=accept_language(language))
        self.throttle.forget("sign-in", who=who)
        return signed_in

    def _begin(self, known: Member, *, renewed: str, agent: str, language: Language | None) -> SignedIn:
        now, token = self.deeds.clock.now(), new_secret(SESSION_PREFIX)
        session = Session(
            session_id=self.deeds.ids.new(), member_id=known.member_id, created_at=now, last_seen_at=now,
            expires_at=now + SESSION_SECONDS, agent=short_agent(agent),
        )  # fmt: skip

        def begin(transaction: RecordTransaction) -> Member:
            member = transaction.companies.member(known.member_id)
            if member is None or member.password_hash != known.password_hash or member.state is not MemberState.ACTIVE:
                raise wrong_login()  # it changed while we hashed
            # A reset or a suspension at this moment either sees this session, and ends it, or is seen by it.
            transaction.companies.hold_member(member)
            reads = member.language or language
            if renewed or reads != member.language:
                member = next_member(
                    transaction, member, now=now, password_hash=renewed or member.password_hash, language=reads
                )
            others = transaction.identity.sessions(member.member_id)
            surplus = [other.session_id for other in others[SESSIONS_MAX - 1 :]]
            if surplus:
                transaction.identity.end_sessions(member.member_id, session_ids=surplus)
            transaction.identity.insert_session(session, token_hash=digest_of(token))
            leave_receipt(
                transaction, Subject.MEMBER, member.member_id, member.version, deed="sign_in", actor=member.member_id,
                now=now,
            )  # fmt: skip
            return member

        return SignedIn(token=token, session=session, member=self.deeds.store.write(begin))


def wrong_login() -> WrongLogin:
    return WrongLogin("登录名或密码不对", detail={"anonymous": True})
