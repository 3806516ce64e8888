"""Payouts and their accounts over SQL."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from catalog_service.adapters.sql.inserts import as_row, insert_rows
from catalog_service.adapters.sql.moves import move_value
from catalog_service.adapters.sql.tables import orders, payout_accounts, payouts, refunds
from catalog_service.domain.money.payout_states import PayoutAccountState, PayoutState
from catalog_service.domain.money.payouts import Payout, PayoutAccount, PayoutKind
from catalog_service.domain.orders.refund_states import OPEN
from catalog_service.domain.orders.states import OrderState

_ACCOUNT_FIELDS = tuple(field.name for field in dataclasses.fields(PayoutAccount))
_PAYOUT_FIELDS = tuple(field.name for field in dataclasses.fields(Payout))
SELECT_ACCOUNT = sa.select(*(payout_accounts.c[name] for name in _ACCOUNT_FIELDS))
SELECT_PAYOUT = sa.select(*(payouts.c[name] for name in _PAYOUT_FIELDS))
_ACTIVE = sa.text(f"payout_accounts.state = '{PayoutAccountState.ACTIVE}'")  # as the index says it
_DISPUTED = (
    sa.select(sa.func.coalesce(sa.func.sum(refunds.c.amount_fen), 0))
    .join(orders, orders.c.order_id == refunds.c.order_id)
    .where(
        orders.c.supplier_id == sa.bindparam("id"),
        sa.text("orders.open_refund_id <> ''"),  # as the index says it
        orders.c.state == str(OrderState.SUCCESS),
        refunds.c.state.in_([str(state) for state in OPEN]),
    )
)
_REQUESTED_SINCE = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(payouts.c.amount_fen), 0)).where(
    payouts.c.supplier_id == sa.bindparam("id"),
    payouts.c.created_at >= sa.bindparam("since"),
    payouts.c.state.not_in([str(PayoutState.FAILED), str(PayoutState.BOUNCED)]),
)


class SqlPayoutRows:
    """``PayoutRows`` over one open connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def account(self, payout_account_id: str) -> PayoutAccount | None:
        return self._account(payout_accounts.c.payout_account_id == payout_account_id)

    def active_account(self, supplier_id: str) -> PayoutAccount | None:
        return self._account((payout_accounts.c.supplier_id == supplier_id) & _ACTIVE)

    def account_ids(self) -> Sequence[str]:
        query = sa.select(payout_accounts.c.payout_account_id).order_by(payout_accounts.c.payout_account_id)
        return list(self._connection.execute(query).scalars())

    def insert_account(self, account: PayoutAccount) -> None:
        row = as_row(account, state=str(account.state), kind=str(account.kind))
        insert_rows(self._connection, payout_accounts, [row])

    def move_account(self, before: PayoutAccount, after: PayoutAccount) -> None:
        move_value(self._connection, payout_accounts, _ACCOUNT_FIELDS, before=before, after=after)

    def payout(self, payout_id: str) -> Payout | None:
        row = self._connection.execute(SELECT_PAYOUT.where(payouts.c.payout_id == payout_id)).mappings().first()
        return None if row is None else payout_from_row(row)

    def insert(self, payout: Payout) -> None:
        insert_rows(self._connection, payouts, [as_row(payout, state=str(payout.state))])

    def move(self, before: Payout, after: Payout) -> None:
        move_value(self._connection, payouts, _PAYOUT_FIELDS, before=before, after=after)

    def requested_since(self, supplier_id: str, since: int) -> tuple[int, int]:
        count, fen = self._connection.execute(_REQUESTED_SINCE, {"id": supplier_id, "since": since}).one()
        return int(count), int(fen)

    def disputed_fen(self, supplier_id: str) -> int:
        return int(self._connection.execute(_DISPUTED, {"id": supplier_id}).scalar_one())

    def _account(self, where: sa.ColumnElement[bool]) -> PayoutAccount | None:
        row = self._connection.execute(SELECT_ACCOUNT.where(where)).mappings().first()
        return None if row is None else account_from_row(row)


def account_from_row(row: Mapping[Any, Any]) -> PayoutAccount:
    return PayoutAccount(**{**row, "state": PayoutAccountState(row["state"]), "kind": PayoutKind(row["kind"])})


def payout_from_row(row: Mapping[Any, Any]) -> Payout:
    return Payout(**{**row, "state": PayoutState(row["state"])})
