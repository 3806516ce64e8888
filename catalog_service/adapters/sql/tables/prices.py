"""A supplier's terms: buyer groups with their private prices, freight templates, mixed batches and discounts."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.adapters.sql.tables.base import Id, count, metadata, text

buyer_groups = sa.Table(
    "buyer_groups",
    metadata,
    sa.Column("group_id", Id, primary_key=True),
    sa.Column("supplier_id", Id, sa.ForeignKey("suppliers.supplier_id"), nullable=False, index=True),
    count("version"),
    text("name"),
    sa.Column("rate_bp", sa.Integer, nullable=False),  # of ten thousand: 9500 is 95 折
    count("changed_at"),
    sa.CheckConstraint("rate_bp BETWEEN 1 AND 10000", name="rate_bp"),
    sa.CheckConstraint("version >= 1", name="version"),
)

# A company is in one group of a supplier at most: the key says so.
buyer_group_members = sa.Table(
    "buyer_group_members",
    metadata,
    sa.Column("supplier_id", Id, primary_key=True),
    sa.Column("company_id", Id, primary_key=True),
    sa.Column("group_id", Id, sa.ForeignKey("buyer_groups.group_id"), nullable=False, index=True),
    sa.Index("ix_buyer_group_members_company", "company_id"),
)

# ``target_id``: a SKU's id, or an offer's for all of its SKUs (the default SKU has its offer's id).
private_prices = sa.Table(
    "private_prices",
    metadata,
    sa.Column("group_id", Id, sa.ForeignKey("buyer_groups.group_id"), primary_key=True),
    sa.Column("target_id", Id, primary_key=True),
    text("tiers"),
)

freight_templates = sa.Table(
    "freight_templates",
    metadata,
    sa.Column("template_id", Id, primary_key=True),
    sa.Column("supplier_id", Id, sa.ForeignKey("suppliers.supplier_id"), nullable=False, index=True),
    count("version"),
    text("name"),
    text("zones"),  # JSON
    count("changed_at"),
    sa.CheckConstraint("version >= 1", name="version"),
)

# No row: no mixed batches, no discount.
supplier_terms = sa.Table(
    "supplier_terms",
    metadata,
    sa.Column("supplier_id", Id, sa.ForeignKey("suppliers.supplier_id"), primary_key=True),
    count("version"),
    sa.Column("mixed_pieces_min", sa.BigInteger),
    sa.Column("mixed_fen_min", sa.BigInteger),
    text("discounts"),  # JSON [[from_fen, off_fen], ...]
    count("changed_at"),
    sa.Column("freight_template_id", Id),
    sa.CheckConstraint("version >= 1", name="version"),
)
