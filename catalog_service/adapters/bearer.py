"""Who is calling: one authenticator for sessions of members, keys of companies, their tokens, and the administrator's
key. A credential says by its beginning which of them it is; what is kept of it is a digest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
import structlog

from catalog_service.adapters.admin_key import KeyAuthenticator, WrongCredential
from catalog_service.adapters.sql.companies import decode_names
from catalog_service.adapters.sql.engine import read_again, read_transaction, write
from catalog_service.adapters.sql.tables import companies, company_keys, members, oauth_tokens, sessions
from catalog_service.domain.companies.credentials import (
    KEY_PREFIX,
    SECOND_FACTOR_SECONDS,
    SEEN_EVERY_SECONDS,
    SESSION_IDLE_SECONDS,
    SESSION_PREFIX,
    TOKEN_PREFIX,
    digest_of,
)
from catalog_service.domain.companies.members import MemberState
from kernel.clock import Clock
from kernel.errors import PifaError
from kernel.principal import ANONYMOUS, Principal

_log = structlog.get_logger(__name__)

_SESSION = (
    sa.select(
        sessions.c.session_id, sessions.c.last_seen_at, sessions.c.second_factor_at,
        members.c.member_id, members.c.roles, members.c.totp_confirmed_at, members.c.company_id,
        companies.c.supplier_id,
    )
    .join(members, members.c.member_id == sessions.c.member_id)
    .outerjoin(companies, companies.c.company_id == members.c.company_id)
    .where(members.c.state == str(MemberState.ACTIVE))
)  # fmt: skip
_KEY = (
    sa.select(
        company_keys.c.key_id, company_keys.c.scopes, company_keys.c.last_used_at, company_keys.c.company_id,
        companies.c.supplier_id,
    )
    .join(companies, companies.c.company_id == company_keys.c.company_id)
    .where(company_keys.c.revoked_at.is_(None))
)  # fmt: skip
_TOKEN = _KEY.add_columns(oauth_tokens.c.scopes.label("granted")).join(
    oauth_tokens, oauth_tokens.c.key_id == company_keys.c.key_id
)


class BearerAuthenticator:
    """The kernel's ``Authenticator`` over ``Authorization: Bearer ...``. Thread-safe."""

    def __init__(self, engine: sa.Engine, *, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._administrator = KeyAuthenticator(engine)

    def authenticate(self, *, authorization: str | None) -> Principal:
        """``ANONYMOUS`` without a credential; ``Denied`` for one that is malformed, unknown, over or revoked."""
        if authorization is None:
            return ANONYMOUS
        scheme, _, credential = authorization.strip().partition(" ")
        credential = credential.strip()
        find = next((find for prefix, find in self._finders.items() if credential.startswith(prefix)), None)
        if find is None:
            return self._administrator.authenticate(authorization=authorization)
        principal = find(digest_of(credential), self._clock.now()) if scheme.lower() == "bearer" else None
        if principal is None:
            raise WrongCredential(
                "登录已失效，或密钥不对、已停用", parameter="Authorization", detail={"anonymous": True}
            )
        return principal

    @property
    def _finders(self) -> dict[str, Callable[[str, int], Principal | None]]:
        return {SESSION_PREFIX: self._member, KEY_PREFIX: self._key, TOKEN_PREFIX: self._token}

    def _member(self, digest: str, now: int) -> Principal | None:
        at = sessions.c
        alive = (at.token_hash == digest, at.expires_at > now, at.last_seen_at > now - SESSION_IDLE_SECONDS)
        row = self._first(_SESSION.where(*alive))
        if row is None:
            return None
        self._note(sessions, at.session_id == row.session_id, at.last_seen_at, row.last_seen_at, now)
        enrolled = row.totp_confirmed_at is not None
        given = row.second_factor_at is not None and row.second_factor_at > now - SECOND_FACTOR_SECONDS
        return Principal(
            company_id=row.company_id,
            supplier_id=row.supplier_id,
            member_id=row.member_id,
            roles=frozenset(decode_names(row.roles)),
            session_id=row.session_id,
            second_factor_enrolled=enrolled,
            second_factor_fresh=enrolled and given,
        )

    def _key(self, digest: str, now: int) -> Principal | None:
        at = company_keys.c
        former = sa.and_(at.former_hash == digest, at.former_until > now)
        row = self._first(_KEY.where(sa.or_(at.key_hash == digest, former)))
        if row is None:
            return None
        self._note(company_keys, at.key_id == row.key_id, at.last_used_at, row.last_used_at, now)
        return _machine(row, row.scopes)

    def _token(self, digest: str, now: int) -> Principal | None:
        at = oauth_tokens.c
        row = self._first(_TOKEN.where(at.token_hash == digest, at.expires_at > now))
        if row is None:
            return None
        used = company_keys.c
        self._note(company_keys, used.key_id == row.key_id, used.last_used_at, row.last_used_at, now)
        return _machine(row, row.granted)

    def _first(self, query: sa.Select[Any]) -> Any:
        return _first(self._engine, query)

    def _note(
        self, table: sa.Table, which: sa.ColumnElement[bool], column: sa.Column[int], seen: int | None, now: int
    ) -> None:
        """When it was last seen, written down now and then; a record that is busy is no reason to send anybody away."""
        if seen is not None and now - seen < SEEN_EVERY_SECONDS:
            return
        noting = sa.update(table).where(which).values({column.name: now})
        try:
            write(self._engine, lambda connection: connection.execute(noting), harmless_twice=True)
        except PifaError as trouble:
            _log.warning("last_seen_not_noted", reason=trouble.code)


@read_again
def _first(engine: sa.Engine, query: sa.Select[Any]) -> Any:
    with read_transaction(engine) as connection:
        return connection.execute(query).first()


def _machine(row: Any, scopes: str) -> Principal:
    return Principal(
        company_id=row.company_id, supplier_id=row.supplier_id, key_id=row.key_id,
        scopes=frozenset(decode_names(scopes)),
    )  # fmt: skip
