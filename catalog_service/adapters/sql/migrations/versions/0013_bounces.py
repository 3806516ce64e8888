"""Money that a bank sends back after it had left (退汇): of payouts and of transfers to payers.

The ledger's new kind stays known on the way down, as its rows do. To an older program a payout that came back is one
that failed, and a transfer that came back is done: the money is the supplier's, or on its way in another transfer.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

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
    _restate("ledger_entries", "kind", ENTRIES)
    _restate("payouts", "state", PAYOUTS)
    _restate("transfers", "state", TRANSFERS)
    where = sa.text("state = 'bounced'")
    op.create_index("ix_payouts_bounced", "payouts", ["changed_at"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_payouts_bounced", "payouts")
    op.execute("UPDATE payouts SET state = 'failed' WHERE state = 'bounced'")
    op.execute("UPDATE transfers SET state = 'done' WHERE state = 'bounced'")
    _restate("payouts", "state", FORMER_PAYOUTS)
    _restate("transfers", "state", FORMER_TRANSFERS)


def _restate(table: str, column: str, condition: str) -> None:
    """A condition that every row meets, in the place of the former one (revision 0008 says why SQLite's text is written
    anew)."""
    name = f"ck_{table}_{column}"
    if op.get_context().dialect.name != "sqlite":
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, condition)
        return
    connection = op.get_bind()
    text = connection.execute(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table"), {"table": table}
    ).scalar_one()
    stated, found = re.subn(rf"(CONSTRAINT {name} CHECK )\([^()]* IN \([^()]*\)\)", rf"\g<1>({condition})", text)
    if found != 1:
        raise RuntimeError(f"{table}: no condition {name}")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = :text WHERE type = 'table' AND name = :table"),
        {"text": stated, "table": table},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")  # all connections read it again
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")
