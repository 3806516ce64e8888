"""The ledger read whole: is every byte of it as it was written, and what does each account say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

import msgspec
import sqlalchemy as sa

from catalog_service.adapters.sql.engine import read_again, read_transaction
from catalog_service.adapters.sql.tables import (
    ledger_accounts,
    ledger_entries,
    ledger_heads,
    ledger_postings,
    orders,
    payouts,
    transfers,
)
from catalog_service.domain.money.ledger import GENESIS, AccountKind, EntryKind, Head, entry_hash, payable
from catalog_service.domain.money.payments import StatementLine
from catalog_service.domain.money.payout_states import IN_FLIGHT, PayoutState
from catalog_service.domain.money.statements import (
    AccountLine,
    AccountStatement,
    Booked,
    Difference,
    reconcile,
)
from catalog_service.domain.money.transfer_states import TransferState
from kernel.errors import Invalid

ROWS_AT_ONCE = 2_000  # in memory, whatever the ledger's size
ANCHORS_A_QUERY = 400  # two values each: below SQLite's least limit of 999
HEAD_ALONE, POSTING_ALONE = "链已不存在，分录被删除", "没有所属的分录"
LINES_MAX = 50_000  # a statement beyond it is asked for by shorter periods
PERIOD_SECONDS_MAX = 400 * 86_400  # a year and a month
_named = orders.alias("named")
_ORDER_NUMBER = (
    sa.select(_named.c.number)
    .where(_named.c.order_id == ledger_postings.c.chain_id)
    .correlate(ledger_postings)
    .scalar_subquery()
    .label("order_number")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFault:
    """A row that is not as it was written, or does not agree with another."""

    table: str
    row: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """``faults``: the first of each kind of check; empty when all is well."""

    chains: int
    entries: int
    faults: tuple[LedgerFault, ...]


class LedgerReads:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @read_again
    def verify(self, anchors: Iterable[Head] = ()) -> Verified:
        """Rebuild every chain and every balance in one snapshot, and compare: the first bad row of the chains, then
        heads, balances, orders, payouts, transfers, and what was anchored outside (gone through anew each time)."""
        with read_transaction(self._engine) as connection:
            chains = _Chains(connection)
            faults = [*_first(chains.faults()), *_first(_balances(connection)), *_first(_orders(connection))]
            faults += [*_first(_payouts(connection)), *_first(_transfers(connection))]
            faults += _first(_anchored(connection, anchors))
            return Verified(chains=chains.count, entries=chains.entries, faults=tuple(faults))

    @read_again
    def heads(self, *, changed_since: int) -> Sequence[Head]:
        """The heads that moved from then on."""
        columns = ledger_heads.c
        query = sa.select(columns.chain_id, columns.number, columns.hash).where(columns.changed_at >= changed_since)
        with read_transaction(self._engine) as connection:
            return [Head(chain_id=row[0], number=row[1], hash=row[2]) for row in connection.execute(query)]

    def suppliers_statement(self, supplier_id: str, *, since: int, until: int) -> AccountStatement:
        """What we owe a supplier: released, less what went back after success and what was withdrawn."""
        which = ledger_postings.c.account_id == payable(supplier_id).account_id
        return self._statement(supplier_id, sa.select(ledger_postings).where(which), since=since, until=until)

    def buyers_statement(self, company_id: str, *, since: int, until: int) -> AccountStatement:
        """What lies in the escrow of a buyer's orders: paid, less released and gone back."""
        postings = ledger_postings.join(orders, orders.c.order_id == ledger_postings.c.chain_id)
        which = (orders.c.buyer_company_id == company_id, ledger_postings.c.account_id.like(f"{AccountKind.ESCROW}:%"))
        query = sa.select(ledger_postings).select_from(postings).where(*which)
        return self._statement(company_id, query, since=since, until=until)

    @read_again
    def reconcile(self, lines: Sequence[StatementLine], *, since: int, until: int) -> list[Difference]:
        """The gateway's statement of a period beside the ledger's clearing accounts."""
        _require_period(since, until)
        with read_transaction(self._engine) as connection:
            booked = _booked(connection, [line.reference for line in lines], since=since, until=until)
        return list(reconcile(lines, booked, since=since, until=until))

    @read_again
    def balances(self) -> dict[str, int]:
        """The sum of each kind of account, and of all, which is 0."""
        query = sa.select(ledger_accounts.c.kind, sa.func.sum(ledger_accounts.c.balance_fen))
        with read_transaction(self._engine) as connection:
            found = {row[0]: int(row[1]) for row in connection.execute(query.group_by(ledger_accounts.c.kind))}
        kinds = {str(kind): found.get(str(kind), 0) for kind in AccountKind}
        return {**kinds, "total": sum(kinds.values())}

    @read_again
    def _statement(self, owner: str, query: sa.Select[Any], *, since: int, until: int) -> AccountStatement:
        _require_period(since, until)
        postings = ledger_postings.c
        within = (
            query.add_columns(ledger_entries.c.kind, _ORDER_NUMBER)
            .join(
                ledger_entries,
                (ledger_entries.c.chain_id == postings.chain_id) & (ledger_entries.c.number == postings.number),
            )
            .where(postings.at >= since, postings.at < until)
            .order_by(postings.at, postings.chain_id, postings.number, postings.line)
            .limit(LINES_MAX + 1)
        )
        before = query.with_only_columns(
            sa.func.coalesce(sa.func.sum(postings.amount_fen), 0), maintain_column_froms=True
        ).where(postings.at < since)
        with read_transaction(self._engine) as connection:
            opening_fen = balance_fen = int(connection.execute(before).scalar_one())
            lines = []
            for row in connection.execute(within):
                balance_fen += row.amount_fen
                lines.append(
                    AccountLine(
                        at=row.at, kind=row.kind, chain_id=row.chain_id, order_number=row.order_number or "",
                        number=row.number, account=row.account_id, amount_fen=row.amount_fen, balance_fen=balance_fen,
                    )
                )  # fmt: skip
        if len(lines) > LINES_MAX:
            raise Invalid(f"这段时间超过 {LINES_MAX} 笔，请缩短期间", parameter="until")
        return AccountStatement(
            owner=owner, since=since, until=until, opening_fen=opening_fen, closing_fen=balance_fen, lines=tuple(lines)
        )


