"""Attempts at guessing, counted in the record: however many processes serve, the limit is one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import read_again, read_transaction, write
from catalog_service.adapters.sql.inserts import upserting
from catalog_service.adapters.sql.tables import attempts
from catalog_service.domain.companies.credentials import digest_of
from catalog_service.ports.passwords import TooManyAttempts
from kernel.clock import Clock


class CountedAttempts:
    """``Throttle``. A window begins with the first attempt and ends ``seconds`` later, whatever comes within it.

    Each attempt is one statement that counts it where there is room, in a transaction of its own: it stands before
    anybody looks at the password, so that a thousand at once are counted as a thousand one by one."""

    def __init__(self, engine: sa.Engine, *, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def attempt(self, kind: str, *, who: str, most: int, seconds: int) -> None:
        now, whose = self._clock.now(), digest_of(who)
        # Who is over the limit is sent away by reading: a flood must not hold the one writer of a file.
        self._refuse_full(kind, whose, most=most, now=now)
        counting = self._counting(kind, whose, most=most, seconds=seconds, now=now)
        counted = write(self._engine, lambda connection: connection.execute(counting).first(), harmless_twice=True)
        if counted is None:
            self._refuse_full(kind, whose, most=most, now=now)
            raise _too_many(1)  # the window ended between the two statements

    def forget(self, kind: str, *, who: str) -> None:
        at = attempts.c
        forgetting = sa.delete(attempts).where(at.kind == kind, at.who == digest_of(who))
        write(self._engine, lambda connection: connection.execute(forgetting), harmless_twice=True)

    def sweep(self) -> int:
        ended = sa.delete(attempts).where(attempts.c.ends_at <= self._clock.now())
        return write(self._engine, lambda connection: connection.execute(ended).rowcount, harmless_twice=True)

    def _counting(self, kind: str, who: str, *, most: int, seconds: int, now: int) -> Any:
        at = attempts.c
        inserting = upserting(self._engine.dialect, attempts).values(
            kind=kind, who=who, began_at=now, ends_at=now + seconds, made=1
        )
        over = at.ends_at <= now
        return inserting.on_conflict_do_update(
            index_elements=[at.kind, at.who],
            set_={
                "began_at": sa.case((over, now), else_=at.began_at),
                "ends_at": sa.case((over, now + seconds), else_=at.ends_at),
                "made": sa.case((over, 1), else_=at.made + 1),
            },
            where=sa.or_(over, at.made < most),
        ).returning(at.made)

    def _refuse_full(self, kind: str, who: str, *, most: int, now: int) -> None:
        ends_at = _full_until(self._engine, kind, who, most=most, now=now)
        if ends_at is not None:
            raise _too_many(ends_at - now)


@read_again
def _full_until(engine: sa.Engine, kind: str, who: str, *, most: int, now: int) -> int | None:
    at = attempts.c
    query = sa.select(at.ends_at).where(at.kind == kind, at.who == who, at.ends_at > now, at.made >= most)
    with read_transaction(engine) as connection:
        return connection.execute(query).scalar()


def _too_many(wait_seconds: int) -> TooManyAttempts:
    return TooManyAttempts(f"尝试过于频繁，请 {wait_seconds} 秒后再试", detail={"retry_after": wait_seconds})
