"""SQLite: one writer and many readers over a file.

WAL lets readers go on while one writes. Writers begin IMMEDIATE, since a transaction that reads first and writes later
fails at once under another writer instead of waiting its turn.

What was answered survives a power cut. With ``synchronous=FULL`` SQLite would wait for the disk while it holds the file
against all other writers; so it is NORMAL, and ``on_disk`` waits after the commit, before anybody hears of it: while
one waits another writes, and one wait serves all that committed before (decision 0017).

Writers queue: threads of one process by ``Turns``, and processes by ``FileTurns``, so one of them at a time asks SQLite
for the file. SQLite itself has waiters sleep longer and longer, up to 100 ms, and gives the file to whoever comes at
the right moment: under load some of them waited for a second (decision 0017). Who finds the file taken all the same,
by a program that is not ours or where processes cannot be queued, looks again every millisecond.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError

from catalog_service.adapters.sql.disk import LogOnDisk
from catalog_service.adapters.sql.turns import FileTurns, Turns
from catalog_service.ports.record import CommitUnknown, RecordBusy
from kernel.errors import PifaError, Unavailable

BUSY_TIMEOUT_MS = 10_000  # two hundred of the longest allowed bulk transactions (50 ms); a person still waits for it
CACHE_KIB = 32 * 1024  # page cache of a connection: the index tops of ten million offers
MAPPED_BYTES = 1 << 30  # read through the mapping, shared between processes; SQLite's own limit is 2 GiB
STATEMENTS_KEPT = 400  # of a connection: an order's life has eighty, the whole record 300 (sqlite3's default: 128)
JOURNAL_BYTES_MAX = 64 << 20  # the WAL file is cut back to this after a long reader let it grow
MIGRATION_SECONDS = 60  # a migration of a large record; everyone else waits for it

LOOK_SECONDS = 0.001  # between two looks whether the file is free: a third of a short transaction

_WRITES, _TURNS, _LOG = "catalog_writes", "catalog_turns", "catalog_log"
_FILE_TURNS = "catalog_file_turns"
READING: Mapping[str, Any] = {}


def open_engine(url: sa.URL, *, shared: bool = True) -> sa.Engine:
    """An engine over the file that the address names (made when missing). ``shared``: other processes may write it too,
    and queue; a copy that is being made leaves no file of its queue behind."""
    queues = {_TURNS: Turns(), **({_FILE_TURNS: FileTurns(Path(f"{url.database}-turn.lock"))} if shared else {})}
    engine = sa.create_engine(
        url,
        connect_args={
            "timeout": BUSY_TIMEOUT_MS / 1000,
            "check_same_thread": False,
            "cached_statements": STATEMENTS_KEPT,
        },
        pool_use_lifo=True,  # whose pages and statements are still warm
        pool_size=8,
        max_overflow=32,  # the thread pools of a server hold 40 threads; none should wait for a file handle
        hide_parameters=True,  # an error's text ends in logs, and what is bound are people's addresses
        execution_options={**queues, _LOG: LogOnDisk(Path(f"{url.database}-wal"))},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "synchronous = NORMAL",
            "foreign_keys = ON",
            f"cache_size = -{CACHE_KIB}",
            f"mmap_size = {MAPPED_BYTES}",
            f"journal_size_limit = {JOURNAL_BYTES_MAX}",
            "temp_store = MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get(_WRITES, False):
            _begin_writing(connection)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def writing() -> Mapping[str, Any]:
    """Options of a connection that is to write: its transaction begins IMMEDIATE."""
    return {_WRITES: True}


def name(engine: sa.Engine) -> str:
    """Which database this is, for people."""
    return f"SQLite（{engine.url.database}）"


@contextmanager
def turn(engine: sa.Engine) -> Iterator[None]:
    """The turn of this thread, and then of this process; ``RecordBusy`` when one does not come. An engine that is not
    ours (a copy's) has one writer."""
    with ExitStack() as turns:
        for option in (_TURNS, _FILE_TURNS):
            queue: Turns | FileTurns | None = engine.get_execution_options().get(option)
            if queue is not None and not turns.enter_context(queue.turn(seconds=BUSY_TIMEOUT_MS / 1000)):
                raise RecordBusy("记录库正忙，请稍后重试")
        yield


def on_disk(engine: sa.Engine) -> None:
    """Wait until what this thread has just committed would survive a power cut."""
    log: LogOnDisk | None = engine.get_execution_options().get(_LOG)
    if log is None:
        return
    try:
        log.wait()
    except OSError as error:
        raise CommitUnknown(
            f"提交时磁盘出错（{error.strerror or error}），结果未知；请用同一个 Idempotency-Key 重试"
        ) from error


def refuse_unfit(engine: sa.Engine) -> None:
    """Every SQLite that Python ships with will do."""


@contextmanager
def migrating(engine: sa.Engine, *, lock_path: Path) -> Iterator[None]:
    """One process at a time, before anybody else opens the file: it is switched to write-ahead logging for good."""
    try:
        with FileLock(str(lock_path), timeout=MIGRATION_SECONDS):
            _use_wal(engine)
            yield
    except Timeout:
        raise Unavailable(f"另一个进程正在升级记录库（{lock_path}），请稍后重试", code="record_migrating") from None


def stand_alone(connection: sa.Connection) -> None:
    """A write transaction has the file to itself already."""


def feed_end(engine: sa.Engine) -> int | None:
    """None: the one writer orders the rows, so a reader never sees a later sequence before an earlier one."""
    return None


def lost(error: DBAPIError) -> bool:
    """Who cannot have the lock waits for it; but a number that another order has is drawn anew."""
    return "UNIQUE constraint failed: orders.number" in str(error.orig)


def disconnected(error: DBAPIError) -> bool:
    """There is no connection that could break."""
    return False


def trouble(error: DBAPIError) -> PifaError | None:
    """What a person can read, of troubles of the machine; None for what is a fault of the program."""
    cause = str(error.orig)
    if "not a database" in cause or "malformed" in cause:
        return RecordBusy("记录库文件已损坏，请从备份恢复", code="record_corrupt", detail={"cause": cause})
    if not isinstance(error, OperationalError):
        return None
    if "full" in cause:
        return RecordBusy("磁盘已满，记录库无法写入，请腾出空间后重试", code="disk_full")
    if "locked" in cause or "busy" in cause:
        return RecordBusy("记录库正忙，请稍后重试")
    return RecordBusy(f"记录库暂时不可用：{cause}", code="record_unavailable")


def _begin_writing(connection: sa.Connection) -> None:
    """BEGIN IMMEDIATE, tried every millisecond while somebody writes who did not queue."""
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 0")
    try:
        until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            except OperationalError as error:
                if "locked" not in str(error.orig) or time.monotonic() > until:
                    raise
            time.sleep(LOOK_SECONDS)
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.close()


def _use_wal(engine: sa.Engine) -> None:
    connection = engine.raw_connection()  # below SQLAlchemy, whose transactions the switch refuses to be part of
    try:
        connection.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()
