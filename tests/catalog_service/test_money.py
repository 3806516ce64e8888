"""Payments, callbacks and the ledger: what the gateway does wrong hurts nobody, and no byte changes unseen."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from catalog_service.adapters.anchors import AnchorFile, AnchorsForged
from catalog_service.adapters.gateway.sandbox import SandboxFaults, SandboxPaymentGateway
from catalog_service.domain.money.payments import StatementLine
from catalog_service.domain.orders.plans import Plan
from catalog_service.domain.orders.states import OrderState
from catalog_service.ports.gateway import GatewayAway, GatewayRefused, NoticeForged
from catalog_service.use_cases.money.record_deposit import DepositKnown
from kernel.clock import FixedClock
from kernel.errors import Invalid
from tests.catalog_service.gateway_contract import GatewayContract
from tests.catalog_service.house import ADMIN, NOW, rows
from tests.catalog_service.trade import BUYER, SECRET, Market, open_market

TABLES = ("ledger_entries", "ledger_postings", "ledger_heads", "ledger_accounts")
DAY = 86_400


class TestSandbox(GatewayContract):
    @pytest.fixture
    def gateway(self) -> Iterator[SandboxPaymentGateway]:
        gateway = SandboxPaymentGateway(None, secret=SECRET, clock=FixedClock(NOW))
        yield gateway
        gateway.close()

    def pay(self, gateway: SandboxPaymentGateway, payment_id: str) -> None:
        gateway.pay(payment_id)

    def notices(self, gateway: SandboxPaymentGateway) -> list[tuple[dict[str, str], bytes]]:
        return gateway.due_notices()


@pytest.fixture
def market(home: Path) -> Iterator[Market]:
    market = open_market(home)
    yield market
    market.close()


@pytest.fixture
def faulty(new_home: Callable[[str], Path]) -> Iterator[Callable[..., Market]]:
    numbers, opened = itertools.count(), []

    def open_faulty(**faults: Any) -> Market:
        opened.append(open_market(new_home(f"faulty-{next(numbers)}"), faults=SandboxFaults(**faults)))
        return opened[-1]

    yield open_faulty
    for market in opened:
        assert market.ordering.verify().faults == ()
        market.close()


def test_a_lost_answer_to_a_charge_is_asked_for_again_and_charged_once(faulty: Callable[..., Market]) -> None:
    market = faulty(lose_charges=1)
    order_id = market.place()
    with pytest.raises(GatewayAway):
        market.open_payment(order_id)
    assert rows(market.record, "SELECT state, pay_url FROM payments") == [("created", "")]
    market.pay(order_id)
    assert rows(market.record, "SELECT state FROM payments") == [("paid",)]
    assert market.order(order_id).state is OrderState.WAIT_SELLER_SEND


def test_a_refused_charge_leaves_the_order_to_be_paid(faulty: Callable[..., Market]) -> None:
    market = faulty(refuse_charges=True)
    order_id = market.place()
    with pytest.raises(GatewayRefused):
        market.open_payment(order_id)
    assert market.order(order_id).state is OrderState.WAIT_BUYER_PAY


def test_a_callback_that_comes_twice_counts_once(faulty: Callable[..., Market]) -> None:
    market = faulty(callbacks=3)
    order_id = market.place()
    market.pay(order_id)
    assert market.order(order_id).version == 2
    assert rows(market.record, "SELECT count(*) FROM ledger_entries") == [(1,)]
    assert rows(market.record, "SELECT count(*), min(outcome) FROM gateway_notices") == [(1, "paid")]


def test_without_a_callback_the_gateway_is_asked(faulty: Callable[..., Market]) -> None:
    market = faulty(callbacks=0, lose_finds=1)
    order_id = market.place()
    market.pay(order_id)
    assert market.order(order_id).state is OrderState.WAIT_BUYER_PAY
    market.later(60)  # its answer is lost; asked again after twice as long
    assert market.order(order_id).state is OrderState.WAIT_BUYER_PAY
    market.later(119)
    assert market.order(order_id).state is OrderState.WAIT_BUYER_PAY
    market.later(1)
    assert market.order(order_id).state is OrderState.WAIT_SELLER_SEND


def test_a_late_callback_of_a_cancelled_order_brings_the_money_back(faulty: Callable[..., Market]) -> None:
    market = faulty(callback_delay_seconds=600)
    order_id = market.place()
    market.pay(order_id)
    market.cancel(order_id)
    market.clock.seconds += 600
    market.ordering.deliver_sandbox_notices()
    assert market.order(order_id).state is OrderState.CANCEL
    assert market.balances()["suspense"] == market.order(order_id).payable_fen
    market.later(0)
    assert market.balances()["clearing"] == 0
    assert [line.amount_fen for line in market.gateway.statement(since=NOW, until=NOW + DAY)] == [14_497, -14_497]


@pytest.mark.parametrize("wrong", [-1, 1, 10_000])
def test_a_wrong_sum_pays_nothing_and_goes_back(faulty: Callable[..., Market], wrong: int) -> None:
    market = faulty(wrong_amount_fen=wrong)
    order_id = market.place()
    market.pay(order_id)
    assert market.order(order_id).state is OrderState.WAIT_BUYER_PAY
    market.later(0)
    assert market.balances()["clearing"] == 0
    market.gateway.faults = SandboxFaults()
    market.pay(order_id)
    assert market.order(order_id).state is OrderState.WAIT_SELLER_SEND


def test_what_a_callback_says_of_the_sum_is_not_believed(faulty: Callable[..., Market]) -> None:
    market = faulty(wrong_told_fen=-14_000)
    order_id = market.place()
    market.pay(order_id)
    assert market.order(order_id).paid_fen == market.order(order_id).payable_fen


def test_a_forged_callback_is_refused_and_changes_nothing(faulty: Callable[..., Market]) -> None:
    market = faulty(bad_signature=True)
    order_id = market.place()
    with pytest.raises(NoticeForged):
        market.pay(order_id)
    assert market.order(order_id).state is OrderState.WAIT_BUYER_PAY
    assert rows(market.record, "SELECT count(*) FROM gateway_notices") == [(0,)]


def test_a_failed_payment_may_be_tried_again(market: Market) -> None:
    order_id = market.place()
    first = market.open_payment(order_id)
    market.ordering.sandbox_pay(first, fails=True)
    second = market.pay(order_id)
    assert first != second
    assert rows(market.record, "SELECT state FROM payments ORDER BY created_at, payment_id") == [
        ("failed",), ("paid",),
    ]  # fmt: skip


def test_money_under_an_id_that_we_never_gave_goes_back(market: Market) -> None:
    market.gateway.pay("never-given", amount_fen=77)
    market.ordering.deliver_sandbox_notices()
    assert market.balances()["suspense"] == 77
    market.later(0)
    assert market.balances()["clearing"] == 0
    assert market.ordering.verify().faults == ()


@pytest.mark.parametrize("faults", [{"lose_refunds": 1}, {"slow_refunds": 1}])
def test_money_leaves_suspense_when_the_gateway_has_sent_it(faulty: Callable[..., Market], faults: Any) -> None:
    market = faulty(**faults)
    order_id = market.place()
    market.pay(order_id)
    market.agree(order_id, market.refund(order_id, 500))
    market.later(0)
    assert (market.balances()["suspense"], market.order(order_id).refunded_fen) == (500, 500)
    market.later(29)
    assert market.balances()["suspense"] == 500
    market.later(1)
    assert market.balances()["suspense"] == 0
    assert [line.amount_fen for line in market.gateway.statement(since=NOW, until=NOW + DAY)] == [14_497, -500]


def test_a_refused_refund_stays_in_suspense_with_its_reason_and_is_tried_again(faulty: Callable[..., Market]) -> None:
    market = faulty(refuse_refunds=True)
    order_id = market.place()
    market.pay(order_id)
    market.agree(order_id, market.refund(order_id, 500))
    market.later(0)
    assert rows(market.record, "SELECT state, attempts, trouble FROM transfers") == [("pending", 1, "沙箱拒绝退款")]
    market.gateway.faults = SandboxFaults()
    market.later(30)
    assert rows(market.record, "SELECT state, attempts, trouble FROM transfers") == [("done", 2, "")]


def test_a_guarantee_is_entered_once(market: Market) -> None:
    deposit = market.ordering.record_deposit
    deposit(supplier_id="s-1", amount_fen=100, reference="d-1", request=ADMIN)
    with pytest.raises(DepositKnown):
        deposit(supplier_id="s-1", amount_fen=100, reference="d-1", request=ADMIN)
    with pytest.raises(Invalid):
        deposit(supplier_id="s-1", amount_fen=0, reference="d-2", request=ADMIN)
    assert market.balances()["deposit"] == 100


def trade(market: Market) -> None:
    """A few orders with every kind of entry."""
    done, refunded, late = market.place(), market.place(plan=Plan.DEPOSIT_30), market.place()
    market.pay(done)
    market.ship(done)
    market.confirm(done)
    market.pay(refunded)
    market.pay(refunded)
    market.agree(refunded, market.refund(refunded, 12_000))
    payment_id = market.open_payment(late)
    market.cancel(late)
    market.ordering.sandbox_pay(payment_id)
    market.ordering.record_deposit(supplier_id="s-1", amount_fen=100, reference="d-1", request=ADMIN)
    market.later(1)


def without_guards(market: Market) -> None:
    """As a thief with the database's own password: triggers and foreign keys out of the way."""
    names = ("ledger_entries", "ledger_postings")
    with market.record.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for table, deed in itertools.product(names, ("UPDATE", "DELETE")):
                connection.exec_driver_sql(f"DROP TRIGGER {table}_{deed}_refused")
        else:
            for table in names:
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def flipped(value: Any) -> Any:
    """The same with one bit of its last byte the other way."""
    return value ^ 1 if isinstance(value, int) else value[:-1] + chr(ord(value[-1]) ^ 1) if value else "0"


