"""The tables of any revision, told by its migrations: they are run over an empty database in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from catalog_service.adapters.sql.migrate import upgrade

_VERSION = "alembic_version"


@contextmanager
def empty_database(revision: str | None) -> Iterator[sa.Engine]:
    """A database in memory that stands at a revision, None for nothing; ``RecordOfAnotherVersion`` for one that this
    program does not know."""
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    try:
        if revision is not None:
            upgrade(engine, target=revision)
        yield engine
    finally:
        engine.dispose()


def tables_at(revision: str) -> list[sa.Table]:
    """The tables of a revision, those that others refer to before them. Tables that are not ours are none of these."""
    found = sa.MetaData()
    with empty_database(revision) as engine:
        found.reflect(engine)
    return [table for table in found.sorted_tables if table.name != _VERSION]


def counted_key(table: sa.Table) -> str | None:
    """The column that counts by itself, None for a table whose keys come from outside."""
    column = table.autoincrement_column
    return None if column is None else str(column.name)
