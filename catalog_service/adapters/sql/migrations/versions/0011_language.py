"""What a member reads: Chinese or English, or nothing said, which the market's setting answers for.

Nobody who is there has said anything, so no row is written."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Both databases take a new column with its condition; Alembic would build the table anew on SQLite for it.
    op.execute(
        "ALTER TABLE members ADD COLUMN language VARCHAR(8)"
        " CONSTRAINT ck_members_language CHECK (language IN ('zh', 'en'))"
    )


def downgrade() -> None:
    op.drop_column("members", "language")
