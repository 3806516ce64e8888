"""Revisions that wait for the audit, beside the offers that stay on sale; a supplier's own freight template.

What waits already is off the shelf; it is approved or refused there, as before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "revisions",
        sa.Column("offer_id", ID, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("base_version", sa.BigInteger(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_revisions_version")),
        sa.CheckConstraint("base_version >= 1", name=op.f("ck_revisions_base_version")),
        sa.CheckConstraint(
            "state IN ('waiting', 'draft', 'refused', 'approved', 'discarded')", name=op.f("ck_revisions_state")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.offer_id"], name=op.f("fk_revisions_offer_id_offers")),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_revisions")),
    )
    op.add_column("supplier_terms", sa.Column("freight_template_id", ID, nullable=True))
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_revisions_waiting", "revisions", ["submitted_at", "offer_id"],
        sqlite_where=waiting, postgresql_where=waiting,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_column("supplier_terms", "freight_template_id")
    op.drop_table("revisions")