def test_every_byte_of_every_row_of_the_ledger_is_watched(market: Market) -> None:
    trade(market)
    assert market.ordering.verify().faults == ()
    without_guards(market)
    tried = 0
    for table in TABLES:
        found = sa.Table(table, sa.MetaData(), autoload_with=market.record.engine)
        keys = [column.name for column in found.primary_key]
        with market.record.engine.connect() as connection:
            stored = [dict(row) for row in connection.execute(found.select()).mappings()]
        for row, column in itertools.product(stored[:4], [c.name for c in found.c if c.name not in keys]):
            where = sa.and_(*(found.c[key] == row[key] for key in keys))
            change = flipped(row[column])
            try:
                with market.record.engine.begin() as connection:
                    connection.execute(found.update().where(where).values({column: change}))
            except DBAPIError:  # a CHECK or a key refuses this one outright
                continue
            faults = market.ordering.verify().faults
            assert faults, (table, column, row)
            names = {fault.row for fault in faults}
            chain = row.get("chain_id", row.get("account_id"))
            assert any(name.startswith(str(chain)) for name in names) or table == "ledger_accounts", (column, names)
            with market.record.engine.begin() as connection:
                connection.execute(found.update().where(where).values({column: row[column]}))
            tried += 1
    assert market.ordering.verify().faults == ()
    assert tried >= 40


