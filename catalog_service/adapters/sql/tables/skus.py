"""SKUs of offers, and the terms of trade that a listing does not show."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.adapters.sql.tables.base import Id, count, flag, metadata, text


def _of_its_own(column: str) -> sa.TextClause:
    """What a SKU that is all of its offer shares with it is found through the search index."""
    return sa.text(f"{column} <> '' AND sku_id <> offer_id")


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
    sa.CheckConstraint("weight_g >= 0", name="weight_g"),
    sa.Index("ix_skus_code", "code", sqlite_where=_of_its_own("code"), postgresql_where=_of_its_own("code")),
    sa.Index(
        "ix_skus_barcode", "barcode", sqlite_where=_of_its_own("barcode"), postgresql_where=_of_its_own("barcode")
    ),
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
