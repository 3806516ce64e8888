"""Stock by SKU: what is available, what orders hold, and every move of it."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.adapters.sql.tables.base import Id, Sequence, count, flag, metadata, text

# ``moved``: the offer's figure in listing and index may be older than this row. It is part of the same UPDATE, and the
# partial index finds the few that are true.
stock = sa.Table(
    "stock",
    metadata,
    sa.Column("sku_id", Id, sa.ForeignKey("skus.sku_id"), primary_key=True),
    sa.Column("offer_id", Id, nullable=False),
    sa.Column("available", sa.BigInteger),  # NULL: not counted
    count("reserved"),
    flag("moved"),
    sa.CheckConstraint("available IS NULL OR available >= 0", name="available"),
    sa.CheckConstraint("reserved >= 0", name="reserved"),
)
sa.Index("ix_stock_offer", stock.c.offer_id)
sa.Index("ix_stock_moved", stock.c.sku_id, sqlite_where=stock.c.moved, postgresql_where=stock.c.moved)

reservations = sa.Table(
    "reservations",
    metadata,
    sa.Column("order_id", Id, primary_key=True),
    sa.Column("sku_id", Id, sa.ForeignKey("skus.sku_id"), primary_key=True),
    count("quantity"),
    count("held"),
    count("shipped"),
    count("reserved_at"),
    sa.CheckConstraint("quantity >= 1", name="quantity"),
    sa.CheckConstraint("held >= 0 AND shipped >= 0 AND held + shipped <= quantity", name="held"),
    sa.Index("ix_reservations_sku", "sku_id"),
)

# ``available`` and ``reserved`` as they stood after the move, so that each row can be checked against the one before.
stock_moves = sa.Table(
    "stock_moves",
    metadata,
    sa.Column("move_id", Sequence, primary_key=True, autoincrement=True),
    sa.Column("sku_id", Id, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("order_id", Id, nullable=False),  # "" for the supplier's own
    count("quantity"),
    sa.Column("available", sa.BigInteger),
    count("reserved"),
    text("actor"),
    count("moved_at"),
    sa.CheckConstraint("kind IN ('set', 'adjust', 'reserve', 'release', 'ship')", name="kind"),
    sa.Index("ix_stock_moves_sku", "sku_id", "move_id"),
    sqlite_autoincrement=True,
)