def test_the_first_bad_row_is_named(market: Market) -> None:
    trade(market)
    without_guards(market)
    chain, number = rows(market.record, "SELECT chain_id, number FROM ledger_entries ORDER BY chain_id, number")[1]
    with market.record.engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE ledger_postings SET amount_fen = amount_fen + 1 WHERE chain_id = :c AND number = :n"),
            {"c": chain, "n": number},
        )
    (fault, *others) = market.ordering.verify().faults
    assert (fault.table, fault.row) == ("ledger_entries", f"{chain}/{number}")
    assert {other.table for other in others} <= {"ledger_accounts", "orders"}


def test_a_chain_that_was_rewritten_whole_is_found_by_the_anchors_outside(market: Market) -> None:
    trade(market)
    assert market.ordering.anchor() == rows(market.record, "SELECT count(*) FROM ledger_heads")[0][0]
    assert market.ordering.anchor() == 0
    without_guards(market)
    chain = rows(market.record, "SELECT chain_id FROM ledger_entries WHERE kind = 'deposit'")[0][0]
    with market.record.engine.begin() as connection:
        for table in ("ledger_postings", "ledger_entries", "ledger_heads"):
            connection.execute(sa.text(f"DELETE FROM {table} WHERE chain_id = :c"), {"c": chain})
        connection.execute(sa.text("UPDATE ledger_accounts SET balance_fen = 0 WHERE account_id = 'deposit:s-1'"))
        connection.execute(
            sa.text("UPDATE ledger_accounts SET balance_fen = balance_fen + 100 WHERE account_id IN"
                    " (SELECT a.account_id FROM ledger_accounts a LEFT JOIN ledger_postings p"
                    " ON p.account_id = a.account_id WHERE a.kind = 'clearing' GROUP BY a.account_id, a.balance_fen"
                    " HAVING coalesce(sum(p.amount_fen), 0) <> a.balance_fen)")
        )  # fmt: skip
    (fault,) = market.ordering.verify().faults
    assert (fault.row, fault.what) == (f"{chain}/1", "与库外的锚不符")


