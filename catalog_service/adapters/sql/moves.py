"""The one shape of a move: a conditional UPDATE that finds the row as it was read, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from catalog_service.ports.record import Overtaken


def move_row(
    connection: sa.Connection,
    table: sa.Table,
    row_id: str,
    *,
    source: StrEnum,
    target: StrEnum,
    version: int,
    values: Mapping[str, Any] | None = None,
) -> None:
    """Move the row with this key from ``source`` to ``target`` and its next version; ``Overtaken`` when it is not
    there in that state and version, so that the deed reads again and decides anew."""
    (key,) = table.primary_key.columns
    moved = connection.execute(
        sa.update(table)
        .where(key == row_id, table.c.state == str(source), table.c.version == version)
        .values({"state": str(target), "version": version + 1, **(values or {})})
    )
    if moved.rowcount != 1:
        raise Overtaken("内容已被他人修改，请刷新后重试", parameter="If-Match")
