"""What several revisions do: a condition stated anew, and values for the rows that are there. Revisions that have
landed use these as they are; whoever needs another way adds a step."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

# A batch holds a few hundred kilobytes of Python, and is some fifty milliseconds of either database.
ROWS_A_BATCH = 2_000


def restate(table: str, column: str, condition: str) -> None:
    """The values that a column of ``table`` may have, stated anew (as an IN); every row meets them already.

    SQLite knows a table's conditions by its text alone. Where what is stored does not change, the text may be written
    anew (sqlite.org/lang_altertable.html, 7); else all of the ledger would be copied, its triggers lost on the way, and
    its entries could not be dropped, since postings refer to them.
    """
    name = f"ck_{table}_{column}"
    if op.get_context().dialect.name != "sqlite":
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, condition)
        return
    connection = op.get_bind()
    text = connection.execute(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table"), {"table": table}
    ).scalar_one()
    stated, found = re.subn(rf"(CONSTRAINT {name} CHECK )\([^()]* IN \([^()]*\)\)", rf"\g<1>({condition})", text)
    if found != 1:
        raise RuntimeError(f"{table}: no condition {name}")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = :text WHERE type = 'table' AND name = :table"),
        {"text": stated, "table": table},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")  # all connections read it again
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def fill(
    found: sa.Select[Any], *, place: Sequence[sa.ColumnClause[Any]], into: Sequence[sa.ColumnClause[Any]],
    values: Callable[[sa.Row[Any]], Sequence[str]],
) -> None:  # fmt: skip
    """Give the columns ``into`` of every row that is ``found`` the ``values`` that follow from it, a batch after the
    other. ``place``: columns of ``found`` by whose order it goes, the last of which is the table's key."""
    rows, key = into[0].table, place[-1]
    write = sa.update(rows)  # type: ignore[arg-type]  # of ``sa.table``
    if op.get_context().as_sql:  # a plan reads what is done, not how: the rows of the table are written
        op.execute(write.values(dict.fromkeys(into, key)))
        return
    write = write.where(key == sa.bindparam("id"))
    write = write.values({column: sa.bindparam(f"given_{at}") for at, column in enumerate(into)})
    ahead = found.order_by(*place).limit(ROWS_A_BATCH)
    beyond = ahead.where(sa.tuple_(*place) > sa.tuple_(*(sa.bindparam(f"after_{at}") for at, _ in enumerate(place))))
    connection = op.get_bind()
    batch = connection.execute(ahead).all()
    while batch:
        connection.execute(write, [_written(row, key.name, values(row)) for row in batch])
        last = {f"after_{at}": getattr(batch[-1], column.name) for at, column in enumerate(place)}
        batch = connection.execute(beyond, last).all()


def _written(row: sa.Row[Any], key: str, given: Sequence[str]) -> Mapping[str, Any]:
    return {"id": getattr(row, key), **{f"given_{at}": value for at, value in enumerate(given)}}
