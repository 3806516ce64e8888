"""Companies as their own people see them, and what waits for the market's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from catalog_service.adapters.sql.companies import SqlCompanyRows, verification_from_row
from catalog_service.adapters.sql.engine import read_again, read_transaction
from catalog_service.adapters.sql.identity import SqlIdentityRows
from catalog_service.adapters.sql.tables import notices, verifications
from catalog_service.domain.companies.address import StoredAddress
from catalog_service.domain.companies.company import Company
from catalog_service.domain.companies.credentials import CompanyKey, Link, Session, digest_of
from catalog_service.domain.companies.documents import StoredScan
from catalog_service.domain.companies.members import Member, MemberState, is_limited
from catalog_service.domain.companies.notices import Notice
from catalog_service.domain.companies.verification import Verification, VerificationState
from catalog_service.domain.days import day_of, day_start
from catalog_service.use_cases.companies.addresses import AddressNotFound
from catalog_service.use_cases.companies.common import CompanyNotFound, MemberNotFound
from catalog_service.use_cases.companies.redeem_link import link_gone
from kernel.clock import Clock

PAGE_MAX = 100  # lines that a person scrolls through


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """Newest first; ``next_before`` asks for the older ones."""

    notices: Sequence[Notice]
    unread: int
    next_before: int | None


class CompanyReads:
    """Each answers for one company; what belongs to another is as if it were not there."""

    def __init__(self, engine: sa.Engine, *, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    @read_again
    def company(self, company_id: str) -> Company:
        """Raises ``CompanyNotFound``."""
        with read_transaction(self._engine) as connection:
            company = SqlCompanyRows(connection).company(company_id)
        if company is None:
            raise CompanyNotFound("没有这家公司", parameter="company_id")
        return company

    @read_again
    def members(self, company_id: str) -> Sequence[Member]:
        with read_transaction(self._engine) as connection:
            return SqlCompanyRows(connection).members(company_id)

    @read_again
    def staff(self) -> Sequence[Member]:
        """The market's own people, suspended ones among them."""
        with read_transaction(self._engine) as connection:
            return SqlCompanyRows(connection).staff()

    @read_again
    def member(self, member_id: str, *, company_id: str | None) -> Member:
        """Raises ``MemberNotFound``."""
        with read_transaction(self._engine) as connection:
            member = SqlCompanyRows(connection).member(member_id)
        if member is None or member.company_id != company_id or member.state is MemberState.REMOVED:
            raise MemberNotFound("没有这个成员", parameter="member_id")
        return member

    @read_again
    def may_spend(self, member: Member, *, amount_fen: int, now: int) -> bool:
        """Whether orders of this sum would go through alone today, as things stand."""
        if not is_limited(member):
            return True
        with read_transaction(self._engine) as connection:
            return SqlCompanyRows(connection).may_spend(
                member.member_id, amount_fen=amount_fen, agreed_fen=0, since=day_start(now)
            )

    @read_again
    def addresses(self, company_id: str) -> Sequence[StoredAddress]:
        with read_transaction(self._engine) as connection:
            return SqlCompanyRows(connection).addresses(company_id)

    @read_again
    def address(self, address_id: str, *, company_id: str) -> StoredAddress:
        """Raises ``AddressNotFound``."""
        with read_transaction(self._engine) as connection:
            row = SqlCompanyRows(connection).address(address_id)
        if row is None or row.company_id != company_id:
            raise AddressNotFound("没有这个地址", parameter="address_id")
        return row

    @read_again
    def documents(self, company_id: str) -> Sequence[StoredScan]:
        """Newest first."""
        with read_transaction(self._engine) as connection:
            return SqlCompanyRows(connection).documents(company_id)

    @read_again
    def verifications(self, company_id: str) -> Sequence[Verification]:
        """Newest first."""
        with read_transaction(self._engine) as connection:
            return SqlCompanyRows(connection).verifications_of(company_id)

    @read_again
    def verifications_in(self, state: VerificationState, *, after: str, limit: int) -> Sequence[Verification]:
        """For the market: of all companies, in order of ids."""
        at = verifications.c
        query = (
            sa.select(verifications)
            .where(at.state == str(state), at.verification_id > after)
            .order_by(at.verification_id)
            .limit(limit)
        )
        with read_transaction(self._engine) as connection:
            return [verification_from_row(row) for row in connection.execute(query).mappings()]

    @read_again
    def keys(self, company_id: str) -> Sequence[CompanyKey]:
        """Newest first, revoked ones among them."""
        with read_transaction(self._engine) as connection:
            return SqlIdentityRows(connection).keys(company_id)

    @read_again
    def spent_today(self, company_id: str) -> Mapping[str, int]:
        """In fen, by key that has a limit; absent: nothing."""
        day = day_of(self._clock.now())
        with read_transaction(self._engine) as connection:
            rows = SqlIdentityRows(connection)
            return rows.spent([key.key_id for key in rows.keys(company_id)], day=day)

    @read_again
    def sessions(self, member_id: str) -> Sequence[Session]:
        """Those that are alive, the one seen last first."""
        now = self._clock.now()
        with read_transaction(self._engine) as connection:
            return [each for each in SqlIdentityRows(connection).sessions(member_id) if each.alive(now)]

    @read_again
    def recovery_codes_left(self, member_id: str) -> int:
        with read_transaction(self._engine) as connection:
            return SqlIdentityRows(connection).recovery_codes_left(member_id)

    @read_again
    def link(self, token: str) -> Link:
        """A one-time link that is still good; ``LinkGone``."""
        with read_transaction(self._engine) as connection:
            link = SqlIdentityRows(connection).link(digest_of(token), now=self._clock.now())
        if link is None:
            raise link_gone()
        return link

    @read_again
    def notices(self, company_id: str, *, before: int | None, limit: int, unread_only: bool = False) -> NoticePage:
        at = notices.c
        mine, unread = at.company_id == company_id, at.read_at.is_(None)
        query = (
            sa.select(at.notice_id, at.company_id, at.kind, at.subject_id, at.text, at.created_at, at.read_at)
            .where(mine, *([at.notice_id < before] if before is not None else []), *([unread] if unread_only else []))
            .order_by(at.notice_id.desc())
            .limit(limit + 1)
        )
        with read_transaction(self._engine) as connection:
            found = [Notice(**row) for row in connection.execute(query).mappings()]
            count = int(connection.execute(sa.select(sa.func.count()).where(mine, unread)).scalar_one())
        page = found[:limit]
        more = len(found) > limit
        return NoticePage(notices=page, unread=count, next_before=page[-1].notice_id if more else None)
