"""The one shape of a move: a conditional UPDATE that finds the row as it was read, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa

from catalog_service.adapters.sql.waiting import Change, update_sql, waiting_rows
from catalog_service.ports.record import Overtaken

_KEYS = ("state", "version")


def move_row(
    connection: sa.Connection,
    table: sa.Table,
    row_id: str,
    *,
    source: StrEnum,
    version: int,
    changed: Mapping[str, Any],
) -> None:
    """Change the row with this key, which was read in this state and version (``changed`` has its next ones);
    ``Overtaken`` when it stands there in others, at once or when the change is written (``waiting``)."""
    values = {name: str(value) if isinstance(value, StrEnum) else value for name, value in changed.items()}
    waiting = waiting_rows(connection)
    if waiting is not None:
        (key,) = table.primary_key.columns
        sql = update_sql(table, tuple(values), (key.name, *_KEYS))
        bound = (*values.values(), row_id, str(source), version)
        waiting.change(connection, Change(table, row_id, sql, bound, missed=overtaken))
        return
    keys = {"key_id": row_id, "key_state": str(source), "key_version": version}
    refuse_overtaken(connection.execute(_move_statement(table, tuple(values)), {**keys, **values}).rowcount)


def move_value(connection: sa.Connection, table: sa.Table, names: Iterable[str], *, before: Any, after: Any) -> None:
    """Move the row of a value with ``state`` and ``version``: what differs of ``names`` is written."""
    (key,) = table.primary_key.columns
    changed = {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}
    move_row(connection, table, getattr(before, key.name), source=before.state, version=before.version, changed=changed)


def refuse_overtaken(rowcount: int, *, of: int = 1) -> None:
    """``Overtaken`` unless the row (or all so many) stood as it was read: the deed reads again and decides anew."""
    if rowcount != of:
        raise overtaken()


def overtaken() -> Overtaken:
    return Overtaken("内容已被他人修改，请刷新后重试", parameter="If-Match")


@cache
def _move_statement(table: sa.Table, names: tuple[str, ...]) -> sa.Update:
    """Built once for each set of columns: the building costs as much as the driver's work."""
    (key,) = table.primary_key.columns
    return (
        sa.update(table)
        .where(
            key == sa.bindparam("key_id"),
            table.c.state == sa.bindparam("key_state"),
            table.c.version == sa.bindparam("key_version"),
        )
        .values({name: sa.bindparam(name) for name in names})
    )
