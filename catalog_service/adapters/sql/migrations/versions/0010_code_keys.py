"""Codes and barcodes of SKUs and offers are found under every spelling: each has its folded form beside it.

The indexes of revision 0007 give way to those of the folded form, which hold the spelling too. What is there is folded
in batches by the table's key, whatever its state: retired SKUs too, since who asks for one is told so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from catalog_service.adapters.sql.migrations.steps import fill

# The rule itself and no copy of it: whoever changes it brings a revision that folds anew, after this one.
from kernel.codes import fold_code

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KEYED = {"skus": ("sku_id", "code", "barcode"), "offers": ("offer_id", "item_code", "barcode")}
_INDEXED = ("code", "barcode")


def upgrade() -> None:
    for column in reversed(_INDEXED):
        op.drop_index(f"ix_skus_{column}", "skus")
    for table, (_, *columns) in _KEYED.items():
        for column in columns:
            op.add_column(table, sa.Column(f"{column}_key", sa.Text(), nullable=False, server_default=""))
        _fold(table)
    for column in _INDEXED:
        _index(f"ix_skus_{column}_key", [f"{column}_key", column])


def downgrade() -> None:
    for column in reversed(_INDEXED):
        op.drop_index(f"ix_skus_{column}_key", "skus")
    for table, (_, *columns) in _KEYED.items():
        for column in columns:
            op.drop_column(table, f"{column}_key")
    for column in _INDEXED:
        _index(f"ix_skus_{column}", [column])


def _index(name: str, columns: list[str]) -> None:
    stated = sa.text(f"{columns[0]} <> '' AND sku_id <> offer_id")
    op.create_index(name, "skus", columns, sqlite_where=stated, postgresql_where=stated)


def _fold(table: str) -> None:
    """Rows that have a code, in the order of their key; the others have the default, which is theirs."""
    names = _KEYED[table]
    rows = sa.table(table, *(sa.column(name, sa.Text) for name in (*names, *(f"{name}_key" for name in names[1:]))))
    key, *codes = [rows.c[name] for name in names]
    fill(
        sa.select(key, *codes).where(sa.or_(*[code != "" for code in codes])),
        place=[key], into=[rows.c[f"{code.name}_key"] for code in codes],
        values=lambda row: list(map(fold_code, row[1:])),
    )  # fmt: skip
