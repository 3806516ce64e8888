"""Payouts of suppliers' earnings with the accounts that they go to, rulings that want two operators, refunds by line.

The ledger's new kinds stay known on the way down: its rows are only ever added, so those of payouts stay too. The way
down is refused while earnings are on their way out: an older program would neither pay them nor give them back.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from catalog_service.adapters.sql.migrations.steps import restate

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql")

# Conditions of columns that know more than before: table, column, condition.
WIDER = (
    (
        "ledger_accounts",
        "kind",
        "kind IN ('clearing', 'escrow', 'suspense', 'payable', 'deposit', 'fees', 'payout', 'credit')",
    ),
    (
        "ledger_entries",
        "kind",
        "kind IN ('fund', 'suspend', 'release', 'refund', 'return', 'deposit', 'withdraw', 'payout', 'giveback')",
    ),
    ("timers", "kind", "kind IN ('order', 'refund', 'payment', 'transfer', 'payout')"),
)
PARTIAL = (
    ("ix_orders_refunding", "orders", "supplier_id", "open_refund_id <> ''"),
    (
        "ix_refunds_open",
        "refunds",
        "opened_at",
        "state IN ('waitseller', 'waitbuyermodify', 'waitbuyersend', 'waitsellerreceive')",
    ),
    ("ix_transfers_pending", "transfers", "created_at", "state = 'pending'"),
)


def upgrade() -> None:
    for table, column, condition in WIDER:
        restate(table, column, condition)
    _make_payouts()
    op.create_table(
        "rulings",
        sa.Column("ruling_id", ID, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("refund_id", ID, nullable=False),
        sa.Column("order_version", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("to_buyer_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_rulings_version")),
        sa.CheckConstraint("state IN ('proposed', 'confirmed', 'replaced')", name=op.f("ck_rulings_state")),
        sa.CheckConstraint("outcome IN ('for_buyer', 'for_seller', 'terminate')", name=op.f("ck_rulings_outcome")),
        sa.CheckConstraint("to_buyer_fen >= 0", name=op.f("ck_rulings_to_buyer_fen")),
        sa.CheckConstraint("confirmed_by <> proposed_by", name=op.f("ck_rulings_operators")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name=op.f("fk_rulings_order_id_orders")),
        sa.PrimaryKeyConstraint("ruling_id", name=op.f("pk_rulings")),
    )
    _index("ix_rulings_proposed", "rulings", "order_id", "state = 'proposed'", unique=True)
    op.add_column("refunds", sa.Column("line", sa.Integer(), server_default="0", nullable=False))
    for name, table, column, condition in PARTIAL:
        _index(name, table, column, condition)


def downgrade() -> None:
    flying = op.get_bind().execute(sa.text("SELECT count(*) FROM payouts WHERE state IN ('requested', 'sent')"))
    if flying.scalar_one():
        raise RuntimeError("payouts are on their way out: wait for them before going back")
    for name, table, _, _ in reversed(PARTIAL):
        op.drop_index(name, table)
    op.drop_column("refunds", "line")
    op.drop_table("rulings")
    op.drop_table("payouts")
    op.drop_table("payout_accounts")


def _make_payouts() -> None:
    op.create_table(
        "payout_accounts",
        sa.Column("payout_account_id", ID, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("supplier_id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("number_sealed", sa.Text(), nullable=False),
        sa.Column("number_masked", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("usable_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_payout_accounts_version")),
        sa.CheckConstraint("state IN ('active', 'replaced')", name=op.f("ck_payout_accounts_state")),
        sa.CheckConstraint("kind IN ('bank', 'alipay')", name=op.f("ck_payout_accounts_kind")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.company_id"], name=op.f("fk_payout_accounts_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("payout_account_id", name=op.f("pk_payout_accounts")),
    )
    _index("ix_payout_accounts_active", "payout_accounts", "supplier_id", "state = 'active'", unique=True)
    op.create_table(
        "payouts",
        sa.Column("payout_id", ID, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("supplier_id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("payout_account_id", ID, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("gateway", sa.String(length=32), nullable=False),
        sa.Column("gateway_id", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("version >= 1", name=op.f("ck_payouts_version")),
        sa.CheckConstraint("state IN ('requested', 'sent', 'paid', 'failed')", name=op.f("ck_payouts_state")),
        sa.CheckConstraint("amount_fen >= 1", name=op.f("ck_payouts_amount_fen")),
        sa.ForeignKeyConstraint(
            ["payout_account_id"],
            ["payout_accounts.payout_account_id"],
            name=op.f("fk_payouts_payout_account_id_payout_accounts"),
        ),
        sa.PrimaryKeyConstraint("payout_id", name=op.f("pk_payouts")),
    )
    op.create_index("ix_payouts_supplier", "payouts", ["supplier_id", "created_at", "payout_id"])
    _index("ix_payouts_in_flight", "payouts", "created_at", "state IN ('requested', 'sent')")


def _index(name: str, table: str, column: str, condition: str, *, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(name, table, [column], unique=unique, sqlite_where=where, postgresql_where=where)
