"""Rows of a table in the order of their keys, and what is known of all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from catalog_service.domain.copies import MARK_DIGITS, ROWS_A_MARK, TableContent

ROWS_AT_ONCE = 2_000  # in memory, whatever the table's size
Row = Sequence[Any]
_encode = msgspec.json.Encoder().encode


def columns_of(table: sa.Table) -> list[sa.Column[Any]]:
    """By their names: the order in which they were added differs between databases."""
    return sorted(table.c, key=lambda column: column.name)


def names_of(table: sa.Table) -> list[str]:
    """The same, plain: a reflected name is a kind of text of its own."""
    return [str(column.name) for column in columns_of(table)]


def read_rows(connection: sa.Connection, table: sa.Table) -> Iterator[list[Row]]:
    """All rows, in parts. Keys are ordered by their bytes, whatever the language of the database."""
    query = sa.select(*columns_of(table)).order_by(*(_by_bytes(column, connection) for column in table.primary_key))
    result = connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE))
    for part in result.partitions():
        yield [tuple(row) for row in part]


def _by_bytes(column: sa.Column[Any], connection: sa.Connection) -> sa.ColumnElement[Any]:
    text = isinstance(column.type, sa.String) and connection.dialect.name == "postgresql"
    return column.collate("C") if text else column


class Measure:
    """Takes rows in order as they pass, and tells their content at the end."""

    def __init__(self, table: sa.Table) -> None:
        self._digest = hashlib.sha256(_encode(names_of(table)))
        self._rows = 0
        self._marks: list[str] = []

    def passing(self, parts: Iterable[list[Row]], told: Callable[[int], None] = lambda _: None) -> Iterator[list[Row]]:
        """The same parts; ``told`` hears how many rows each had."""
        for part in parts:
            for row in part:
                self._digest.update(_encode(row))
                self._rows += 1
                if self._rows % ROWS_A_MARK == 0:
                    self._marks.append(self._digest.hexdigest()[:MARK_DIGITS])
            told(len(part))
            yield part

    def content(self) -> TableContent:
        return TableContent(rows=self._rows, sha256=self._digest.hexdigest(), marks=tuple(self._marks))


def measure(connection: sa.Connection, table: sa.Table, told: Callable[[int], None] = lambda _: None) -> TableContent:
    """The content of a table as it stands."""
    taken = Measure(table)
    for _ in taken.passing(read_rows(connection, table), told):
        pass
    return taken.content()
