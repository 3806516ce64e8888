"""A year of orders in the tables: a few lives that were lived are copied by INSERT ... SELECT, each row under new ids
and an earlier time. (Copies are not re-hashed: the chains of their ledger entries are as long as real ones, and not
valid.)"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from catalog_service.adapters.sql.tables import metadata
from catalog_service.domain.orders.numbers import NUMBER_DIGITS

SAID = "filled.json"  # what was filled, beside it
TEMPLATES = 40  # lives that are copied: of other buyers, suppliers and SKUs each
YEAR_SECONDS = 365 * 86_400
ROWS_A_STATEMENT = 20_000
# A table that is lost while it is filled is filled again. The keys of copies refer to copies, and are not looked up.
DISPOSABLE = {
    "sqlite": ("PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -1048576"),
    "postgresql": (
        "SET session_replication_role = replica",
        "SET synchronous_commit = off",
        "SET statement_timeout = 0",
    ),
}
# As after a year: what autovacuum would have seen to (SQLite has none, and nothing here analyses), and all on disk.
LASTING = {
    "sqlite": ("PRAGMA synchronous = FULL", "PRAGMA wal_checkpoint(TRUNCATE)"),
    "postgresql": ("VACUUM (ANALYZE)", "CHECKPOINT"),
}
_ID = re.compile(r"\b[0-9a-f]{32}\b")
_TIME_MIN = 1_600_000_000  # whole numbers above it, in columns of moments, are UTC seconds
_SUFFIX = 8  # hexadecimal digits of an id that number its copy


def fill(engine: sa.Engine, life: Callable[[], object], *, rows: int) -> dict[str, int]:
    """Copies until there are so many rows more; how many each table has then."""
    written = [_rows_of(engine, life) for _ in range(TEMPLATES)]
    copies = max(round(rows / sum(map(len, written))), 1)
    dialect, raw = engine.dialect.name, engine.raw_connection()  # each statement for itself
    cursor = raw.cursor()

    def do(sql: str) -> None:
        cursor.execute(sql)
        raw.commit()

    try:
        for statement in DISPOSABLE[dialect]:
            do(statement)
        for statement in _number_table(dialect, copies):
            do(statement)
        for number, life_rows in enumerate(written):
            for table, row in life_rows:
                for start in range(0, copies, ROWS_A_STATEMENT):
                    do(_copy(dialect, table, row, number, start, copies))
        do("DROP TABLE bench_numbers")
        if dialect == "postgresql":
            raw.driver_connection.autocommit = True  # VACUUM wants no transaction around it
        for statement in LASTING[dialect]:
            cursor.execute(statement)
    finally:
        raw.invalidate()  # nobody is to write through what does not wait for the disk
    with engine.connect() as connection:
        counted = {table.name: _count(connection, table) for table in metadata.sorted_tables}
    return {name: count for name, count in counted.items() if count}


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def _rows_of(engine: sa.Engine, life: Callable[[], object]) -> list[tuple[sa.Table, Mapping[str, Any]]]:
    """What one life added, in the order in which rows may refer to each other; without the columns that count
    themselves. Rows that all lives share (a supplier's account) are not copied: copies would be the same ones."""
    before = {table.name: set(_keys(engine, table)) for table in metadata.sorted_tables}
    life()
    found: list[tuple[sa.Table, Mapping[str, Any]]] = []
    for table in metadata.sorted_tables:
        counts_itself = table.autoincrement_column is not None
        with engine.connect() as connection:
            for row in connection.execute(sa.select(table)).mappings():
                key = tuple(row[column.name] for column in table.primary_key.columns)
                if key not in before[table.name] and (counts_itself or _ID.search(repr(key))):
                    kept = {name: row[name] for name in row if table.c[name] is not table.autoincrement_column}
                    found.append((table, kept))
    return found


def _keys(engine: sa.Engine, table: sa.Table) -> Sequence[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.select(*table.primary_key.columns))]


def _number_table(dialect: str, copies: int) -> list[str]:
    series = (
        f"SELECT generate_series(1, {copies})"
        if dialect == "postgresql"
        else f"WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {copies}) SELECT x FROM n"
    )
    return ["CREATE TABLE bench_numbers (n INTEGER PRIMARY KEY)", f"INSERT INTO bench_numbers {series}"]


def _copy(dialect: str, table: sa.Table, row: Mapping[str, Any], life: int, start: int, copies: int) -> str:
    number = f"n + {life * copies}"
    digits = f"lpad(to_hex({number}), {_SUFFIX}, '0')" if dialect == "postgresql" else f"printf('%08x', {number})"
    ago = YEAR_SECONDS // copies
    values = [_value(value, digits, ago) for value in row.values()]
    if table.name == "orders":  # each has a number of its own, which nobody reads
        values[list(row).index("number")] = (
            f"lpad(({number})::text, {NUMBER_DIGITS}, '0')"
            if dialect == "postgresql"
            else f"printf('%0{NUMBER_DIGITS}d', {number})"
        )
    return (
        f"INSERT INTO {table.name} ({', '.join(row)}) SELECT {', '.join(values)} FROM bench_numbers"
        f" WHERE n > {start} AND n <= {start + ROWS_A_STATEMENT}"
    )


def _value(value: Any, digits: str, ago: int) -> str:
    """The value in the copy, as SQL: ids end in the copy's number, moments lie earlier."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value} - n * {ago}" if value > _TIME_MIN and value < 2 * _TIME_MIN else str(value)
    text, parts, last = str(value), list[str](), 0
    for found in _ID.finditer(text):
        parts += [_quoted(text[last : found.end() - _SUFFIX]), digits]
        last = found.end()
    return " || ".join([*parts, _quoted(text[last:])])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