def test_a_changed_line_of_the_anchors_is_named(market: Market, home: Path) -> None:
    for _ in range(3):
        market.pay(market.place())
        market.clock.seconds += DAY
        market.ordering.anchor()
    path = home / "ledger.anchors"
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 3
    for wrong, number in (
        ([lines[0], lines[2]], 2),
        ([lines[0], lines[1].replace(b'"at":1', b'"at":2'), lines[2]], 2),
        ([lines[1], lines[0], lines[2]], 1),
        ([lines[0], b"{}\n"], 2),
    ):
        path.write_bytes(b"".join(wrong))
        with pytest.raises(AnchorsForged) as found:
            market.ordering.verify()
        assert found.value.detail == {"line": number}
    path.write_bytes(b"".join(lines))
    with pytest.raises(AnchorsForged):
        list(AnchorFile(path, secret="another"))


@pytest.mark.parametrize("table", ["ledger_entries", "ledger_postings"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_the_database_refuses_to_change_the_ledger(market: Market, table: str, deed: str) -> None:
    market.pay(market.place())
    with pytest.raises(DBAPIError, match="append-only"), market.record.engine.begin() as connection:
        connection.exec_driver_sql(deed.format(table))
    assert market.ordering.verify().faults == ()


def test_a_paid_order_without_its_ledger_rows_is_found(market: Market) -> None:
    order_id = market.place()
    with market.record.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE orders SET paid_fen = 5")
    assert [(fault.table, fault.row) for fault in market.ordering.verify().faults] == [("orders", order_id)]


def test_statements_open_with_what_they_closed_with(market: Market) -> None:
    trade(market)
    market.clock.seconds = NOW + DAY
    trade_fen = market.balances()["payable"]
    second = market.place()
    market.pay(second)
    market.ship(second)
    market.confirm(second)
    ledger = market.ordering.ledger
    one = ledger.suppliers_statement("s-1", since=NOW, until=NOW + DAY)
    two = ledger.suppliers_statement("s-1", since=NOW + DAY, until=NOW + 2 * DAY)
    assert (one.opening_fen, one.closing_fen, two.opening_fen) == (0, trade_fen, trade_fen)
    assert [(line.kind, line.chain_id, line.amount_fen) for line in two.lines] == [("release", second, 14_497)]
    assert two.closing_fen == market.balances()["payable"]
    held = ledger.buyers_statement(BUYER.company_id, since=NOW, until=NOW + 2 * DAY)
    assert held.closing_fen == market.balances()["escrow"]
    assert held.opening_fen + sum(line.amount_fen for line in held.lines) == held.closing_fen
    assert ledger.buyers_statement("c-nobody", since=NOW, until=NOW + DAY).lines == ()


def test_reconciling_names_each_difference(market: Market) -> None:
    trade(market)
    stated = list(market.gateway.statement(since=NOW, until=NOW + DAY))
    ledger = market.ordering.ledger
    deposit = StatementLine(reference="d-1", kind="payment", amount_fen=100, at=NOW)
    assert ledger.reconcile([*stated, deposit], since=NOW, until=NOW + DAY) == []
    wrong = [
        dataclasses.replace(stated[0], amount_fen=stated[0].amount_fen + 1), stated[1], stated[1], *stated[3:],
        StatementLine(reference="strange", kind="payment", amount_fen=5, at=NOW), deposit,
    ]  # fmt: skip
    found = {each.reference: str(each.kind) for each in ledger.reconcile(wrong, since=NOW, until=NOW + DAY)}
    assert found == {
        stated[0].reference: "amount_differs", stated[1].reference: "twice_at_gateway",
        stated[2].reference: "missing_at_gateway", "strange": "missing_in_ledger",
    }  # fmt: skip
    shifted = ledger.reconcile([*stated, deposit], since=NOW + 1, until=NOW + DAY)
    assert {str(each.kind) for each in shifted} == {"other_period"}


def test_money_that_the_ledger_missed_is_settled_after_reconciling(faulty: Callable[..., Market]) -> None:
    market = faulty(callbacks=0)
    order_id = market.place()
    market.pay(order_id)
    lines = market.gateway.statement(since=NOW, until=NOW + DAY)
    differences = market.ordering.ledger.reconcile(lines, since=NOW, until=NOW + DAY)
    assert [str(each.kind) for each in differences] == ["missing_in_ledger"]
    assert market.ordering.settle_missing(differences) == {"paid": 1}
    assert market.order(order_id).state is OrderState.WAIT_SELLER_SEND
    assert market.ordering.ledger.reconcile(lines, since=NOW, until=NOW + DAY) == []
