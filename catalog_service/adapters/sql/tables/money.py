"""Payments, and the ledger. Entries and postings are only ever added: triggers (revision 0005) refuse all else."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.adapters.sql.tables.base import Id, among, count, metadata, text
from catalog_service.domain.money.ledger import AccountKind, EntryKind
from catalog_service.domain.money.payment_states import PAYMENT
from catalog_service.domain.money.payments import TransferKind
from catalog_service.domain.money.transfer_states import TRANSFER, TransferState

_AccountId = sa.String(96).with_variant(sa.String(96, collation="C"), "postgresql")


_PENDING = sa.text(f"state = '{TransferState.PENDING}'")

payments = sa.Table(
    "payments",
    metadata,
    sa.Column("payment_id", Id, primary_key=True),
    count("version"),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("order_id", Id, nullable=False, index=True),  # empty: money that nobody asked for
    sa.Column("stage", sa.Integer, nullable=False),
    count("amount_fen"),
    count("received_fen"),
    count("refunded_fen"),
    sa.Column("gateway", sa.String(32), nullable=False),
    text("gateway_id"),
    text("pay_url"),
    text("created_by"),
    count("created_at"),
    count("changed_at"),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.CheckConstraint(PAYMENT.check(), name="state"),
    sa.CheckConstraint("amount_fen >= 0 AND refunded_fen BETWEEN 0 AND received_fen", name="amounts_fen"),
)

gateway_notices = sa.Table(
    "gateway_notices",
    metadata,
    sa.Column("gateway", sa.String(32), primary_key=True),
    sa.Column("notice_id", sa.String(128), primary_key=True),
    sa.Column("payment_id", Id, nullable=False),  # or the payout's
    sa.Column("outcome", sa.String(32), nullable=False),
    count("received_at"),
)

transfers = sa.Table(
    "transfers",
    metadata,
    sa.Column("transfer_id", Id, primary_key=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("payment_id", Id, sa.ForeignKey("payments.payment_id"), nullable=False, index=True),
    sa.Column("chain_id", Id, nullable=False),
    count("amount_fen"),
    sa.Column("attempts", sa.Integer, nullable=False),
    text("trouble"),
    count("created_at"),
    count("changed_at"),
    sa.CheckConstraint(TRANSFER.check(), name="state"),
    sa.CheckConstraint(among("kind", TransferKind), name="kind"),
    sa.CheckConstraint("amount_fen >= 1", name="amount_fen"),
    sa.Index("ix_transfers_pending", "created_at", sqlite_where=_PENDING, postgresql_where=_PENDING),
)

ledger_accounts = sa.Table(
    "ledger_accounts",
    metadata,
    sa.Column("account_id", _AccountId, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("owner", sa.String(80), nullable=False),
    count("balance_fen"),
    sa.CheckConstraint(among("kind", AccountKind), name="kind"),
    sa.CheckConstraint(f"kind = '{AccountKind.CLEARING}' OR balance_fen >= 0", name="balance_fen"),
)

ledger_entries = sa.Table(
    "ledger_entries",
    metadata,
    sa.Column("chain_id", Id, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key", sa.String(160), nullable=False, unique=True),
    sa.Column("kind", sa.String(16), nullable=False),
    text("facts"),  # JSON object of texts
    count("at"),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.CheckConstraint(among("kind", EntryKind), name="kind"),
)

ledger_postings = sa.Table(
    "ledger_postings",
    metadata,
    sa.Column("chain_id", Id, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("account_id", _AccountId, nullable=False),
    count("amount_fen"),
    count("at"),
    sa.ForeignKeyConstraint(["chain_id", "number"], ["ledger_entries.chain_id", "ledger_entries.number"]),
    sa.CheckConstraint("amount_fen <> 0", name="amount_fen"),
    sa.Index("ix_ledger_postings_account", "account_id", "at"),
)

ledger_heads = sa.Table(
    "ledger_heads",
    metadata,
    sa.Column("chain_id", Id, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("changed_at", sa.BigInteger, nullable=False, index=True),
)
