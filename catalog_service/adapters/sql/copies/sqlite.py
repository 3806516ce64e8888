"""Copies and SQLite: a whole file by its own backup, and rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from catalog_service.adapters.sql.copies.rows import Row

PAGES_A_STEP = 4_096  # 16 MB: between two steps the reading transaction stays, so writers are never waited for


def be_patient(connection: sa.Connection) -> None:
    """A read is never cut off here."""


def copy_file(connection: sa.Connection, target: Path) -> None:
    """The file as the connection's transaction sees it, into ``target``, by SQLite's online backup.

    The transaction must have read already: the copy is then of its snapshot, however many write meanwhile. Without one
    every commit of another process would begin the copy anew.
    """
    source = connection.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)  # noqa: S101
    with closing(sqlite3.connect(target)) as copy:
        source.backup(copy, pages=PAGES_A_STEP)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, that a reader need not write beside


def make_ready(engine: sa.Engine) -> None:
    """Write-ahead logging again, as a record that is served has it."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


def in_use(engine: sa.Engine) -> bool:
    """Whether any connection is open to the file: leaving write-ahead logging needs it alone. When nobody has, the file
    is whole without its log afterwards."""
    engine.dispose()  # our own idle connections are nobody's use
    with closing(sqlite3.connect(str(engine.url.database), timeout=0)) as alone:
        try:
            for mode in ("DELETE", "WAL"):
                alone.execute(f"PRAGMA journal_mode = {mode}")
        except sqlite3.OperationalError:
            return True
        except sqlite3.DatabaseError:  # no database any more: nobody serves it
            return False
    return False


def broken_references(connection: sa.Connection) -> list[str]:
    """Tables with a row that refers to one that is not there."""
    return sorted({str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")})


def put_rows(connection: sa.Connection, table: str, columns: Sequence[str], parts: Iterable[list[Row]]) -> None:
    """Into a table that is empty."""
    places = ", ".join("?" * len(columns))
    names = ", ".join(f'"{name}"' for name in columns)
    for part in parts:
        connection.exec_driver_sql(f'INSERT INTO "{table}" ({names}) VALUES ({places})', list(part))  # noqa: S608


def counters(connection: sa.Connection, keys: Mapping[str, str]) -> dict[str, int]:
    """The last number that each self-counting key has given; 0 for none."""
    given = {str(row[0]): int(row[1]) for row in connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")}
    return {table: given.get(table, 0) for table in keys}


def set_counters(connection: sa.Connection, keys: Mapping[str, str], given: Mapping[str, int]) -> None:
    """As they were, so that no number is ever given twice."""
    for table in keys:
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        if given.get(table):
            connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, given[table]))
