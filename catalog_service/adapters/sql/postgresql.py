"""PostgreSQL 15 or newer: many writers at once, over psycopg 3.

A read is one REPEATABLE READ snapshot; a write runs READ COMMITTED, guarded by versions, and is done again when another
got in between (``engine.write``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.types.numeric import Int8Dumper
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from catalog_service.adapters.sql.waiting import WAITING, WaitingRows, let_see
from catalog_service.ports.record import RecordBusy
from kernel.errors import PifaError, Unavailable

VERSION_MIN = 15  # the oldest one that the project supports; it is maintained until November 2027
APPLICATION_NAME = "pifa"  # how pg_stat_activity and the server's log name our connections
PREPARED_MAX = 400  # statements that a connection keeps: an order's life has a hundred, the whole record 300
POOL_KEPT = 5  # open connections of a process: a commit takes milliseconds, so five carry a thousand of them a second
POOL_EXTRA = 5  # under load; eight workers and a follower then stay below the server's own default of 100
POOL_WAIT_SECONDS = 10  # as long as SQLite's writers wait for their turn
RECYCLE_SECONDS = 1_800  # firewalls forget a silent connection after an hour
CONNECT_SECONDS = 5  # a host that drops packets is told in the time that a person waits for a command
STATEMENT_TIMEOUT_MS = 30_000  # the longest is a count of ten million offers, about a second; beyond is a runaway
LOCK_TIMEOUT_MS = 10_000  # as SQLite's busy timeout: two hundred of the longest bulk transactions
IDLE_IN_TRANSACTION_MS = 60_000  # no deed thinks inside a transaction; a process that hangs there gives its rows back
MIGRATION_TIMEOUT_MS = 3_600_000  # rewriting a table of a hundred million rows; nobody waits for it but operators

READING: Mapping[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

ALONE_KEY = 0x70696661_00000001  # "pifa": of all advisory locks of the database this one is ours
FEED_KEY = 0x7069 << 48  # the floor of a writer's outbox rows lies in the lower 48 bits; revision 0002 writes it
_FEED_FLOOR_BITS = 48

_QUOTED = re.compile(r'".*"')
_TIMED_OUT = {"55P03", "57014"}  # lock_not_available, query_canceled
_DISCONNECTED = {
    "25P03",  # idle_in_transaction_session_timeout
    "57P01",  # admin_shutdown: a connection was ended, or the server restarts
    "57P02",  # crash_shutdown
}
_UNDONE = {
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
    "23505",  # unique_violation: another entered the same id after we looked; a second look will find it, or draw anew
}


class _Columns(Sequence[tuple[Any, ...]]):
    """As PEP 249 has them, names and types and no more; looked up when they are asked for, which SQLAlchemy does once
    for each statement that it knows."""

    def __init__(self, result: Any) -> None:
        self._result = result

    def __len__(self) -> int:
        return int(self._result.nfields)

    def __getitem__(self, at: Any) -> Any:
        if not 0 <= at < len(self):
            raise IndexError(at)
        name = (self._result.fname(at) or b"").decode()
        return (name, self._result.ftype(at), None, None, None, None, None)


class LeanCursor(psycopg.Cursor[Any]):
    """psycopg makes an object of eight fields for every column whenever it is asked what a result looks like, and
    SQLAlchemy asks at each statement, of an order's fifty columns too, to look at names and types: a tenth of a
    life."""

    @property
    def description(self) -> Any:
        """None without columns."""
        result = self.pgresult
        return None if result is None or not result.nfields else _Columns(result)


class RecordUnfit(Unavailable):
    """The server cannot hold the record."""

    code = "record_unfit"


def open_engine(url: sa.URL) -> sa.Engine:
    """An engine with a pool; nothing is connected yet. Connections are not tried before use: what meets a dead one, all
    of its age are replaced and it is done again."""
    settings = {
        "statement_timeout": STATEMENT_TIMEOUT_MS,
        "lock_timeout": LOCK_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_MS,
    }
    engine = sa.create_engine(
        url,
        isolation_level="READ COMMITTED",  # whatever the server's default is
        connect_args={
            "application_name": APPLICATION_NAME,
            "connect_timeout": CONNECT_SECONDS,
            "cursor_factory": LeanCursor,
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        },
        pool_size=POOL_KEPT,
        max_overflow=POOL_EXTRA,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_recycle=RECYCLE_SECONDS,
        hide_parameters=True,  # an error's text ends in logs, and what is bound are people's addresses
    )
    sa.event.listen(engine, "handle_error", _say_no_values)
    sa.event.listen(engine, "connect", _keep_prepared)
    sa.event.listen(engine, "before_execute", let_see)
    return engine


def writing() -> Mapping[str, Any]:
    """Options of a connection that is to write: its rows wait for each other. Nothing to set and to set back for it."""
    return {WAITING: WaitingRows()}


def name(engine: sa.Engine) -> str:
    """Which database this is, for people; known once connected."""
    version = ".".join(str(number) for number in engine.dialect.server_version_info or ())
    return f"PostgreSQL {version}（{engine.url.host or '本机'}/{engine.url.database}）"


@contextmanager
def turn(engine: sa.Engine) -> Iterator[None]:
    """Everybody at once: the server has its own queues, row by row."""
    yield


def on_disk(engine: sa.Engine) -> None:
    """The server has waited for the disk before it answered the commit (``synchronous_commit``)."""


def refuse_unfit(engine: sa.Engine) -> None:
    """``RecordUnfit`` for a server that is too old."""
    with engine.connect() as connection:
        number = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())  # 150004 is 15.4
    if number // 10_000 < VERSION_MIN:
        raise RecordUnfit(f"PostgreSQL {number // 10_000} 过旧，记录库需要 {VERSION_MIN} 或更新的版本")


@contextmanager
def migrating(engine: sa.Engine, *, lock_path: Path) -> Iterator[None]:
    """The transaction of the migration itself keeps others out (``stand_alone``)."""
    yield


def stand_alone(connection: sa.Connection) -> None:
    """Until the transaction ends no other one stands here, whatever process or machine it is of."""
    for name in ("statement_timeout", "lock_timeout"):  # the others wait, and a migration may take its time
        connection.exec_driver_sql(f"SET LOCAL {name} = {MIGRATION_TIMEOUT_MS}")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ALONE_KEY})")


def feed_end(engine: sa.Engine) -> int | None:
    """The sequence up to which every outbox row is either there to be seen or will never be.

    Sequences are given before commits, so a later one may be seen first. Every writer of the outbox holds an advisory
    lock on the sequence that stood before its own first (a trigger of revision 0002), until after its rows can be seen.
    The counter is read first: who has no lock yet when the locks are read takes its sequences after that.
    Not to be read in the snapshot of the rows: a lock that is gone means rows that a *later* snapshot shows.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        given = int(connection.exec_driver_sql("SELECT last_value FROM outbox_sequence_seq").scalar_one())
        floor = connection.exec_driver_sql(
            "SELECT min((classid::bigint << 32 | objid::bigint) - %(key)s) FROM pg_locks"
            " WHERE locktype = 'advisory' AND objsubid = 1"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND (classid::bigint << 32) >> %(bits)s::integer = %(tag)s",
            {"key": FEED_KEY, "bits": _FEED_FLOOR_BITS, "tag": FEED_KEY >> _FEED_FLOOR_BITS},
        ).scalar()
    return given if floor is None else min(given, int(floor))


