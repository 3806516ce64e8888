"""INSERTs straight to the driver: on wide rows SQLAlchemy's own preparing costs as much as the database's work."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from catalog_service.adapters.sql.waiting import waiting_rows


def insert_rows(connection: sa.Connection, table: sa.Table, values: Sequence[Mapping[str, Any]]) -> None:
    """All of ``values``, each with every column but the self-counting one: at once, or together with what else the
    transaction adds (``waiting``)."""
    if not values:
        return
    waiting = waiting_rows(connection)
    if waiting is not None:
        waiting.add(table, values)
        return
    statement, positions = _insert_statement(table, connection.dialect)
    connection.exec_driver_sql(
        statement, [tuple([row[name] for name in positions]) for row in values] if positions else list(values)
    )


def as_row(value: Any, **changed: Any) -> dict[str, Any]:
    """A frozen value's fields, each as it is (``dataclasses.asdict`` copies what is in them, and takes ten times as
    long)."""
    row = {name: getattr(value, name) for name in _field_names(value.__class__)}
    row.update(changed)
    return row


def upserting(dialect: sa.Dialect, table: sa.Table) -> Any:
    """The dialect's own INSERT, which knows ``on_conflict_do_update``; both say it alike."""
    return {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect.name](table)


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@cache
def _insert_statement(table: sa.Table, dialect: sa.Dialect) -> tuple[str, tuple[str, ...] | None]:
    """The dialect's INSERT over all columns but the self-counting one, and its values' order (None: by name)."""
    names = [column.name for column in table.c if column is not table.autoincrement_column]
    compiled = sa.insert(table).compile(dialect=dialect, column_keys=names)
    positions = getattr(compiled, "positiontup", None)
    return str(compiled), tuple(positions) if positions else None
