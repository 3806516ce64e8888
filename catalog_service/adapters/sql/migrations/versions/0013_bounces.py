"""Money that a bank sends back after it had left (退汇): of payouts and of transfers to payers.

The ledger's new kind stays known on the way down, as its rows do. To an older program a payout that came back is one
that failed, and a transfer that came back is done: the money is the supplier's, or on its way in another transfer.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from catalog_service.adapters.sql.migrations.steps import restate

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ENTRIES = (
    "kind IN ('fund', 'suspend', 'release', 'refund', 'return', 'deposit', 'withdraw', 'payout', 'giveback', 'bounce')"
)
PAYOUTS = "state IN ('requested', 'sent', 'paid', 'failed', 'bounced')"
FORMER_PAYOUTS = "state IN ('requested', 'sent', 'paid', 'failed')"
TRANSFERS = "state IN ('pending', 'done', 'bounced')"
FORMER_TRANSFERS = "state IN ('pending', 'done')"


def upgrade() -> None:
    restate("ledger_entries", "kind", ENTRIES)
    restate("payouts", "state", PAYOUTS)
    restate("transfers", "state", TRANSFERS)
    where = sa.text("state = 'bounced'")
    op.create_index("ix_payouts_bounced", "payouts", ["changed_at"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_payouts_bounced", "payouts")
    op.execute("UPDATE payouts SET state = 'failed' WHERE state = 'bounced'")
    op.execute("UPDATE transfers SET state = 'done' WHERE state = 'bounced'")
    restate("payouts", "state", FORMER_PAYOUTS)
    restate("transfers", "state", FORMER_TRANSFERS)