def lost(error: DBAPIError) -> bool:
    """Whether the transaction is undone through no fault of its own, so that doing it again may succeed."""
    return _state(error) in _UNDONE or disconnected(error)


def disconnected(error: DBAPIError) -> bool:
    """Whether the connection is gone. At a commit that tells nothing: the server may have ended it after committing."""
    # While connecting there is neither a connection to ask nor a state, only libpq's text.
    cut = "closed the connection unexpectedly" in str(error.orig)
    return error.connection_invalidated or cut or _state(error) in _DISCONNECTED


def trouble(error: DBAPIError) -> PifaError | None:
    """What a person can read, of troubles of the server; None for what is a fault of the program."""
    state, cause = _state(error), _first_line(error)
    if state in _TIMED_OUT:
        return RecordBusy("记录库正忙，请稍后重试")
    if state.startswith("53"):  # insufficient_resources
        return RecordBusy(f"PostgreSQL 资源不足：{cause}", code="record_unavailable")
    if state == "42501":
        return RecordUnfit(f"PostgreSQL 用户权限不足：{cause}")
    if "password" in cause:
        return RecordUnfit("PostgreSQL 拒绝了用户名或密码，请检查 PIFA_DATABASE_URL", code="record_denied")
    if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
        return RecordBusy(f"PostgreSQL 暂时不可用：{cause}", code="record_unavailable")
    return None


def _keep_prepared(connection: Any, _record: object) -> None:
    """The driver prepares a statement once for each combination of types that it is given, and takes the narrowest type
    for a number: 120 and 40,000 are two. With twenty numbers no statement is met twice; so all are of one width."""
    connection.adapters.register_dumper(int, Int8Dumper)
    connection.prepared_max = PREPARED_MAX


def _say_no_values(context: sa.ExceptionContext) -> None:
    """The server's DETAIL holds the whole row that was refused, and a message of class 22 the value itself; neither may
    end in a log. What went wrong stays, and ``orig.diag`` has the rest for a program."""
    error, said = context.original_exception, context.sqlalchemy_exception
    diag = getattr(error, "diag", None)
    if diag is None or diag.severity is None:  # libpq's own words: nothing of a row is in them
        return
    told = str(error.args[0])
    kept = told.strip().split("\n")[0]
    if str(diag.sqlstate).startswith("22"):  # data_exception
        kept = _QUOTED.sub('"…"', kept)
    error.args = (kept, *error.args[1:])
    if said is not None and said.args:
        said.args = (str(said.args[0]).replace(told, kept), *said.args[1:])


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


def _first_line(error: DBAPIError) -> str:
    """The driver's message without its advice; it never holds the password."""
    return str(error.orig).strip().split("\n")[0]
