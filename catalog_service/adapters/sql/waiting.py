"""Rows that wait, on PostgreSQL, to be written together.

A statement costs its driver and the server a tenth of a millisecond each, however little it writes; and a deed adds
rows to up to ten tables that it never looks at again (an order's lines and history, outbox, audit, notices). So they
wait in the transaction, and go as one statement before anything that may have to do with them, and before the commit.
The rows of a table go as one JSON text: the statement is the same for one line and for fifty, and so stays prepared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDialect, PGIdentifierPreparer

WAITING = "catalog_waiting"  # the execution option of a connection whose rows wait
KEPT_MAX = 1_000  # statements known by their words, and sets of tables: a few hundred of each in the whole record

_Names = frozenset[str]
_quote = PGIdentifierPreparer(PGDialect())  # type: ignore[no-untyped-call]  # SQLAlchemy's dialects have no types
_encode = msgspec.json.Encoder().encode


class WaitingRows:
    """Of one transaction, by table, in the order in which they were given."""

    def __init__(self) -> None:
        self._rows: dict[sa.Table, list[Mapping[str, Any]]] = {}
        self._names: set[str] = set()

    def add(self, table: sa.Table, values: Sequence[Mapping[str, Any]]) -> None:
        """Rows of ``table``, each with every column but the self-counting one."""
        self._rows.setdefault(table, []).extend(values)
        self._names.add(table.name)

    def concern(self, statement: sa.Executable) -> bool:
        """Whether it reads or writes one of the tables, or rows that refer to them."""
        return bool(self._names) and not self._names.isdisjoint(_tables_named(statement))

    def write(self, connection: sa.Connection) -> None:
        """All of them, at once: keys are looked up, and triggers fired, when the statement has done."""
        if not self._rows:
            return
        rows, self._rows = self._rows, {}
        self._names.clear()
        connection.exec_driver_sql(_insert(tuple(rows)), tuple(_encode(each).decode() for each in rows.values()))


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
def _insert(tables: tuple[sa.Table, ...]) -> str:
    *first, last = [_insert_from_json(table) for table in tables]
    together = ", ".join(f"w{number} AS ({each})" for number, each in enumerate(first))
    return f"WITH {together} {last}" if first else last


def _insert_from_json(table: sa.Table) -> str:
    name = _quote.format_table(table)
    names = ", ".join(_quote.format_column(column) for column in table.c if column is not table.autoincrement_column)
    return f"INSERT INTO {name} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{name}, %s)"  # noqa: S608
