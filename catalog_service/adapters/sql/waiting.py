"""Rows that wait, on PostgreSQL, to be written together.

A statement costs its driver and the server a tenth of a millisecond each, however little it writes; and a deed adds
rows to up to ten tables that it never looks at again (an order's lines and history, outbox, audit, notices). So they
wait in the transaction, and go as one statement before anything that may have to do with them, and before the commit.
The rows of a table go as one JSON text: the statement is the same for one line and for fifty, and so stays prepared.

With them wait rows that a deed puts in the place of whatever stood there, or takes away without a look (timers), sums
that it adds to (balances), and changes of rows as they were read: an UPDATE that must find what it names. Whether it
did is known when it was written, which is before the commit: what did not undoes the transaction, as it would have at
once. Changes are made first, in the order in which they were asked for, so that two deeds meet at the same row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDialect, PGIdentifierPreparer

WAITING = "catalog_waiting"  # the execution option of a connection whose rows wait
KEPT_MAX = 1_000  # statements known by their words, and sets of tables: a few hundred of each in the whole record

_Names = frozenset[str]
_Part = tuple[str, Sequence[Any]]  # a statement, and what it binds
_quote = PGIdentifierPreparer(PGDialect())  # type: ignore[no-untyped-call]  # SQLAlchemy's dialects have no types
_encode = msgspec.json.Encoder().encode


class Change(NamedTuple):
    """An UPDATE of ``rows`` rows of ``table``, which has no other one under this ``key`` in the same statement.
    ``missed`` makes the error where it found another number of them."""

    table: sa.Table
    key: str
    sql: str  # with %s for each of ``values``
    values: Sequence[Any]
    missed: Callable[[], Exception]
    rows: int = 1


class WaitingRows:
    """Of one transaction, by table, in the order in which they were given."""

    def __init__(self) -> None:
        self._changes: dict[tuple[sa.Table, str], Change] = {}
        self._rows: dict[sa.Table, list[Mapping[str, Any]]] = {}
        self._put: dict[sa.Table, dict[str, Mapping[str, Any] | None]] = {}  # None: to be gone
        self._sums: dict[tuple[sa.Table, str], dict[str, dict[str, Any]]] = {}
        self._names: set[str] = set()

    def add(self, table: sa.Table, values: Sequence[Mapping[str, Any]]) -> None:
        """Rows of ``table``, each with every column but the self-counting one."""
        self._rows.setdefault(table, []).extend(values)
        self._names.add(table.name)

    def put(self, table: sa.Table, key: str, row: Mapping[str, Any] | None) -> None:
        """The row of ``table`` under its one key, from now on; None: none. The last one counts."""
        self._put.setdefault(table, {})[key] = row
        self._names.add(table.name)

    def add_up(self, table: sa.Table, column: str, row: Mapping[str, Any]) -> None:
        """``row`` where its key is new; else its ``column`` is added to the one that stands."""
        (key,) = table.primary_key.columns
        rows = self._sums.setdefault((table, column), {})
        known = rows.setdefault(row[key.name], {**row, column: 0})
        known[column] += row[column]
        self._names.add(table.name)

    def change(self, connection: sa.Connection, change: Change) -> None:
        """No statement changes a row twice, nor one that it inserts: what was to be done to it before is done first."""
        table, key = change.table, change.key
        summed = any(key in rows for (other, _), rows in self._sums.items() if other is table)
        if summed or (table, key) in self._changes or table in self._rows or table in self._put:
            self.write(connection)
        self._changes[table, key] = change
        self._names.add(table.name)

    def concern(self, statement: sa.Executable) -> bool:
        """Whether it reads or writes one of the tables, or rows that refer to them."""
        return bool(self._names) and not self._names.isdisjoint(_tables_named(statement))

    def write(self, connection: sa.Connection) -> None:
        """All of them, at once: keys are looked up, and triggers fired, when the statement has done."""
        if not self._names:
            return
        changes, parts = list(self._changes.values()), self._parts()
        for waiting in (self._changes, self._rows, self._put, self._sums, self._names):
            waiting.clear()
        statement = _together(tuple(sql for sql, _ in parts), len(changes))
        result = connection.exec_driver_sql(statement, tuple(chain.from_iterable(values for _, values in parts)))
        for change, found in zip(changes, result.one() if changes else (), strict=True):
            if found != change.rows:
                raise change.missed()

    def _parts(self) -> list[_Part]:
        parts: list[_Part] = [(change.sql, change.values) for change in self._changes.values()]
        parts += [(_insert(table), _json(given)) for table, given in self._rows.items()]
        for table, by_key in self._put.items():
            kept = [row for row in by_key.values() if row is not None]
            gone = [key for key, row in by_key.items() if row is None]
            parts += [(_upsert(table), _json(kept))] if kept else []
            parts += [(_delete(table), _json(gone))] if gone else []
        for (table, column), summed in self._sums.items():  # in one order, whoever adds
            parts.append((_add_up(table, column), _json([summed[key] for key in sorted(summed)])))
        return parts


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
def _together(parts: tuple[str, ...], changes: int) -> str:
    """One statement of ``parts``. The first ``changes`` of them are made before all others, one after the other, and it
    answers how many rows each of them found."""
    if not changes:
        *first, last = parts
        named = [f"w{number} AS ({each})" for number, each in enumerate(first)]
        return f"WITH {', '.join(named)} {last}" if named else last
    named = [f"w{number} AS ({each}{' RETURNING 1' * (number < changes)})" for number, each in enumerate(parts)]
    found = ", ".join(f"(SELECT count(*) FROM w{number})" for number in range(changes))  # noqa: S608
    return f"WITH {', '.join(named)} SELECT {found}"


def _json(values: Sequence[Any]) -> tuple[str]:
    return (_encode(values).decode(),)


@lru_cache(KEPT_MAX)
def _insert(table: sa.Table) -> str:
    name = _quote.format_table(table)
    names = ", ".join(_quote.format_column(column) for column in table.c if column is not table.autoincrement_column)
    return f"INSERT INTO {name} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{name}, %s)"  # noqa: S608


@lru_cache(KEPT_MAX)
def _upsert(table: sa.Table) -> str:
    (key,) = table.primary_key.columns
    others = (_quote.format_column(column) for column in table.c if column is not key)
    values = ", ".join(f"{each} = excluded.{each}" for each in others)
    return f"{_insert(table)} ON CONFLICT ({_quote.format_column(key)}) DO UPDATE SET {values}"


@lru_cache(KEPT_MAX)
def _add_up(table: sa.Table, column: str) -> str:
    (key,) = table.primary_key.columns
    name, summed = _quote.format_table(table), _quote.format_column(table.c[column])
    on_conflict = f"ON CONFLICT ({_quote.format_column(key)}) DO UPDATE"
    return f"{_insert(table)} {on_conflict} SET {summed} = {name}.{summed} + excluded.{summed}"


@lru_cache(KEPT_MAX)
def _delete(table: sa.Table) -> str:
    (key,) = table.primary_key.columns
    name = _quote.format_table(table)
    return f"DELETE FROM {name} WHERE {_quote.format_column(key)} IN (SELECT json_array_elements_text(%s))"  # noqa: S608


@lru_cache(KEPT_MAX)
def update_sql(table: sa.Table, names: tuple[str, ...], keys: tuple[str, ...]) -> str:
    """An UPDATE that sets the columns ``names`` where the columns ``keys`` have the values that follow."""
    quoted = {name: _quote.format_column(table.c[name]) for name in (*names, *keys)}
    values = ", ".join(f"{quoted[name]} = %s" for name in names)
    where = " AND ".join(f"{quoted[name]} = %s" for name in keys)
    return f"UPDATE {_quote.format_table(table)} SET {values} WHERE {where}"  # noqa: S608
