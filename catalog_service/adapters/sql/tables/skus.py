"""SKUs of offers, and the terms of trade that a listing does not show."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.adapters.sql.tables.base import Id, count, flag, folded, metadata, text


def _by_spelling(column: str) -> sa.Index:
    """All spellings of a code side by side, the same ones together. What a SKU that is all of its offer shares with it
    is found through the search index."""
    stated = sa.text(f"{column}_key <> '' AND sku_id <> offer_id")
    return sa.Index(f"ix_skus_{column}_key", f"{column}_key", column, sqlite_where=stated, postgresql_where=stated)


skus = sa.Table(
    "skus",
    metadata,
    sa.Column("sku_id", Id, primary_key=True),
    sa.Column("offer_id", Id, sa.ForeignKey("offers.offer_id"), nullable=False, index=True),
    text("code"),
    text("attributes"),  # JSON [[name, value], ...]
    text("tiers"),  # as of offers; [] where the offer's own ladder holds
    count("weight_g"),
    text("barcode"),
    sa.Column("position", sa.Integer, nullable=False),
    flag("on_sale"),
    flag("retired"),
    sa.Column("stated_stock", sa.BigInteger),
    folded("code_key"),
    folded("barcode_key"),
    sa.CheckConstraint("weight_g >= 0", name="weight_g"),
    _by_spelling("code"),
    _by_spelling("barcode"),
)

# No row: the defaults hold, as for most of an imported catalog.
offer_terms = sa.Table(
    "offer_terms",
    metadata,
    sa.Column("offer_id", Id, sa.ForeignKey("offers.offer_id"), primary_key=True),
    flag("moq_per_sku"),
    flag("mixed_batch"),
    sa.Column("freight_template_id", Id),
    sa.Column("digest", sa.String(32), nullable=False),
)
