"""Suppliers and what is known of their conduct."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.adapters.sql.tables.base import Id, count, flag, metadata, text

suppliers = sa.Table(
    "suppliers",
    metadata,
    sa.Column("supplier_id", Id, primary_key=True),
    count("version"),
    text("name"),
    text("province"),
    text("city"),
    sa.Column("joined_year", sa.Integer),
    flag("verified"),
    flag("factory"),
    sa.Column("credit_score", sa.Float, nullable=False),
    sa.Column("credit_level", sa.Integer, nullable=False),
    sa.Column("repeat_buyer_rate", sa.Float),
    count("changed_at"),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.CheckConstraint("credit_score BETWEEN 0 AND 1", name="credit_score"),
    sa.CheckConstraint("credit_level BETWEEN 0 AND 5", name="credit_level"),
)


credit_events = sa.Table(
    "credit_events",
    metadata,
    sa.Column("event_id", Id, primary_key=True),
    sa.Column("supplier_id", Id, sa.ForeignKey("suppliers.supplier_id"), nullable=False, index=True),
    text("kind"),
    count("count"),
    flag("related_party"),
    text("note"),
    count("occurred_at"),
    count("recorded_at"),
    sa.CheckConstraint("count >= 1", name="count"),
)
