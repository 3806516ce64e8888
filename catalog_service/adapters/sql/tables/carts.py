"""What is meant to be ordered: by member, or by the token of a visitor who has not signed in."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.adapters.sql.tables.base import Id, count, flag, metadata

cart_lines = sa.Table(
    "cart_lines",
    metadata,
    sa.Column("owner", sa.String(140), primary_key=True),  # m:<company>:<member>, or t:<SHA-256 of the token>
    sa.Column("sku_id", Id, sa.ForeignKey("skus.sku_id"), primary_key=True),
    sa.Column("supplier_id", Id, nullable=False),
    count("quantity"),
    flag("saved"),  # kept for later: shown, not ordered
    count("changed_at"),
    sa.CheckConstraint("quantity >= 1", name="quantity"),
    sa.Index("ix_cart_lines_sku", "sku_id"),
    sa.Index("ix_cart_lines_changed", "changed_at"),
)
