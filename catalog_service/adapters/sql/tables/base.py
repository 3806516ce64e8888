"""What every table is made of."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows by itself only for INTEGER keys; PostgreSQL needs the wide type by name.
Sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Ids are ordered by their bytes, as SQLite and Python order them, whatever the language of the database.
Id = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def folded(name: str) -> sa.Column[str]:
    """``kernel.codes.fold_code`` of the code in the same row, written with it. The default is for rows that an older
    program's statement brings (a migration, a backup's), which the migration of keys then folds."""
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def count(name: str) -> sa.Column[int]:
    """Pieces, fen, seconds, versions: whole numbers."""
    return sa.Column(name, sa.BigInteger, nullable=False)


def among(column: str, values: Iterable[str]) -> str:
    """SQL: whether the column has one of these values, written out, as partial indexes and CHECKs need them."""
    return "{} IN ({})".format(column, ", ".join(f"'{value}'" for value in values))
