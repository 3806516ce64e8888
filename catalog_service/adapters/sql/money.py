"""Payments and the ledger over SQL."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

import msgspec
import sqlalchemy as sa

from catalog_service.adapters.sql.inserts import as_row, insert_rows
from catalog_service.adapters.sql.moves import move_value
from catalog_service.adapters.sql.tables import (
    gateway_notices,
    ledger_accounts,
    ledger_entries,
    ledger_heads,
    ledger_postings,
    payments,
    transfers,
)
from catalog_service.adapters.sql.waiting import Change, update_sql, waiting_rows
from catalog_service.domain.money.ledger import (
    GENESIS,
    Account,
    AccountKind,
    Entry,
    FundsShort,
    Head,
    entry_hash,
)
from catalog_service.domain.money.payment_states import PaymentState
from catalog_service.domain.money.payments import Payment, Transfer, TransferKind
from catalog_service.domain.money.transfer_states import TransferState
from catalog_service.ports.record import Overtaken

_PAYMENT_FIELDS = tuple(field.name for field in dataclasses.fields(Payment))
SELECT_PAYMENT = sa.select(*(payments.c[name] for name in _PAYMENT_FIELDS))
_PAYMENT_BY_ID = SELECT_PAYMENT.where(payments.c.payment_id == sa.bindparam("id"))
_PAYMENTS_OF = SELECT_PAYMENT.where(payments.c.order_id == sa.bindparam("id")).order_by(
    payments.c.created_at, payments.c.payment_id
)
_NOTICE = sa.select(gateway_notices.c.outcome).where(
    gateway_notices.c.gateway == sa.bindparam("of"), gateway_notices.c.notice_id == sa.bindparam("id")
)
_BALANCE = sa.select(ledger_accounts.c.balance_fen).where(ledger_accounts.c.account_id == sa.bindparam("id"))
_SELECT_HEAD = sa.select(ledger_heads.c.number, ledger_heads.c.hash).where(
    ledger_heads.c.chain_id == sa.bindparam("id")
)
_MOVE_HEAD = (
    sa.update(ledger_heads)
    .where(ledger_heads.c.chain_id == sa.bindparam("key_id"), ledger_heads.c.number == sa.bindparam("key_number"))
    .values(number=sa.bindparam("number"), hash=sa.bindparam("hash"), changed_at=sa.bindparam("changed_at"))
)
_ADD = sa.text(
    "INSERT INTO ledger_accounts (account_id, kind, owner, balance_fen)"
    " VALUES (:account_id, :kind, :owner, :balance_fen) ON CONFLICT (account_id)"
    " DO UPDATE SET balance_fen = ledger_accounts.balance_fen + excluded.balance_fen"
)
# Not by _ADD: PostgreSQL asks whether the new row may stand alone before it sees that there is one.
_TAKE = sa.text(
    "UPDATE ledger_accounts SET balance_fen = balance_fen - :fen WHERE account_id = :account_id AND balance_fen >= :fen"
)
_WAITING_TAKE = "UPDATE ledger_accounts SET balance_fen = balance_fen - %s WHERE account_id = %s AND balance_fen >= %s"
_HEAD_KEY = ("chain_id", "number")


class SqlLedgerRows:
    """``LedgerRows`` over one open connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def post(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        (chain_id,) = {entry.chain_id for entry in entries}
        first = self._head(chain_id)
        head, rows, postings = first, [], []
        for entry in entries:
            lines = [(posting.account.account_id, posting.amount_fen) for posting in entry.postings]
            number = head.number + 1
            digest = entry_hash(
                chain_id=chain_id,
                number=number,
                key=entry.key,
                kind=entry.kind,
                facts=entry.facts,
                at=entry.at,
                postings=lines,
                previous=head.hash,
            )
            facts = msgspec.json.encode(entry.facts, order="sorted").decode()
            rows.append(
                {"chain_id": chain_id, "number": number, "key": entry.key, "kind": str(entry.kind), "facts": facts,
                 "at": entry.at, "previous": head.hash, "hash": digest}
            )  # fmt: skip
            postings += [
                {"chain_id": chain_id, "number": number, "line": line, "account_id": account, "amount_fen": fen,
                 "at": entry.at}
                for line, (account, fen) in enumerate(lines, start=1)
            ]  # fmt: skip
            head = Head(chain_id=chain_id, number=number, hash=digest)
        self._move_head(first, head, at=entries[-1].at)
        insert_rows(self._connection, ledger_entries, rows)
        insert_rows(self._connection, ledger_postings, postings)
        self._move_balances(entries)

    def posted(self, key: str) -> bool:
        query = sa.select(ledger_entries.c.number).where(ledger_entries.c.key == key)
        return self._connection.execute(query).first() is not None

    def balance(self, account: Account) -> int:
        return int(self._connection.execute(_BALANCE, {"id": account.account_id}).scalar() or 0)

    def _head(self, chain_id: str) -> Head:
        row = self._connection.execute(_SELECT_HEAD, {"id": chain_id}).first()
        if row is None:
            return Head(chain_id=chain_id, number=0, hash=GENESIS)
        return Head(chain_id=chain_id, number=row.number, hash=row.hash)

    def _move_head(self, before: Head, after: Head, *, at: int) -> None:
        values = {"number": after.number, "hash": after.hash, "changed_at": at}
        if before.number == 0:
            insert_rows(self._connection, ledger_heads, [{"chain_id": after.chain_id, **values}])
            return
        waiting = waiting_rows(self._connection)
        if waiting is not None:
            sql = update_sql(ledger_heads, tuple(values), _HEAD_KEY)
            bound = (*values.values(), before.chain_id, before.number)
            waiting.change(self._connection, Change(ledger_heads, before.chain_id, sql, bound, missed=_chain_moved))
            return
        keys = {"key_id": before.chain_id, "key_number": before.number}
        if self._connection.execute(_MOVE_HEAD, {**keys, **values}).rowcount != 1:
            raise _chain_moved()

    def _move_balances(self, entries: Sequence[Entry]) -> None:
        """By the net of each account, in the order of their ids, so that two deeds never wait for each other."""
        nets: Counter[Account] = Counter()
        for entry in entries:
            for posting in entry.postings:
                nets[posting.account] += posting.amount_fen
        changes = sorted(((account, fen) for account, fen in nets.items() if fen), key=lambda item: item[0].account_id)
        for added, run in groupby(changes, key=lambda item: item[1] > 0 or item[0].kind is AccountKind.CLEARING):
            if added:
                self._add(list(run))
                continue
            for account, fen in run:
                self._take(account, -fen)

    def _add(self, changes: Sequence[tuple[Account, int]]) -> None:
        rows = [
            {"account_id": account.account_id, "kind": str(account.kind), "owner": account.owner, "balance_fen": fen}
            for account, fen in changes
        ]
        waiting = waiting_rows(self._connection)
        if waiting is None:
            self._connection.execute(_ADD, rows)
            return
        for row in rows:
            waiting.add_up(ledger_accounts, "balance_fen", row)

    def _take(self, account: Account, fen: int) -> None:
        waiting = waiting_rows(self._connection)
        if waiting is not None:
            which, short = account.account_id, partial(self._short, account, fen)
            change = Change(ledger_accounts, which, _WAITING_TAKE, (fen, which, fen), missed=short)
            waiting.change(self._connection, change)
            return
        if self._connection.execute(_TAKE, {"account_id": account.account_id, "fen": fen}).rowcount != 1:
            raise self._short(account, fen)

    def _short(self, account: Account, fen: int) -> FundsShort:
        detail = {"account": account.account_id, "wanted_fen": fen, "has_fen": self.balance(account)}
        return FundsShort("账户余额不足", detail=detail)


def _chain_moved() -> Overtaken:
    return Overtaken("账目已变化，请重试")


class SqlPaymentRows:
    """``PaymentRows`` over one open connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def payment(self, payment_id: str) -> Payment | None:
        row = self._connection.execute(_PAYMENT_BY_ID, {"id": payment_id}).mappings().first()
        return None if row is None else payment_from_row(row)

    def of_order(self, order_id: str) -> Sequence[Payment]:
        return [payment_from_row(row) for row in self._connection.execute(_PAYMENTS_OF, {"id": order_id}).mappings()]

    def insert(self, payment: Payment) -> None:
        insert_rows(self._connection, payments, [as_row(payment, state=str(payment.state))])

    def move(self, before: Payment, after: Payment) -> None:
        move_value(self._connection, payments, _PAYMENT_FIELDS, before=before, after=after)

    def notice(self, gateway: str, notice_id: str) -> str | None:
        found: str | None = self._connection.execute(_NOTICE, {"of": gateway, "id": notice_id}).scalar()
        return found

    def insert_notice(self, gateway: str, notice_id: str, *, payment_id: str, outcome: str, at: int) -> None:
        row = {"gateway": gateway, "notice_id": notice_id, "payment_id": payment_id, "outcome": outcome}
        insert_rows(self._connection, gateway_notices, [{**row, "received_at": at}])

    def transfer(self, transfer_id: str) -> Transfer | None:
        query = sa.select(transfers).where(transfers.c.transfer_id == transfer_id)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else transfer_from_row(row)

    def insert_transfer(self, transfer: Transfer) -> None:
        insert_rows(self._connection, transfers, [_row_from_transfer(transfer)])

    def move_transfer(self, before: Transfer, after: Transfer) -> None:
        columns = transfers.c
        moved = self._connection.execute(
            sa.update(transfers)
            .where(
                columns.transfer_id == before.transfer_id,
                columns.state == str(before.state),
                columns.attempts == before.attempts,
            )
            .values(_row_from_transfer(after))
        )
        if moved.rowcount != 1:
            raise Overtaken("转账已变化，请重试")


def payment_from_row(row: Mapping[Any, Any]) -> Payment:
    return Payment(**{**row, "state": PaymentState(row["state"])})


def transfer_from_row(row: Mapping[Any, Any]) -> Transfer:
    return Transfer(**{**row, "state": TransferState(row["state"]), "kind": TransferKind(row["kind"])})


def _row_from_transfer(transfer: Transfer) -> dict[str, Any]:
    return as_row(transfer, state=str(transfer.state), kind=str(transfer.kind))
