"""The pictures of an offer after its first, in their order. The one that each has is its first already; down again, the
others are no more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("offers", sa.Column("more_pictures", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("offers", "more_pictures")