class _Chains:
    """Every chain, entry by entry, beside its head: three streams in the order of their keys, in constant memory."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.count = 0
        self.entries = 0

    def faults(self) -> Iterator[LedgerFault]:
        """As they come, by chain and number."""
        columns = ledger_entries.c
        query = sa.select(ledger_entries).order_by(columns.chain_id, columns.number)
        postings = _Ahead(_grouped_postings(self._connection), key=lambda group: group[0])
        heads = _Ahead(_streamed_heads(self._connection), key=lambda head: (head.chain_id,))
        stream = self._connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE))
        for chain_id, entries in groupby(stream, key=lambda row: row.chain_id):
            self.count += 1
            for head in heads.before((chain_id,)):
                yield _fault("ledger_heads", (head.chain_id,), HEAD_ALONE)
            number, previous, at = 0, GENESIS, 0
            for entry in entries:
                self.entries += 1
                number += 1
                for place, _ in postings.before((entry.chain_id, entry.number)):
                    yield _fault("ledger_postings", place, POSTING_ALONE)
                group = postings.take((entry.chain_id, entry.number))
                yield from _entry_faults(entry, group[1] if group else [], number=number, previous=previous)
                previous, at = entry.hash, entry.at
            yield from _head_faults(chain_id, heads.take((chain_id,)), number=number, digest=previous, at=at)
        for place, _ in postings.before(None):
            yield _fault("ledger_postings", place, POSTING_ALONE)
        for head in heads.before(None):
            yield _fault("ledger_heads", (head.chain_id,), HEAD_ALONE)


class _Ahead:
    """A stream in the order of its keys, one step of which is seen ahead."""

    def __init__(self, stream: Iterator[Any], *, key: Callable[[Any], tuple[Any, ...]]) -> None:
        self._stream = stream
        self._key = key
        self._next = next(stream, None)

    def before(self, key: tuple[Any, ...] | None) -> Iterator[Any]:
        """What comes before the key (None: all that is left), passed over."""
        while self._next is not None and (key is None or self._key(self._next) < key):
            passed, self._next = self._next, next(self._stream, None)
            yield passed

    def take(self, key: tuple[Any, ...]) -> Any:
        """What has the key, when that comes next; else None."""
        if self._next is None or self._key(self._next) != key:
            return None
        taken, self._next = self._next, next(self._stream, None)
        return taken


def _streamed_heads(connection: sa.Connection) -> Iterator[Any]:
    query = sa.select(ledger_heads).order_by(ledger_heads.c.chain_id)
    return iter(connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE)))


def _grouped_postings(connection: sa.Connection) -> Iterator[tuple[tuple[str, int], list[Any]]]:
    columns = ledger_postings.c
    query = sa.select(ledger_postings).order_by(columns.chain_id, columns.number, columns.line)
    stream = connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE))
    for place, rows in groupby(stream, key=lambda row: (row.chain_id, row.number)):
        yield place, list(rows)


def _entry_faults(entry: Any, lines: Sequence[Any], *, number: int, previous: str) -> Iterator[LedgerFault]:
    place = (entry.chain_id, entry.number)
    if entry.number != number:
        yield _fault("ledger_entries", place, f"缺少第 {number} 笔")
    if entry.previous != previous:
        yield _fault("ledger_entries", place, "与上一笔的散列不相接")
    try:
        facts = msgspec.json.decode(entry.facts, type=dict[str, str])
    except msgspec.DecodeError:
        yield _fault("ledger_entries", place, "附注无法读取")
        return
    if msgspec.json.encode(facts, order="sorted").decode() != entry.facts:
        yield _fault("ledger_entries", place, "附注被改写")
    digest = entry_hash(
        chain_id=entry.chain_id,
        number=entry.number,
        key=entry.key,
        kind=entry.kind,
        facts=facts,
        at=entry.at,
        postings=[(line.account_id, line.amount_fen) for line in lines],
        previous=entry.previous,
    )
    if digest != entry.hash:
        yield _fault("ledger_entries", place, "内容与散列不符（分录或其借贷行被改写）")
    for count, line in enumerate(lines, start=1):
        if (line.line, line.at) != (count, entry.at):
            yield _fault("ledger_postings", (*place, line.line), "行号或时间被改写")
    if sum(line.amount_fen for line in lines) or len(lines) < 2:
        yield _fault("ledger_entries", place, "借贷不平")


def _head_faults(chain_id: str, head: Any, *, number: int, digest: str, at: int) -> Iterator[LedgerFault]:
    if head is None:
        yield _fault("ledger_heads", (chain_id,), "缺少链尾")
    elif (head.number, head.hash, head.changed_at) != (number, digest, at):
        yield _fault("ledger_heads", (chain_id,), "链尾与最后一笔不符")


def _balances(connection: sa.Connection) -> Iterator[LedgerFault]:
    """Rebuilt beside stored, in the database: there are as many accounts as orders."""
    accounts, postings = ledger_accounts.c, ledger_postings.c
    rebuilt = (
        sa.select(postings.account_id, sa.func.sum(postings.amount_fen).label("fen"))
        .group_by(postings.account_id)
        .subquery()
    )
    query = (
        sa.select(accounts.account_id, accounts.balance_fen, rebuilt.c.fen)
        .select_from(ledger_accounts.outerjoin(rebuilt, rebuilt.c.account_id == accounts.account_id))
        .where(
            (sa.func.coalesce(rebuilt.c.fen, 0) != accounts.balance_fen)
            | (accounts.account_id != accounts.kind + ":" + accounts.owner)
        )
        .order_by(accounts.account_id)
        .limit(1)
    )
    for row in connection.execute(query):
        yield _fault("ledger_accounts", (row.account_id,), f"余额 {row.balance_fen}，重算为 {row.fen or 0}")
    missing = (
        sa.select(rebuilt.c.account_id)
        .select_from(rebuilt.outerjoin(ledger_accounts, rebuilt.c.account_id == accounts.account_id))
        .where(accounts.account_id.is_(None))
        .order_by(rebuilt.c.account_id)
        .limit(1)
    )
    for row in connection.execute(missing):
        yield _fault("ledger_accounts", (row.account_id,), "账户不存在")


def _orders(connection: sa.Connection) -> Iterator[LedgerFault]:
    """What orders say of their money is what the ledger says: no paid order without its rows, nothing left over."""
    columns, postings = orders.c, ledger_postings.c
    held = (
        sa.select(postings.chain_id, sa.func.sum(postings.amount_fen).label("fen"))
        .where(postings.account_id.like(f"{AccountKind.ESCROW}:%"))
        .group_by(postings.chain_id)
        .subquery()
    )
    funded = (
        sa.select(postings.chain_id, sa.func.sum(postings.amount_fen).label("fen"))
        .join(
            ledger_entries,
            (ledger_entries.c.chain_id == postings.chain_id) & (ledger_entries.c.number == postings.number),
        )
        .where(ledger_entries.c.kind == str(EntryKind.FUND), postings.amount_fen > 0)
        .group_by(postings.chain_id)
        .subquery()
    )
    query = (
        sa.select(columns.order_id)
        .select_from(
            orders.outerjoin(held, held.c.chain_id == columns.order_id).outerjoin(
                funded, funded.c.chain_id == columns.order_id
            )
        )
        .where(
            (sa.func.coalesce(funded.c.fen, 0) != columns.paid_fen)
            | (sa.func.coalesce(held.c.fen, 0) != columns.paid_fen - columns.refunded_fen - columns.released_fen)
        )
        .order_by(columns.order_id)
        .limit(1)
    )
    for row in connection.execute(query):
        yield _fault("orders", (row.order_id,), "订单的金额与账本不符")


def _payouts(connection: sa.Connection) -> Iterator[LedgerFault]:
    """What is on its way out lies in its account, whole; what has ended left nothing there, and what is paid, and it
    alone, has left through the gateway and not come back."""
    columns, accounts, postings = payouts.c, ledger_accounts.c, ledger_postings.c
    flying = columns.state.in_([str(state) for state in IN_FLIGHT])
    gone = (
        sa.select(postings.chain_id, sa.func.sum(postings.amount_fen).label("fen"))
        .join(payouts, columns.payout_id == postings.chain_id)
        .where(postings.account_id.like(f"{AccountKind.CLEARING}:%"))
        .group_by(postings.chain_id)
        .subquery()
    )
    query = (
        sa.select(columns.payout_id)
        .select_from(
            payouts.outerjoin(
                ledger_accounts, accounts.account_id == f"{AccountKind.PAYOUT}:" + columns.payout_id
            ).outerjoin(gone, gone.c.chain_id == columns.payout_id)
        )
        .where(
            (sa.func.coalesce(accounts.balance_fen, -1) != sa.case((flying, columns.amount_fen), else_=0))
            | (
                sa.func.coalesce(gone.c.fen, 0)
                != sa.case((columns.state == str(PayoutState.PAID), columns.amount_fen), else_=0)
            )
        )
        .order_by(columns.payout_id)
        .limit(1)
    )
    for row in connection.execute(query):
        yield _fault("payouts", (row.payout_id,), "提现的金额与账本不符")


def _transfers(connection: sa.Connection) -> Iterator[LedgerFault]:
    """What lies in suspense is what transfers are to carry to the payer, also after a bank sent some of it back."""
    columns, accounts = transfers.c, ledger_accounts.c
    waiting = sa.case((columns.state == str(TransferState.PENDING), columns.amount_fen), else_=0)
    wanted = sa.select(columns.payment_id, sa.func.sum(waiting).label("fen")).group_by(columns.payment_id).subquery()
    query = (
        sa.select(wanted.c.payment_id)
        .select_from(
            wanted.outerjoin(ledger_accounts, accounts.account_id == f"{AccountKind.SUSPENSE}:" + wanted.c.payment_id)
        )
        .where(sa.func.coalesce(accounts.balance_fen, -1) != wanted.c.fen)
        .order_by(wanted.c.payment_id)
        .limit(1)
    )
    for row in connection.execute(query):
        yield _fault("transfers", (row.payment_id,), "待退回的金额与账本不符")


def _anchored(connection: sa.Connection, anchors: Iterable[Head]) -> Iterator[LedgerFault]:
    """What was anchored outside stands inside: even a chain that was rewritten from its beginning is found."""
    columns = ledger_entries.c
    each = iter(anchors)
    while batch := list(islice(each, ANCHORS_A_QUERY)):
        places = [(anchor.chain_id, anchor.number) for anchor in batch]
        query = sa.select(columns.chain_id, columns.number, columns.hash).where(
            sa.tuple_(columns.chain_id, columns.number).in_(places)
        )
        found = {(row[0], row[1]): row[2] for row in connection.execute(query)}
        for anchor in batch:
            if found.get((anchor.chain_id, anchor.number)) != anchor.hash:
                yield _fault("ledger_entries", (anchor.chain_id, anchor.number), "与库外的锚不符")


def _booked(connection: sa.Connection, references: Sequence[str], *, since: int, until: int) -> dict[str, Booked]:
    """By the gateway's reference: the entries of the period, and those beyond it that the statement names."""
    entries, postings = ledger_entries.c, ledger_postings.c
    query = (
        sa.select(entries.key, entries.at, (-sa.func.sum(postings.amount_fen)).label("fen"))
        .join(ledger_postings, (postings.chain_id == entries.chain_id) & (postings.number == entries.number))
        .where(postings.account_id.like(f"{AccountKind.CLEARING}:%"))
        .group_by(entries.key, entries.at)
    )
    found = {}
    for row in connection.execute(query.where(postings.at >= since, postings.at < until)):
        found[row.key.partition(":")[2]] = Booked(amount_fen=int(row.fen), at=row.at)
    missing = sorted(set(references) - found.keys())
    for start in range(0, len(missing), 100):
        keys = [f"{kind}:{reference}" for reference in missing[start : start + 100] for kind in _GATEWAY_KINDS]
        for row in connection.execute(query.where(entries.key.in_(keys))):
            found[row.key.partition(":")[2]] = Booked(amount_fen=int(row.fen), at=row.at)
    return found


_GATEWAY_KINDS = (EntryKind.FUND, EntryKind.SUSPEND, EntryKind.RETURN, EntryKind.DEPOSIT, EntryKind.PAYOUT,
                  EntryKind.BOUNCE)  # fmt: skip


def _first(faults: Iterator[LedgerFault]) -> list[LedgerFault]:
    """The first, since what follows it often follows from it; the rest is read to the end, so that counts are whole."""
    found: list[LedgerFault] = []
    for fault in faults:
        found = found or [fault]
    return found


def _require_period(since: int, until: int) -> None:
    if not 0 <= since < until or until - since > PERIOD_SECONDS_MAX:
        raise Invalid("期间必须从早到晚，最长 400 天", parameter="until")


def _fault(table: str, row: tuple[object, ...], what: str) -> LedgerFault:
    return LedgerFault(table=table, row="/".join(map(str, row)), what=what)
