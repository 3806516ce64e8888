"""Payouts of suppliers' earnings, and the accounts that they go to."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.adapters.sql.tables.base import Id, among, count, metadata, text
from catalog_service.domain.money.payout_states import (
    IN_FLIGHT,
    PAYOUT,
    PAYOUT_ACCOUNT,
    PayoutAccountState,
    PayoutState,
)
from catalog_service.domain.money.payouts import PayoutKind

_FLYING = sa.text(among("state", IN_FLIGHT))
_BOUNCED = sa.text(f"state = '{PayoutState.BOUNCED}'")
_ACTIVE = sa.text(f"state = '{PayoutAccountState.ACTIVE}'")

payout_accounts = sa.Table(
    "payout_accounts",
    metadata,
    sa.Column("payout_account_id", Id, primary_key=True),
    count("version"),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("supplier_id", Id, nullable=False),
    sa.Column("company_id", Id, sa.ForeignKey("companies.company_id"), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    text("holder"),
    text("bank"),
    text("number_sealed"),
    text("number_masked"),
    text("set_by"),
    count("created_at"),
    count("usable_at"),
    count("changed_at"),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.CheckConstraint(PAYOUT_ACCOUNT.check(), name="state"),
    sa.CheckConstraint(among("kind", PayoutKind), name="kind"),
    # One account a supplier is in use.
    sa.Index("ix_payout_accounts_active", "supplier_id", unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
)

payouts = sa.Table(
    "payouts",
    metadata,
    sa.Column("payout_id", Id, primary_key=True),
    count("version"),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("supplier_id", Id, nullable=False),
    sa.Column("company_id", Id, nullable=False),
    sa.Column("payout_account_id", Id, sa.ForeignKey("payout_accounts.payout_account_id"), nullable=False),
    count("amount_fen"),
    sa.Column("gateway", sa.String(32), nullable=False),
    text("gateway_id"),
    sa.Column("attempts", sa.Integer, nullable=False),
    text("trouble"),
    text("requested_by"),
    count("created_at"),
    count("changed_at"),
    sa.Column("finished_at", sa.BigInteger),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.CheckConstraint(PAYOUT.check(), name="state"),
    sa.CheckConstraint("amount_fen >= 1", name="amount_fen"),
    sa.Index("ix_payouts_supplier", "supplier_id", "created_at", "payout_id"),
    sa.Index("ix_payouts_in_flight", "created_at", sqlite_where=_FLYING, postgresql_where=_FLYING),
    sa.Index("ix_payouts_bounced", "changed_at", sqlite_where=_BOUNCED, postgresql_where=_BOUNCED),
)
