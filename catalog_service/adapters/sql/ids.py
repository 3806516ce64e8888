"""Ids in parts that one statement can bind."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import sqlalchemy as sa

IDS_A_QUERY = 500  # below SQLite's least limit of 999 bound values
# Of one part, in statements that are built once: building one costs as much as running it.
IDS: sa.BindParameter[str] = sa.bindparam("ids", expanding=True)


def id_parts(ids: Collection[str]) -> Iterator[list[str]]:
    """The ids in order, in parts that one statement can bind."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), IDS_A_QUERY):
        yield ordered[start : start + IDS_A_QUERY]
