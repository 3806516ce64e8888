"""The database connection: SQLite set up for one writer and many readers.

WAL lets readers go on while one writes. Writers begin IMMEDIATE, since a transaction that reads first and writes later
fails at once under another writer instead of waiting its turn. ``synchronous=FULL``: what was answered survives a power
cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DatabaseError, OperationalError

from catalog_service.ports.record import RecordBusy

BUSY_TIMEOUT_MS = 10_000  # two hundred of the longest allowed bulk transactions (50 ms); a person still waits for it
CACHE_KIB = 32 * 1024  # page cache of a connection: the index tops of ten million offers
MAPPED_BYTES = 1 << 30  # read through the mapping, shared between processes; SQLite's own limit is 2 GiB
JOURNAL_BYTES_MAX = 64 << 20  # the WAL file is cut back to this after a long reader let it grow

_WRITES = "catalog_writes"


def open_engine(path: Path) -> sa.Engine:
    """An engine over the SQLite file at ``path`` (made when missing)."""
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
        pool_size=8,
        max_overflow=32,  # the thread pools of a server hold 40 threads; none should wait for a file handle
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "synchronous = FULL",
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
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def use_wal(engine: sa.Engine) -> None:
    """Switch the file to write-ahead logging; it stays so. Call it where nobody else opens the file."""
    connection = engine.raw_connection()  # below SQLAlchemy, whose transactions the switch refuses to be part of
    try:
        connection.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


@contextmanager
def write_transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One write transaction: commits when left normally, else rolls back; ``RecordBusy`` for lock and disk troubles."""
    with _told_apart(), engine.execution_options(**{_WRITES: True}).begin() as connection:
        yield connection


@contextmanager
def read_transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One consistent snapshot for several reads."""
    with _told_apart(), engine.begin() as connection:
        yield connection


@contextmanager
def _told_apart() -> Iterator[None]:
    """Troubles of the machine become errors that a person can read; a breach of a constraint stays what it is."""
    try:
        yield
    except OperationalError as error:
        raise _busy(error) from error
    except DatabaseError as error:
        cause = str(error.orig)
        if "not a database" in cause or "malformed" in cause:
            raise RecordBusy(
                "记录库文件已损坏，请从备份恢复", code="record_corrupt", detail={"cause": cause}
            ) from error
        raise


def _busy(error: OperationalError) -> RecordBusy:
    cause = str(error.orig)
    if "full" in cause:
        return RecordBusy("磁盘已满，记录库无法写入，请腾出空间后重试", code="disk_full")
    if "locked" in cause or "busy" in cause:
        return RecordBusy("记录库正忙，请稍后重试")
    return RecordBusy(f"记录库暂时不可用：{cause}", code="record_unavailable")
