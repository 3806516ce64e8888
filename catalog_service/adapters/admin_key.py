"""The administrator's key: made once, hashed in the database, readable in the home directory by its owner only."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import dialect_of, read_again, read_transaction, write_transaction
from catalog_service.adapters.sql.store import SqlRecordTransaction
from catalog_service.adapters.sql.tables import api_keys
from catalog_service.domain.deeds import AuditNote, Subject
from kernel.clock import Clock
from kernel.errors import Denied
from kernel.ids import IdSource
from kernel.principal import ANONYMOUS, Principal

KEY_BYTES = 32  # 256 random bits: nothing to guess, so a plain SHA-256 is hash enough
ADMIN = "admin"
_ACTIVE = sa.select(api_keys.c.key_hash, api_keys.c.role).where(
    api_keys.c.key_hash == sa.bindparam("digest"), api_keys.c.revoked_at.is_(None)
)


class WrongCredential(Denied):
    """A credential came, and it is none of ours."""

    code = "wrong_credential"


def ensure_admin_key(engine: sa.Engine, *, path: Path, clock: Clock, ids: IdSource) -> str:
    """The administrator's key. Made when there is none, or when its file is lost (the lost one is revoked)."""
    known = _read(path)
    if known is not None and _find(engine, known) is not None:
        return known
    key = f"pifa_{secrets.token_urlsafe(KEY_BYTES)}"
    now = clock.now()
    with write_transaction(engine) as connection:
        dialect_of(engine).stand_alone(connection)
        other = _read(path)  # another process may have made it while we waited for the lock
        if other is not None and other != known:
            return other
        admin = (api_keys.c.role == ADMIN, api_keys.c.revoked_at.is_(None))
        revoked = connection.execute(sa.update(api_keys).where(*admin).values(revoked_at=now)).rowcount
        key_id = ids.new()
        connection.execute(
            sa.insert(api_keys).values(
                key_id=key_id, name="administrator", role=ADMIN, key_hash=_hash(key), created_at=now, revoked_at=None
            )
        )
        note = AuditNote(
            actor="system", deed="make_admin_key", subject=Subject.KEY, subject_id=key_id, version=1,
            facts={"revoked": revoked},
        )  # fmt: skip
        SqlRecordTransaction(connection).write_audit([note], at=now)
        _write(path, key)
    return key


class KeyAuthenticator:
    """The kernel's ``Authenticator`` over stored keys: ``Authorization: Bearer KEY``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def authenticate(self, *, authorization: str | None) -> Principal:
        """``ANONYMOUS`` without a credential; ``Denied`` for one that is malformed, unknown or revoked."""
        if authorization is None:
            return ANONYMOUS
        scheme, _, key = authorization.strip().partition(" ")
        role = _find(self._engine, key.strip()) if scheme.lower() == "bearer" else None
        if role is None:
            raise WrongCredential("密钥不对或已停用", parameter="Authorization", detail={"anonymous": True})
        return Principal(member_id=role, roles=frozenset({role}))


@read_again
def _find(engine: sa.Engine, key: str) -> str | None:
    """The role of an active key.

    The lookup is by hash, so its timing tells nothing of the key; the last word is constant-time.
    """
    digest = _hash(key)
    with read_transaction(engine) as connection:
        row = connection.execute(_ACTIVE, {"digest": digest}).first()
    if row is None or not hmac.compare_digest(row.key_hash, digest):
        return None
    return str(row.role)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _read(path: Path) -> str | None:
    try:
        return path.read_text("ascii").strip() or None
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _write(path: Path, key: str) -> None:
    """Readable by its owner from the first byte on, and whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
