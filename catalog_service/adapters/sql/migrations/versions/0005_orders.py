"""Orders with their lines, shipments, history, refunds and timers; payments, transfers and the ledger.

Rows of the ledger are only ever added: triggers refuse to change or delete them, on both databases.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql")
ACCOUNT_ID = sa.String(length=96).with_variant(sa.String(length=96, collation="C"), "postgresql")

ADDED_ONLY = ("ledger_entries", "ledger_postings")
REFUSE_ON_SQLITE = """
CREATE TRIGGER {table}_{deed}_refused BEFORE {deed} ON {table}
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
"""
REFUSAL_ON_POSTGRESQL = """
CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation';
END $$
"""
REFUSE_ON_POSTGRESQL = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()
"""


def upgrade() -> None:
    op.create_table(
        "gateway_notices",
        sa.Column("gateway", sa.String(length=32), nullable=False),
        sa.Column("notice_id", sa.String(length=128), nullable=False),
        sa.Column("payment_id", ID, nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("gateway", "notice_id", name=op.f("pk_gateway_notices")),
    )
    op.create_table(
        "ledger_accounts",
        sa.Column("account_id", ACCOUNT_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind = 'clearing' OR balance_fen >= 0", name=op.f("ck_ledger_accounts_balance_fen")),
        sa.CheckConstraint(
            "kind IN ('clearing', 'escrow', 'suspense', 'payable', 'deposit', 'fees', 'credit')",
            name=op.f("ck_ledger_accounts_kind"),
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_ledger_accounts")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("chain_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('fund', 'suspend', 'release', 'refund', 'return', 'deposit')", name=op.f("ck_ledger_entries_kind")
        ),
        sa.PrimaryKeyConstraint("chain_id", "number", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_entries_key")),
    )
    op.create_table(
        "ledger_heads",
        sa.Column("chain_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", name=op.f("pk_ledger_heads")),
    )
    op.create_index(op.f("ix_ledger_heads_changed_at"), "ledger_heads", ["changed_at"], unique=False)
    op.create_table(
        "order_groups",
        sa.Column("group_id", ID, nullable=False),
        sa.Column("buyer_company_id", ID, nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("orders", sa.BigInteger(), nullable=False),
        sa.Column("payable_fen", sa.BigInteger(), nullable=False),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_order_groups")),
    )
    op.create_table(
        "payments",
        sa.Column("payment_id", ID, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("received_fen", sa.BigInteger(), nullable=False),
        sa.Column("refunded_fen", sa.BigInteger(), nullable=False),
        sa.Column("gateway", sa.String(length=32), nullable=False),
        sa.Column("gateway_id", sa.Text(), nullable=False),
        sa.Column("pay_url", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('created', 'pending', 'paid', 'failed', 'closed', 'suspended', 'returned')",
            name=op.f("ck_payments_state"),
        ),
        sa.CheckConstraint(
            "amount_fen >= 0 AND refunded_fen BETWEEN 0 AND received_fen", name=op.f("ck_payments_amounts_fen")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_payments_version")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_payments")),
    )
    op.create_index(op.f("ix_payments_order_id"), "payments", ["order_id"], unique=False)
    op.create_table(
        "timers",
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('order', 'refund', 'payment', 'transfer')", name=op.f("ck_timers_kind")),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_timers")),
    )
    op.create_index("ix_timers_due", "timers", ["due_at", "subject_id"], unique=False)
    op.create_table(
        "ledger_postings",
        sa.Column("chain_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", ACCOUNT_ID, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_ledger_postings_amount_fen")),
        sa.ForeignKeyConstraint(
            ["chain_id", "number"],
            ["ledger_entries.chain_id", "ledger_entries.number"],
            name=op.f("fk_ledger_postings_chain_id_ledger_entries"),
        ),
        sa.PrimaryKeyConstraint("chain_id", "number", "line", name=op.f("pk_ledger_postings")),
    )
    op.create_index("ix_ledger_postings_account", "ledger_postings", ["account_id", "at"], unique=False)
    op.create_table(
        "orders",
        sa.Column("order_id", ID, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("buyer_company_id", ID, nullable=False),
        sa.Column("supplier_id", ID, nullable=False),
        sa.Column("supplier_company_id", ID, nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("out_order_id", sa.String(length=64), nullable=True),
        sa.Column("draft_digest", sa.String(length=64), nullable=False),
        sa.Column("snapshot", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.String(length=16), nullable=False),
        sa.Column("goods_fen", sa.BigInteger(), nullable=False),
        sa.Column("discount_fen", sa.BigInteger(), nullable=False),
        sa.Column("freight_fen", sa.BigInteger(), nullable=False),
        sa.Column("adjust_fen", sa.BigInteger(), nullable=False),
        sa.Column("payable_fen", sa.BigInteger(), nullable=False),
        sa.Column("approved_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("refunded_fen", sa.BigInteger(), nullable=False),
        sa.Column("released_fen", sa.BigInteger(), nullable=False),
        sa.Column("stages_paid", sa.BigInteger(), nullable=False),
        sa.Column("pieces", sa.BigInteger(), nullable=False),
        sa.Column("shipped_pieces", sa.BigInteger(), nullable=False),
        sa.Column("postponed", sa.BigInteger(), nullable=False),
        sa.Column("open_refund_id", ID, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.Column("shipped_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("plan IN ('full', '30-70', '60-30-10')", name=op.f("ck_orders_plan")),
        sa.CheckConstraint(
            "state IN ('waitapproval', 'waitbuyerpay', 'waitstagepay', 'waitsellersend', 'waitbuyerreceive', 'success', 'cancel', 'terminated')",  # noqa: E501
            name=op.f("ck_orders_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('success', 'cancel', 'terminated') OR refunded_fen + released_fen = paid_fen",
            name=op.f("ck_orders_ended"),
        ),
        sa.CheckConstraint(
            "goods_fen >= 0 AND discount_fen >= 0 AND freight_fen >= 0", name=op.f("ck_orders_parts_fen")
        ),
        sa.CheckConstraint("paid_fen BETWEEN 0 AND payable_fen", name=op.f("ck_orders_paid_fen")),
        sa.CheckConstraint(
            "payable_fen = goods_fen - discount_fen + freight_fen + adjust_fen AND payable_fen >= 1",
            name=op.f("ck_orders_payable_fen"),
        ),
        sa.CheckConstraint("pieces >= 1 AND shipped_pieces BETWEEN 0 AND pieces", name=op.f("ck_orders_pieces")),
        sa.CheckConstraint(
            "refunded_fen >= 0 AND released_fen >= 0 AND refunded_fen + released_fen <= paid_fen",
            name=op.f("ck_orders_held_fen"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_orders_version")),
        sa.ForeignKeyConstraint(["group_id"], ["order_groups.group_id"], name=op.f("fk_orders_group_id_order_groups")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_orders")),
        sa.UniqueConstraint("buyer_company_id", "out_order_id", name=op.f("uq_orders_buyer_company_id_out_order_id")),
    )
    op.create_index("ix_orders_buyer", "orders", ["buyer_company_id", "placed_at", "order_id"], unique=False)
    op.create_index("ix_orders_supplier", "orders", ["supplier_id", "placed_at", "order_id"], unique=False)
    op.create_table(
        "transfers",
        sa.Column("transfer_id", ID, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("payment_id", ID, nullable=False),
        sa.Column("chain_id", ID, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('refund', 'return')", name=op.f("ck_transfers_kind")),
        sa.CheckConstraint("state IN ('pending', 'done')", name=op.f("ck_transfers_state")),
        sa.CheckConstraint("amount_fen >= 1", name=op.f("ck_transfers_amount_fen")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.payment_id"], name=op.f("fk_transfers_payment_id_payments")),
        sa.PrimaryKeyConstraint("transfer_id", name=op.f("pk_transfers")),
    )
    op.create_index(op.f("ix_transfers_payment_id"), "transfers", ["payment_id"], unique=False)
    op.create_table(
        "order_events",
        sa.Column("order_id", ID, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("machine", sa.String(length=16), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=16), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("target", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name=op.f("fk_order_events_order_id_orders")),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_order_events")),
    )
    op.create_table(
        "order_lines",
        sa.Column("order_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sku_id", ID, nullable=False),
        sa.Column("offer_id", ID, nullable=False),
        sa.Column("offer_version", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sku_name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_fen", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("weight_g", sa.BigInteger(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("shipped", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_fen = unit_fen * quantity AND unit_fen >= 0", name=op.f("ck_order_lines_amount_fen")
        ),
        sa.CheckConstraint("quantity >= 1 AND shipped BETWEEN 0 AND quantity", name=op.f("ck_order_lines_shipped")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name=op.f("fk_order_lines_order_id_orders")),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_order_lines")),
    )
    op.create_table(
        "refunds",
        sa.Column("refund_id", ID, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("with_goods", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("waybill", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waitseller', 'waitbuyermodify', 'waitbuyersend', 'waitsellerreceive', 'refundsuccess', 'refundclose')",  # noqa: E501
            name=op.f("ck_refunds_state"),
        ),
        sa.CheckConstraint("amount_fen >= 1", name=op.f("ck_refunds_amount_fen")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_refunds_version")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name=op.f("fk_refunds_order_id_orders")),
        sa.PrimaryKeyConstraint("refund_id", name=op.f("pk_refunds")),
    )
    op.create_index(op.f("ix_refunds_order_id"), "refunds", ["order_id"], unique=False)
    op.create_table(
        "shipments",
        sa.Column("shipment_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("waybill", sa.Text(), nullable=False),
        sa.Column("shipped_by", sa.Text(), nullable=False),
        sa.Column("shipped_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name=op.f("fk_shipments_order_id_orders")),
        sa.PrimaryKeyConstraint("shipment_id", name=op.f("pk_shipments")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_shipments_order_id_number")),
    )
    op.create_table(
        "shipment_lines",
        sa.Column("shipment_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_shipment_lines_quantity")),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.shipment_id"], name=op.f("fk_shipment_lines_shipment_id_shipments")
        ),
        sa.PrimaryKeyConstraint("shipment_id", "number", name=op.f("pk_shipment_lines")),
    )
    op.create_index(
        "ix_outbox_catalog",
        "outbox",
        ["sequence"],
        unique=False,
        sqlite_where=sa.text("kind IN ('offer', 'supplier')"),
        postgresql_where=sa.text("kind IN ('offer', 'supplier')"),
    )
    _refuse_changes()


def downgrade() -> None:
    op.drop_index("ix_outbox_catalog", "outbox")
    op.drop_table("shipment_lines")
    op.drop_table("shipments")
    op.drop_table("refunds")
    op.drop_table("order_lines")
    op.drop_table("order_events")
    op.drop_table("transfers")
    op.drop_table("orders")
    op.drop_table("ledger_postings")
    op.drop_table("timers")
    op.drop_table("payments")
    op.drop_table("order_groups")
    op.drop_table("ledger_heads")
    op.drop_table("ledger_entries")
    op.drop_table("ledger_accounts")
    op.drop_table("gateway_notices")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_append_only()")


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in ADDED_ONLY:
            for deed in ("UPDATE", "DELETE"):
                op.execute(REFUSE_ON_SQLITE.format(table=table, deed=deed))
        return
    op.execute(REFUSAL_ON_POSTGRESQL)
    for table in ADDED_ONLY:
        op.execute(REFUSE_ON_POSTGRESQL.format(table=table))
