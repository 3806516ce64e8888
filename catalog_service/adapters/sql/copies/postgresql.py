"""Copies and PostgreSQL: rows through COPY, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import psycopg
import sqlalchemy as sa
from psycopg import sql

from catalog_service.adapters.sql.copies.rows import Row
from catalog_service.adapters.sql.postgresql import APPLICATION_NAME, MIGRATION_TIMEOUT_MS


def be_patient(connection: sa.Connection) -> None:
    """A table may have to be sorted, and a slow disk be written, while the transaction stands."""
    for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        connection.exec_driver_sql(f"SET LOCAL {name} = {MIGRATION_TIMEOUT_MS}")


def in_use(engine: sa.Engine) -> bool:
    """Whether another process of ours is connected to the database."""
    with engine.connect() as connection:
        query = sa.text(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = :name AND pid <> pg_backend_pid())"
        )
        found = bool(connection.execute(query, {"name": APPLICATION_NAME}).scalar_one())
    engine.dispose()
    return found


def put_rows(connection: sa.Connection, table: str, columns: Sequence[str], parts: Iterable[list[Row]]) -> None:
    """Into a table that is empty."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for part in parts:
            for row in part:
                copy.write_row(row)


def counters(connection: sa.Connection, keys: Mapping[str, str]) -> dict[str, int]:
    """The last number that each self-counting key has given; 0 for none. Numbers are given outside of transactions, so
    these are at least those of the rows that are seen."""
    return {table: int(connection.exec_driver_sql(_LAST.format(_sequence(connection, table, key))).scalar_one())
            for table, key in keys.items()}  # fmt: skip


def set_counters(connection: sa.Connection, keys: Mapping[str, str], given: Mapping[str, int]) -> None:
    """As they were, so that no number is ever given twice."""
    for table, key in keys.items():
        last = given.get(table, 0)
        connection.exec_driver_sql(
            "SELECT setval(%(sequence)s, %(value)s, %(called)s)",
            {"sequence": _sequence(connection, table, key), "value": max(last, 1), "called": last > 0},
        )


_LAST = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {}"


def _sequence(connection: sa.Connection, table: str, key: str) -> str:
    """The name of the sequence, quoted as it must be."""
    found = connection.exec_driver_sql(
        "SELECT pg_get_serial_sequence(%(table)s, %(key)s)", {"table": table, "key": key}
    )
    return str(found.scalar_one())
