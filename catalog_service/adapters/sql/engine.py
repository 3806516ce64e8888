"""Transactions: one code for every database; what differs is in a module per dialect, each with the same functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
import stamina
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from catalog_service.adapters.sql import postgresql, sqlite
from catalog_service.adapters.sql.waiting import write_waiting
from catalog_service.ports.record import CommitUnknown, Overtaken, RecordBusy, TransactionLost
from kernel.errors import Invalid, PifaError

DATABASE_NAME = "record.sqlite3"
# Who loses a race loses to one who was done: under eight writers of one row the eighth needs its eighth attempt.
ATTEMPTS_MAX = 12
WAIT_FIRST_SECONDS, WAIT_MAX_SECONDS = 0.005, 0.25  # a transaction's length, and what a restarting pool needs

_PACE: dict[str, Any] = {
    "attempts": ATTEMPTS_MAX,
    "timeout": None,  # attempts alone count: each has its own timeouts
    "wait_initial": WAIT_FIRST_SECONDS,
    "wait_max": WAIT_MAX_SECONDS,
    "wait_jitter": WAIT_FIRST_SECONDS,
}

# For functions that only read, in transactions that they open themselves: done again when the connection was ended.
read_again = stamina.retry(on=TransactionLost, **_PACE)

_Result = TypeVar("_Result")


class Dialect(Protocol):
    """What differs between databases; ``sqlite`` and ``postgresql`` say why."""

    READING: Any

    def writing(self) -> Mapping[str, Any]: ...
    def open_engine(self, url: sa.URL) -> sa.Engine: ...
    def name(self, engine: sa.Engine) -> str: ...
    def turn(self, engine: sa.Engine) -> Any: ...
    def on_disk(self, engine: sa.Engine) -> None: ...
    def refuse_unfit(self, engine: sa.Engine) -> None: ...
    def migrating(self, engine: sa.Engine, *, lock_path: Path) -> Any: ...
    def stand_alone(self, connection: sa.Connection) -> None: ...
    def feed_end(self, engine: sa.Engine) -> int | None: ...
    def lost(self, error: DBAPIError) -> bool: ...
    def disconnected(self, error: DBAPIError) -> bool: ...
    def trouble(self, error: DBAPIError) -> PifaError | None: ...


DIALECTS: dict[str, Dialect] = {"sqlite": sqlite, "postgresql": postgresql}


class DatabaseUrlInvalid(Invalid):
    """The address names no database that we speak with."""

    code = "database_url_invalid"


def open_engine(url: str, *, home: Path) -> sa.Engine:
    """An engine over the database that ``url`` names, else the SQLite file in ``home``; connects to nothing yet."""
    parsed = _parsed(url) if url else sa.URL.create("sqlite", database=str(home / DATABASE_NAME))
    return DIALECTS[parsed.get_backend_name()].open_engine(parsed)


@read_again
def refuse_unfit(engine: sa.Engine) -> None:
    """``Unavailable`` in one clear line for a database that is not there, lets us not in, or is too old."""
    with _told_apart(engine):
        dialect_of(engine).refuse_unfit(engine)


@read_again
def feed_end(engine: sa.Engine) -> int | None:
    """The last sequence of the outbox that the feed may give; None for all that are seen. To be asked before the rows
    are read, never in their snapshot."""
    with _told_apart(engine):
        return dialect_of(engine).feed_end(engine)


def dialect_of(engine: sa.Engine | sa.Connection) -> Dialect:
    return DIALECTS[engine.dialect.name]


def write(engine: sa.Engine, work: Callable[[sa.Connection], _Result], *, harmless_twice: bool = False) -> _Result:
    """``work`` in one write transaction, done again from its beginning when others undid it (deadlock, a connection
    that was ended, a row that moved between our reading and our writing); so it must change the database alone.

    Once the commit was sent it is done again only if that is ``harmless_twice``; else ``CommitUnknown``.
    """
    undone = (TransactionLost, Overtaken, CommitUnknown) if harmless_twice else (TransactionLost, Overtaken)
    try:  # nearly always enough; to set up a row of attempts costs a twentieth of a short deed
        return _write_once(engine, work)
    except undone:
        pass
    for attempt in stamina.retry_context(on=undone, **{**_PACE, "attempts": _PACE["attempts"] - 1}):
        with attempt:
            result = _write_once(engine, work)
    return result


def _write_once(engine: sa.Engine, work: Callable[[sa.Connection], _Result]) -> _Result:
    with write_transaction(engine) as connection:
        return work(connection)


@contextmanager
def write_transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One write transaction: commits when left normally, else rolls back. Troubles of the machine become ``RecordBusy``
    and its kind, a transaction that others undid ``TransactionLost``."""
    dialect = dialect_of(engine)
    with _told_apart(engine):
        with dialect.turn(engine), engine.connect().execution_options(**dialect.writing()) as connection:
            transaction = connection.begin()
            try:
                yield connection
                write_waiting(connection)
            except BaseException:
                transaction.rollback()
                raise
            try:
                transaction.commit()
            except DBAPIError as error:
                if dialect.disconnected(error):
                    raise CommitUnknown("提交时与记录库断开，结果未知；请用同一个 Idempotency-Key 重试") from error
                raise
        dialect.on_disk(engine)


@contextmanager
def read_transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One consistent snapshot for several reads."""
    options = dialect_of(engine).READING
    with _told_apart(engine), engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def _told_apart(engine: sa.Engine) -> Iterator[None]:
    """Troubles of the machine become errors that a person can read; a breach of a constraint stays what it is."""
    dialect = dialect_of(engine)
    try:
        yield
    except PoolTimeout as error:
        raise RecordBusy("记录库连接已用完，请稍后重试") from error
    except DBAPIError as error:
        if dialect.lost(error):
            raise TransactionLost("记录库中断了这次操作，什么都没有改变，请重试") from error
        trouble = dialect.trouble(error)
        if trouble is None:
            raise
        raise trouble from error


def _parsed(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError):  # not a word of the address: it may hold a password
        raise DatabaseUrlInvalid("PIFA_DATABASE_URL 不是数据库地址", parameter="PIFA_DATABASE_URL") from None
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite" and parsed.database:
        return parsed
    raise DatabaseUrlInvalid(
        f"PIFA_DATABASE_URL 只能是 postgresql:// 或 sqlite:///，不能是 {parsed.drivername}://",
        parameter="PIFA_DATABASE_URL",
    )
