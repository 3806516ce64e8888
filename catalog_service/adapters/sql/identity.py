"""``IdentityRows`` over SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from catalog_service.adapters.sql.companies import decode_names, encode_names
from catalog_service.adapters.sql.inserts import upserting
from catalog_service.adapters.sql.tables import (
    company_keys,
    key_spending,
    oauth_tokens,
    one_time_links,
    recovery_codes,
    sessions,
)
from catalog_service.domain.companies.credentials import CompanyKey, Link, LinkKind, Session
from catalog_service.ports.record import Overtaken

_SESSION_COLUMNS = [column for column in sessions.c if column.name != "token_hash"]
_KEY_COLUMNS = [column for column in company_keys.c if column.name not in ("key_hash", "former_hash")]


class SqlIdentityRows:
    """Over one open connection; commits nothing itself."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def insert_session(self, session: Session, *, token_hash: str) -> None:
        self._connection.execute(sa.insert(sessions).values(**asdict(session), token_hash=token_hash))

    def sessions(self, member_id: str) -> Sequence[Session]:
        at = sessions.c
        query = (
            sa.select(*_SESSION_COLUMNS)
            .where(at.member_id == member_id)
            .order_by(at.last_seen_at.desc(), at.session_id.desc())
        )
        return [Session(**row) for row in self._connection.execute(query).mappings()]

    def end_sessions(self, member_id: str, *, session_ids: Collection[str] | None = None, keep: str = "") -> int:
        which = [sessions.c.member_id == member_id, sessions.c.session_id != keep]
        if session_ids is not None:
            which.append(sessions.c.session_id.in_(sorted(session_ids)))
        return self._connection.execute(sa.delete(sessions).where(*which)).rowcount

    def note_second_factor(self, session_id: str, *, at: int) -> None:
        update = sa.update(sessions).where(sessions.c.session_id == session_id).values(second_factor_at=at)
        self._connection.execute(update)

    def insert_link(self, link: Link, *, link_hash: str) -> None:
        self._connection.execute(
            sa.insert(one_time_links).values(
                link_hash=link_hash, kind=str(link.kind), member_id=link.member_id, expires_at=link.expires_at,
                used_at=None,
            )
        )  # fmt: skip

    def link(self, link_hash: str, *, now: int) -> Link | None:
        at = one_time_links.c
        query = sa.select(at.kind, at.member_id, at.expires_at).where(*_good(link_hash, now))
        row = self._connection.execute(query).first()
        return (
            None if row is None else Link(kind=LinkKind(row.kind), member_id=row.member_id, expires_at=row.expires_at)
        )

    def use_link(self, link_hash: str, *, at: int) -> bool:
        update = sa.update(one_time_links).where(*_good(link_hash, at)).values(used_at=at)
        return self._connection.execute(update).rowcount == 1

    def void_links(self, member_id: str, *, at: int) -> None:
        links = one_time_links.c
        self._connection.execute(
            sa.update(one_time_links).where(links.member_id == member_id, links.used_at.is_(None)).values(used_at=at)
        )

    def void_admin_links(self, *, at: int) -> None:
        links = one_time_links.c
        open_ones = (links.kind == str(LinkKind.ADMIN), links.used_at.is_(None))
        self._connection.execute(sa.update(one_time_links).where(*open_ones).values(used_at=at))

    def set_recovery_codes(self, member_id: str, code_hashes: Collection[str]) -> None:
        self._connection.execute(sa.delete(recovery_codes).where(recovery_codes.c.member_id == member_id))
        rows = [{"code_hash": digest, "member_id": member_id, "used_at": None} for digest in code_hashes]
        if rows:
            self._connection.execute(sa.insert(recovery_codes), rows)

    def use_recovery_code(self, member_id: str, code_hash: str, *, at: int) -> bool:
        codes = recovery_codes.c
        update = (
            sa.update(recovery_codes)
            .where(codes.code_hash == code_hash, codes.member_id == member_id, codes.used_at.is_(None))
            .values(used_at=at)
        )
        return self._connection.execute(update).rowcount == 1

    def recovery_codes_left(self, member_id: str) -> int:
        codes = recovery_codes.c
        query = sa.select(sa.func.count()).where(codes.member_id == member_id, codes.used_at.is_(None))
        return int(self._connection.execute(query).scalar_one())

    def insert_key(self, key: CompanyKey, *, key_hash: str) -> None:
        values = _key_values(key)
        self._connection.execute(sa.insert(company_keys).values(**values, key_hash=key_hash, former_hash=None))

    def key(self, key_id: str) -> CompanyKey | None:
        row = (
            self._connection.execute(sa.select(*_KEY_COLUMNS).where(company_keys.c.key_id == key_id)).mappings().first()
        )
        return None if row is None else _key_from_row(row)

    def keys(self, company_id: str) -> Sequence[CompanyKey]:
        at = company_keys.c
        query = (
            sa.select(*_KEY_COLUMNS).where(at.company_id == company_id).order_by(at.created_at.desc(), at.key_id.desc())
        )
        return [_key_from_row(row) for row in self._connection.execute(query).mappings()]

    def rotate_key(self, key: CompanyKey, *, key_hash: str) -> None:
        self._replace_key(key, former_hash=company_keys.c.key_hash, key_hash=key_hash)

    def replace_key(self, key: CompanyKey) -> None:
        self._replace_key(key)

    def spend(self, key_id: str, *, day: int, amount_fen: int) -> bool:
        keys, spending = company_keys.c, key_spending.c
        limit = sa.select(keys.spend_limit_fen).where(keys.key_id == key_id)
        if self._connection.execute(limit).scalar() is None:
            return True
        amount = sa.literal(amount_fen, sa.BigInteger)
        # The limit is read again by the statement itself: it may have been lowered a moment ago.
        first = sa.select(keys.key_id, sa.literal(day, sa.BigInteger), amount).where(
            keys.key_id == key_id, keys.spend_limit_fen >= amount
        )
        counting = upserting(self._connection.dialect, key_spending).from_select(
            [spending.key_id, spending.day, spending.spent_fen], first
        )
        counting = counting.on_conflict_do_update(
            index_elements=[spending.key_id, spending.day],
            set_={"spent_fen": spending.spent_fen + amount},
            where=spending.spent_fen + amount <= limit.scalar_subquery(),
        )
        return self._connection.execute(counting.returning(spending.spent_fen)).first() is not None

    def spent(self, key_ids: Collection[str], *, day: int) -> Mapping[str, int]:
        at = key_spending.c
        query = sa.select(at.key_id, at.spent_fen).where(at.key_id.in_(sorted(key_ids)), at.day == day)
        return {row.key_id: row.spent_fen for row in self._connection.execute(query)}

    def revoke_key(self, key: CompanyKey) -> None:
        self._replace_key(key)
        self._connection.execute(sa.delete(oauth_tokens).where(oauth_tokens.c.key_id == key.key_id))

    def key_by_secret(self, secret_hash: str, *, now: int) -> CompanyKey | None:
        at = company_keys.c
        former = sa.and_(at.former_hash == secret_hash, at.former_until > now)
        query = sa.select(*_KEY_COLUMNS).where(sa.or_(at.key_hash == secret_hash, former), at.revoked_at.is_(None))
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _key_from_row(row)

    def insert_token(
        self, token_hash: str, *, key_id: str, scopes: Collection[str], issued_at: int, expires_at: int
    ) -> None:
        self._connection.execute(
            sa.insert(oauth_tokens).values(
                token_hash=token_hash, key_id=key_id, scopes=encode_names(scopes), issued_at=issued_at,
                expires_at=expires_at,
            )
        )  # fmt: skip

    def sweep(self, *, now: int) -> int:
        gone = 0
        for table in (oauth_tokens, sessions, one_time_links):
            gone += self._connection.execute(sa.delete(table).where(table.c.expires_at <= now)).rowcount
        return gone

    def _replace_key(self, key: CompanyKey, **secrets: Any) -> None:
        at = company_keys.c
        update = (
            sa.update(company_keys)
            .where(at.key_id == key.key_id, at.version == key.version - 1, at.revoked_at.is_(None))
            .values(**_key_values(key), **secrets)
        )
        if self._connection.execute(update).rowcount != 1:
            raise Overtaken("密钥已被他人修改，请刷新后重试", parameter="If-Match")


def _good(link_hash: str, now: int) -> tuple[sa.ColumnElement[bool], ...]:
    at = one_time_links.c
    return at.link_hash == link_hash, at.used_at.is_(None), at.expires_at > now


def _key_values(key: CompanyKey) -> dict[str, Any]:
    return {**asdict(key), "scopes": encode_names(key.scopes)}


def _key_from_row(row: Any) -> CompanyKey:
    return CompanyKey(**{**row, "scopes": frozenset(decode_names(row["scopes"]))})
