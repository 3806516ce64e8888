"""SKUs are found by their supplier's code and their barcode alone, so that one can order by either.

A SKU that is all of its offer is left out: its code and barcode are the offer's, which the search index finds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COLUMNS = ("code", "barcode")


def upgrade() -> None:
    for column in _COLUMNS:
        stated = sa.text(f"{column} <> '' AND sku_id <> offer_id")
        op.create_index(f"ix_skus_{column}", "skus", [column], sqlite_where=stated, postgresql_where=stated)


def downgrade() -> None:
    for column in reversed(_COLUMNS):
        op.drop_index(f"ix_skus_{column}", "skus")
