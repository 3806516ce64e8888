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

# Built once: each is run at every request, and building it takes longer than running it.
_DIGEST: sa.BindParameter[str] = sa.bindparam("digest")
_NOW = sa.bindparam("now", type_=sa.BigInteger)
_SESSION = (
    sa.select(
        sessions.c.session_id, sessions.c.last_seen_at, sessions.c.second_factor_at,
        members.c.member_id, members.c.roles, members.c.totp_confirmed_at, members.c.company_id,
        companies.c.supplier_id,
    )
    .join(members, members.c.member_id == sessions.c.member_id)
    .outerjoin(companies, companies.c.company_id == members.c.company_id)
    .where(
        members.c.state == str(MemberState.ACTIVE), sessions.c.token_hash == _DIGEST, sessions.c.expires_at > _NOW,
        sessions.c.last_seen_at > _NOW - SESSION_IDLE_SECONDS,
    )
)  # fmt: skip
_COMPANYS = (
    sa.select(
        company_keys.c.key_id, company_keys.c.scopes, company_keys.c.last_used_at, company_keys.c.company_id,
        companies.c.supplier_id,
    )
    .join(companies, companies.c.company_id == company_keys.c.company_id)
    .where(company_keys.c.revoked_at.is_(None))
)  # fmt: skip
_KEY = _COMPANYS.where(
    sa.or_(
        company_keys.c.key_hash == _DIGEST,
        sa.and_(company_keys.c.former_hash == _DIGEST, company_keys.c.former_until > _NOW),
    )
)
_TOKEN = (
    _COMPANYS.add_columns(oauth_tokens.c.scopes.label("granted"))
    .join(oauth_tokens, oauth_tokens.c.key_id == company_keys.c.key_id)
    .where(oauth_tokens.c.token_hash == _DIGEST, oauth_tokens.c.expires_at > _NOW)
)
_ID: sa.BindParameter[str] = sa.bindparam("id")
_SESSION_SEEN = sa.update(sessions).where(sessions.c.session_id == _ID).values(last_seen_at=_NOW)
_KEY_USED = sa.update(company_keys).where(company_keys.c.key_id == _ID).values(last_used_at=_NOW)


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
        row = _first(self._engine, _SESSION, digest=digest, now=now)
        if row is None:
            return None
        self._note(_SESSION_SEEN, row.session_id, row.last_seen_at, now)
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
        row = _first(self._engine, _KEY, digest=digest, now=now)
        if row is None:
            return None
        self._note(_KEY_USED, row.key_id, row.last_used_at, now)
        return _machine(row, row.scopes)

    def _token(self, digest: str, now: int) -> Principal | None:
        row = _first(self._engine, _TOKEN, digest=digest, now=now)
        if row is None:
            return None
        self._note(_KEY_USED, row.key_id, row.last_used_at, now)
        return _machine(row, row.granted)

    def _note(self, noting: sa.Update, which: str, seen: int | None, now: int) -> None:
        """When it was last seen, written down now and then; a record that is busy is no reason to send anybody away."""
        if seen is not None and now - seen < SEEN_EVERY_SECONDS:
            return
        bound = {"id": which, "now": now}
        try:
            write(self._engine, lambda connection: connection.execute(noting, bound), harmless_twice=True)
        except PifaError as trouble:
            _log.warning("last_seen_not_noted", reason=trouble.code)


@read_again
def _first(engine: sa.Engine, query: sa.Select[Any], *, digest: str, now: int) -> Any:
    with read_transaction(engine) as connection:
        return connection.execute(query, {"digest": digest, "now": now}).first()


def _machine(row: Any, scopes: str) -> Principal:
    return Principal(
        company_id=row.company_id, supplier_id=row.supplier_id, key_id=row.key_id,
        scopes=frozenset(decode_names(scopes)),
    )  # fmt: skip
