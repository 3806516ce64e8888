"""Attempts counted for all processes together, a daily limit of what a key may order, scans of documents.

Secrets of second factors stay as they are here: they are sealed when next used, or by ``pifa admin reseal``."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "attempts",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("made >= 1", name=op.f("ck_attempts_made")),
        sa.PrimaryKeyConstraint("kind", "who", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_ends_at"), "attempts", ["ends_at"], unique=False)
    op.add_column("company_keys", sa.Column("spend_limit_fen", sa.BigInteger(), nullable=True))
    op.create_table(
        "key_spending",
        sa.Column("key_id", ID, nullable=False),
        sa.Column("day", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("spent_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("spent_fen >= 0", name=op.f("ck_key_spending_spent_fen")),
        sa.ForeignKeyConstraint(["key_id"], ["company_keys.key_id"], name=op.f("fk_key_spending_key_id_company_keys")),
        sa.PrimaryKeyConstraint("key_id", "day", name=op.f("pk_key_spending")),
    )
    op.create_table(
        "company_documents",
        sa.Column("document_id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("size_bytes >= 1", name=op.f("ck_company_documents_size_bytes")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.company_id"], name=op.f("fk_company_documents_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_company_documents")),
        sa.UniqueConstraint("company_id", "digest", name=op.f("uq_company_documents_company_id_digest")),
    )


def downgrade() -> None:
    op.drop_table("company_documents")
    op.drop_table("key_spending")
    op.drop_column("company_keys", "spend_limit_fen")
    op.drop_index(op.f("ix_attempts_ends_at"), "attempts")
    op.drop_table("attempts")
