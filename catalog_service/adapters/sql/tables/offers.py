"""Offers and the imports that bring them."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.adapters.sql.tables.base import Id, count, flag, folded, metadata, text
from catalog_service.domain.offers.revision_states import REVISION
from catalog_service.domain.offers.states import OFFER

_live, _rest = sa.text("state = 'live'"), sa.text("state <> 'live'")

offers = sa.Table(
    "offers",
    metadata,
    sa.Column("offer_id", Id, primary_key=True),
    count("version"),
    sa.Column("state", sa.String(32), nullable=False),
    sa.Column("content_hash", sa.String(32), nullable=False),
    text("takedown_reason"),
    count("changed_at"),
    text("title"),
    sa.Column("supplier_id", Id, sa.ForeignKey("suppliers.supplier_id")),
    sa.Column("category_id", Id),
    text("tiers"),  # JSON [[min_quantity, unit_price_fen], ...]
    count("moq"),
    count("pack_multiple"),
    count("units_per_pack"),
    text("pack_unit"),
    text("unit"),
    sa.Column("stock", sa.BigInteger),
    text("attributes"),  # JSON {name: [value, ...], ...}
    text("brand"),
    text("item_code"),
    text("barcode"),
    text("description"),
    text("origin"),
    flag("dropship"),
    sa.Column("dropship_price_fen", sa.BigInteger),
    sa.Column("sample_price_fen", sa.BigInteger),
    flag("customisation"),
    flag("invoice"),
    flag("freight_free"),
    sa.Column("dispatch_hours", sa.Integer),
    text("picture"),
    sa.Column("more_pictures", sa.Text, nullable=False, server_default="[]"),  # JSON [address, ...], after that one
    count("sold_count"),
    count("published_at"),
    # Of no index: a seller's search passes its own offers row by row for their titles, buyers' goes by the engine's.
    folded("item_code_key"),
    folded("barcode_key"),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.CheckConstraint(OFFER.check(), name="state"),
    sa.CheckConstraint("moq >= 1", name="moq"),
    sa.CheckConstraint("stock IS NULL OR stock >= 0", name="stock"),
    # Counting and scanning what is live must not touch the wide rows of what is not.
    sa.Index("ix_offers_live", "offer_id", sqlite_where=_live, postgresql_where=_live),
    sa.Index("ix_offers_supplier_live", "supplier_id", "offer_id", sqlite_where=_live, postgresql_where=_live),
    sa.Index("ix_offers_supplier_rest", "supplier_id", "offer_id", sqlite_where=_rest, postgresql_where=_rest),
)

_waiting = sa.text("state = 'waiting'")

# The latest change of each offer that had to be looked at: beside the row above, which stays on sale as it is.
revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("offer_id", Id, sa.ForeignKey("offers.offer_id"), primary_key=True),
    count("version"),
    sa.Column("state", sa.String(32), nullable=False),
    count("base_version"),
    text("base"),  # JSON: what was on sale when it was made or last followed
    text("content"),  # JSON: what is to be on sale
    text("submitted_by"),
    count("submitted_at"),
    count("changed_at"),
    sa.Column("code", sa.String(64), nullable=False),
    text("reason"),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.CheckConstraint("base_version >= 1", name="base_version"),
    sa.CheckConstraint(REVISION.check(), name="state"),
    sa.Index("ix_revisions_waiting", "submitted_at", "offer_id", sqlite_where=_waiting, postgresql_where=_waiting),
)


import_runs = sa.Table(
    "import_runs",
    metadata,
    sa.Column("run_id", sa.String(64), primary_key=True),
    text("file_name"),
    count("rows_done"),
    count("created"),
    count("revised"),
    count("unchanged"),
    count("rejected"),
    count("rejects_bytes"),
    count("started_at"),
    count("changed_at"),
    sa.Column("finished_at", sa.BigInteger),
)


# What a bulk edit changed, so that undoing it is a deed.
bulk_edits = sa.Table(
    "bulk_edits",
    metadata,
    sa.Column("edit_id", Id, primary_key=True),
    sa.Column("supplier_id", Id, nullable=False, index=True),
    sa.Column("plan_digest", sa.String(64), nullable=False),
    text("rows"),  # JSON: per offer its version after the edit and the content before it
    count("applied_at"),
    sa.Column("undone_at", sa.BigInteger),
)
