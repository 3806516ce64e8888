"""Rows that wait, on PostgreSQL, to be written together.

A statement costs its driver and the server a tenth of a millisecond each, however little it writes; and a deed adds
rows to up to ten tables that it never looks at again (an order's lines and history, outbox, audit, notices). So they
wait in the transaction, and go as one statement before anything that may have to do with them, and before the commit.
The rows of a table go as one JSON text: the statement is the same for one line and for fifty, and so stays prepared.

Rows that a deed puts in the place of whatever stood there, or takes away without a look (timers), wait with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDialect, PGIdentifierPreparer

WAITING = "catalog_waiting"  # the execution option of a connection whose rows wait
KEPT_MAX = 1_000  # statements known by their words, and sets of tables: a few hundred of each in the whole record

_Names = frozenset[str]
_Part = Callable[[sa.Table], str]
_quote = PGIdentifierPreparer(PGDialect())  # type: ignore[no-untyped-call]  # SQLAlchemy's dialects have no types
_encode = msgspec.json.Encoder().encode


class WaitingRows:
    """Of one transaction, by table, in the order in which they were given."""

    def __init__(self) -> None:
        self._rows: dict[sa.Table, list[Mapping[str, Any]]] = {}
        self._put: dict[sa.Table, dict[str, Mapping[str, Any] | None]] = {}  # None: to be gone
        self._names: set[str] = set()

    def add(self, table: sa.Table, values: Sequence[Mapping[str, Any]]) -> None:
        """Rows of ``table``, each with every column but the self-counting one."""
        self._rows.setdefault(table, []).extend(values)
        self._names.add(table.name)

    def put(self, table: sa.Table, key: str, row: Mapping[str, Any] | None) -> None:
        """The row of ``table`` under its one key, from now on; None: none. The last one counts."""
        self._put.setdefault(table, {})[key] = row
        self._names.add(table.name)

    def concern(self, statement: sa.Executable) -> bool:
        """Whether it reads or writes one of the tables, or rows that refer to them."""
        return bool(self._names) and not self._names.isdisjoint(_tables_named(statement))

    def write(self, connection: sa.Connection) -> None:
        """All of them, at once: keys are looked up, and triggers fired, when the statement has done."""
        if not self._names:
            return
        rows, self._rows, put, self._put = self._rows, {}, self._put, {}
        self._names.clear()
        parts: list[tuple[_Part, sa.Table, Sequence[Any]]] = [(_insert, table, given) for table, given in rows.items()]
        for table, by_key in put.items():
            kept = [row for row in by_key.values() if row is not None]
            gone = [key for key, row in by_key.items() if row is None]
            parts += [(_upsert, table, kept)] if kept else []
            parts += [(_delete, table, gone)] if gone else []
        statement = _together(tuple((part, table) for part, table, _ in parts))
        connection.exec_driver_sql(statement, tuple(_encode(values).decode() for _, _, values in parts))


def waiting_rows(connection: sa.Connection) -> WaitingRows | None:
    """Those of this connection's transaction; None where rows are written at once."""
    waiting: WaitingRows | None = connection.get_execution_options().get(WAITING)
    return waiting


def let_see(connection: sa.Connection, statement: Any, *_: Any) -> None:
    """Before a statement that has to do with waiting rows they are there (a listener of ``before_execute``)."""
    waiting = waiting_rows(connection)
    if waiting is not None and waiting.concern(statement):
        waiting.write(connection)


def write_waiting(connection: sa.Connection) -> None:
    """Whatever still waits, before the commit."""
    waiting = waiting_rows(connection)
    if waiting is not None:
        waiting.write(connection)


@lru_cache(KEPT_MAX)
def _tables_named(statement: sa.Executable) -> _Names:
    """Every word of it, among them the names of its tables, and those that a table which it writes refers to."""
    words = frozenset(re.findall(r"\w+", str(statement)))
    table = getattr(statement, "table", None)
    return words | {key.column.table.name for key in table.foreign_keys} if isinstance(table, sa.Table) else words


@lru_cache(KEPT_MAX)
def _together(parts: tuple[tuple[_Part, sa.Table], ...]) -> str:
    *first, last = [part(table) for part, table in parts]
    together = ", ".join(f"w{number} AS ({each})" for number, each in enumerate(first))
    return f"WITH {together} {last}" if first else last


def _insert(table: sa.Table) -> str:
    name = _quote.format_table(table)
    names = ", ".join(_quote.format_column(column) for column in table.c if column is not table.autoincrement_column)
    return f"INSERT INTO {name} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{name}, %s)"  # noqa: S608


def _upsert(table: sa.Table) -> str:
    (key,) = table.primary_key.columns
    others = (_quote.format_column(column) for column in table.c if column is not key)
    values = ", ".join(f"{each} = excluded.{each}" for each in others)
    return f"{_insert(table)} ON CONFLICT ({_quote.format_column(key)}) DO UPDATE SET {values}"


def _delete(table: sa.Table) -> str:
    (key,) = table.primary_key.columns
    name = _quote.format_table(table)
    return f"DELETE FROM {name} WHERE {_quote.format_column(key)} IN (SELECT json_array_elements_text(%s))"  # noqa: S608
