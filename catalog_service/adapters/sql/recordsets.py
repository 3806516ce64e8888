"""Rows that a statement is given as one value for each column: it is the same statement for one row and for fifty, so
it is built and prepared once, and all rows take one journey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

Columns = Mapping[str, type[TypeEngine[Any]]]
_encode = msgspec.json.Encoder().encode


def recordset(dialect: str, name: str, columns: Columns) -> sa.FromClause:
    """The rows that are bound (``bound``), as a table of this name and dialect."""
    if dialect == "postgresql":
        # It expects ten rows of arrays, and a hundred of a JSON text: too many for an index. Where it sees how long the
        # arrays are, it plans anew each time; so they are handed to it by way of a subquery.
        arrays = [
            sa.select(sa.bindparam(_parameter(name, each), type_=postgresql.ARRAY(kind))).scalar_subquery()
            for each, kind in columns.items()
        ]
        rows = sa.func.unnest(*arrays).table_valued(*map(sa.column, columns, (kind() for kind in columns.values())))
        return rows.render_derived(name=name)
    each = sa.func.json_each(sa.bindparam(name, type_=sa.Text)).table_valued("value")
    fields = [
        sa.func.json_extract(each.c.value, f"$[{at}]", type_=kind()).label(column)
        for at, (column, kind) in enumerate(columns.items())
    ]
    return sa.select(*fields).select_from(each).subquery(name)


def bound(dialect: str, name: str, columns: Columns, rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """What is bound for ``rows``, each with a value a column."""
    if dialect == "postgresql":
        return {_parameter(name, column): [row[at] for row in rows] for at, column in enumerate(columns)}
    return {name: _encode(rows).decode()}


def _parameter(name: str, column: str) -> str:
    return f"{name}_{column}"
