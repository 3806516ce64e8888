"""Withdrawals: who may, how much, where to; and whatever the gateway does, money is paid once or comes back once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog_service.adapters.gateway.sandbox import NO_FAULTS, SandboxFaults
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.money.payout_states import PAYOUT, PAYOUT_ACCOUNT, PayoutState
from catalog_service.domain.money.payouts import accept_target, masked
from catalog_service.domain.money.statements import DifferenceKind
from catalog_service.domain.orders.options import DAY, OrderOptions
from catalog_service.domain.orders.values import Party
from catalog_service.ports.gateway import GatewayAway, NoticeForged
from catalog_service.ports.record import VersionMismatch
from catalog_service.use_cases.money.payout_desk import HolderDiffers, NotASeller, PayoutAccountAbsent, SellerUnverified
from catalog_service.use_cases.money.request_payout import NotWithdrawable, PayoutAccountCooling, PayoutLimit
from kernel.errors import Invalid
from tests.catalog_service.house import NOW, rows
from tests.catalog_service.trade import BUYER, OTHER, SELLER, Market, earn, open_market
from tests.catalog_service.watch import Watch

EARNED_FEN = 10 * 1_250 + 800
NUMBER = "6222020200012345678"


@pytest.fixture
def market(home: Path) -> Iterator[Market]:
    market = open_market(home)
    earn(market)
    yield market
    market.gateway.faults = NO_FAULTS
    market.settle()
    verified = market.ordering.verify()
    assert verified.faults == ()
    assert market.balances()["total"] == market.balances()["payout"] == 0
    market.close()


def told(market: Market, company_id: str = "c-seller") -> list[str]:
    kinds = rows(market.record, f"SELECT kind FROM notices WHERE company_id = '{company_id}' ORDER BY notice_id")
    return [kind for (kind,) in kinds if kind.startswith("payout")]


def test_earnings_are_paid_out_and_everybody_who_looks_after_money_hears_of_it(market: Market) -> None:
    payout_id = market.withdraw(5_000)
    assert market.funds().payable_fen == EARNED_FEN - 5_000
    assert (market.funds().in_flight_fen, market.balances()["payout"]) == (5_000, 5_000)
    market.ordering.sweep()
    assert market.payout(payout_id).state is PayoutState.PAID
    assert market.balances()["payout"] == 0
    assert market.balances()["clearing"] == -(EARNED_FEN - 5_000)
    assert told(market) == ["payout_account_set", "payout_requested", "payout_paid"]
    roles = rows(market.record, "SELECT DISTINCT roles FROM notices WHERE kind = 'payout_paid'")
    assert [set(each.split('"')) >= {"owner", "finance"} for (each,) in roles] == [True]
    statement = market.ordering.ledger.suppliers_statement("s-1", since=NOW, until=NOW + 9 * DAY)
    assert [(line.kind, line.amount_fen) for line in statement.lines] == [("release", EARNED_FEN), ("withdraw", -5_000)]
    assert statement.closing_fen == EARNED_FEN - 5_000
    deeds = rows(market.record, "SELECT deed, actor FROM audit WHERE kind = 'payout' ORDER BY audit_id")
    assert deeds == [("request_payout", "m-seller"), ("payout_paid", "gateway")]


def test_the_number_is_sealed_at_rest_and_shown_masked(market: Market) -> None:
    account = market.ordering.payouts.account("s-1")
    assert account is not None
    assert account.number_masked == "**** 5678"
    kept = " ".join(str(row) for row in rows(market.record, "SELECT * FROM payout_accounts"))
    assert NUMBER not in kept
    said = rows(market.record, "SELECT text FROM notices") + rows(market.record, "SELECT facts FROM audit")
    assert not any(NUMBER in text for (text,) in said)
    assert account.number_sealed.startswith("fernet:")
    again = market.record.people.reseal_secrets(request=DeedRequest(actor="cli"))
    assert again == 0  # under the first key already


def test_an_account_bears_the_name_of_the_verified_company(market: Market) -> None:
    with pytest.raises(HolderDiffers) as refused:
        market.set_account(holder="张三")
    assert refused.value.parameter == "holder"
    market.set_account(holder="Ｃ-Seller ")  # full width, capitals and blanks are the same name
    with pytest.raises(PayoutAccountCooling):
        market.withdraw(100)
    market.clock.seconds += DAY
    with market.record.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE companies SET name = 'renamed' WHERE company_id = 'c-seller'")
    with pytest.raises(HolderDiffers):
        market.withdraw(100)


def test_nothing_goes_to_a_company_whose_verification_is_over(market: Market) -> None:
    market.clock.seconds += 1_001 * DAY
    for deed in (lambda: market.withdraw(100), lambda: market.set_account()):
        with pytest.raises(SellerUnverified):
            deed()


def test_after_a_change_of_the_account_nothing_is_paid_out_for_a_while(market: Market) -> None:
    flying = market.withdraw(700)
    market.set_account(number="13800000000", kind="alipay", bank="")
    with pytest.raises(PayoutAccountCooling) as refused:
        market.withdraw(100)
    assert refused.value.detail == {"usable_at": market.clock.now() + DAY}
    market.clock.seconds += DAY - 1
    with pytest.raises(PayoutAccountCooling):
        market.withdraw(100)
    market.clock.seconds += 1
    market.withdraw(100)
    market.ordering.sweep()
    assert market.payout(flying).state is PayoutState.PAID  # to the account that it was asked for with
    states = rows(market.record, "SELECT kind, state FROM payout_accounts ORDER BY created_at")
    assert states == [("bank", "replaced"), ("alipay", "active")]


def test_what_is_refused_names_its_reason_and_moves_nothing(market: Market) -> None:
    account = market.ordering.payouts.account("s-1")
    assert account is not None
    cases: list[tuple[type[Exception], int, dict[str, Any]]] = [
        (Invalid, 99, {}),
        (Invalid, 0, {}),
        (Invalid, -5, {}),
        (Invalid, 100_000_001, {}),
        (NotWithdrawable, EARNED_FEN + 1, {}),
        (VersionMismatch, 100, {"expected_version": account.version + 1}),
        (NotASeller, 100, {"by": BUYER}),
        (SellerUnverified, 100, {"by": Party(company_id="c-buyer", member_id="m", supplier_id="s-1")}),
        (PayoutAccountAbsent, 100, {"by": OTHER}),
    ]
    for refusal, amount_fen, stated in cases:
        with pytest.raises(refusal):
            market.withdraw(amount_fen, **stated)
    assert market.funds().payable_fen == EARNED_FEN
    assert rows(market.record, "SELECT count(*) FROM payouts") == [(0,)]


def test_a_day_has_its_limits_and_ends_at_midnight_in_china(home: Path) -> None:
    market = open_market(home, options=OrderOptions(payout_day_fen_max=3_000, payouts_a_day_max=3))
    earn(market)
    market.withdraw(1_000)
    with pytest.raises(PayoutLimit) as refused:
        market.withdraw(2_001)
    assert refused.value.detail == {"left_fen": 2_000}
    market.withdraw(1_000)
    market.gateway.faults = SandboxFaults(fail_payouts=True)
    market.ordering.sweep()  # what fails counts no more
    market.gateway.faults = NO_FAULTS
    for _ in range(3):
        market.withdraw(500)
    with pytest.raises(PayoutLimit):
        market.withdraw(100)
    midnight = (market.clock.now() + 8 * 3_600) // DAY * DAY + DAY - 8 * 3_600
    market.clock.seconds = midnight - 1
    with pytest.raises(PayoutLimit):
        market.withdraw(100)
    market.clock.seconds = midnight
    market.withdraw(3_000)
    market.close()


def test_what_is_disputed_and_the_guarantee_stay(market: Market) -> None:
    market.ordering.record_deposit(
        supplier_id="s-1", amount_fen=50_000, reference="d-1", request=DeedRequest(actor="admin")
    )
    (order_id,) = rows(market.record, "SELECT order_id FROM orders")[0]
    refund_id = market.refund(order_id, 3_000)
    funds = market.funds()
    assert (funds.payable_fen, funds.disputed_fen, funds.deposit_fen) == (EARNED_FEN, 3_000, 50_000)
    assert funds.withdrawable_fen == EARNED_FEN - 3_000
    with pytest.raises(NotWithdrawable) as refused:
        market.withdraw(EARNED_FEN - 2_999)
    assert refused.value.detail == {
        "payable_fen": EARNED_FEN, "disputed_fen": 3_000, "withdrawable_fen": EARNED_FEN - 3_000,
    }  # fmt: skip
    market.withdraw(EARNED_FEN - 3_000)
    market.agree(order_id, refund_id)
    assert (market.funds().payable_fen, market.funds().withdrawable_fen, market.funds().deposit_fen) == (0, 0, 50_000)


@pytest.mark.parametrize(
    ("faults", "state"),
    [
        (SandboxFaults(lose_payouts=3), PayoutState.PAID),
        (SandboxFaults(lose_payouts=1, lose_payout_finds=2), PayoutState.PAID),
        (SandboxFaults(slow_payouts=3), PayoutState.PAID),
        (SandboxFaults(slow_payouts=2, callbacks=3, bad_signature=True), PayoutState.PAID),
        (SandboxFaults(callbacks=5, callbacks_shuffled=True, wrong_told_fen=900), PayoutState.PAID),
        (SandboxFaults(callbacks=0), PayoutState.PAID),
        (SandboxFaults(callbacks=2, callback_delay_seconds=9_000), PayoutState.PAID),
        (SandboxFaults(refuse_payouts=True), PayoutState.FAILED),
        (SandboxFaults(refuse_payouts=True, lose_payouts=2, lose_payout_finds=1), PayoutState.FAILED),
        (SandboxFaults(fail_payouts=True, slow_payouts=2, callbacks=4), PayoutState.FAILED),
    ],
    ids=lambda value: "" if isinstance(value, PayoutState) else str(value).partition("(")[2][:-1][-60:],
)
def test_whatever_the_gateway_does_the_money_is_paid_once_or_comes_back_once(
    market: Market, faults: SandboxFaults, state: PayoutState
) -> None:
    market.gateway.faults = faults
    payout_id = market.withdraw(5_000)
    for _ in range(8):
        market.later(market.ordering.desk.options.retry_seconds_max)
        for headers, body in market.gateway.due_notices():
            try:
                market.ordering.take_notice(headers=headers, body=body)
            except NoticeForged:
                assert faults.bad_signature
            except GatewayAway:
                assert faults.lose_payout_finds  # the service calls again
    assert market.payout(payout_id).state is state
    back_fen = 5_000 if state is PayoutState.FAILED else 0
    assert market.funds().payable_fen == EARNED_FEN - 5_000 + back_fen
    kinds = rows(market.record, f"SELECT kind FROM ledger_entries WHERE chain_id = '{payout_id}' ORDER BY number")
    assert [kind for (kind,) in kinds] == ["withdraw", "giveback" if back_fen else "payout"]
    lines = market.gateway.statement(since=0, until=market.clock.now() + 1)
    assert [line.amount_fen for line in lines if line.kind == "payout"] == ([] if back_fen else [-5_000])
    assert told(market)[1:] == ["payout_requested", f"payout_{state}"]
    assert market.ordering.ledger.reconcile(lines, since=NOW, until=market.clock.now() + 1) == []
    assert rows(market.record, f"SELECT * FROM timers WHERE subject_id = '{payout_id}'") == []


def test_a_refusal_after_a_lost_answer_gives_nothing_back_that_is_on_its_way(market: Market) -> None:
    """The gateway took it, its answer was lost, and now it will hear no more of it: what stands there counts."""
    market.gateway.faults = SandboxFaults(lose_payouts=1, slow_payouts=9)
    payout_id = market.withdraw(5_000)
    market.ordering.sweep()
    market.gateway.faults = SandboxFaults(refuse_payouts=True, slow_payouts=9)
    market.later(10_000)
    assert market.payout(payout_id).state is PayoutState.SENT
    market.gateway.faults = NO_FAULTS
    market.later(100_000)
    assert market.payout(payout_id).state is PayoutState.PAID
    assert market.funds().payable_fen == EARNED_FEN - 5_000


def test_an_account_that_takes_no_money_sends_it_back_with_a_reason(market: Market) -> None:
    market.set_account(number="6222020200010000")
    market.clock.seconds += DAY
    payout_id = market.withdraw(5_000)
    market.ordering.sweep()
    payout = market.payout(payout_id)
    assert (payout.state, payout.trouble) == (PayoutState.FAILED, "收款账户不能入账")
    assert market.funds().withdrawable_fen == EARNED_FEN


def test_another_sum_than_was_asked_for_is_named_and_waits_for_people(market: Market) -> None:
    market.gateway.faults = SandboxFaults(wrong_paid_fen=-7)
    payout_id = market.withdraw(5_000)
    market.ordering.sweep()
    market.ordering.deliver_sandbox_notices()
    payout = market.payout(payout_id)
    assert (payout.state, payout.trouble) == (PayoutState.SENT, "支付机构说付出 4993 分，应付 5000 分")
    assert market.balances()["payout"] == 5_000
    until = market.clock.now() + 1
    differences = market.ordering.ledger.reconcile(
        market.gateway.statement(since=NOW, until=until), since=NOW, until=until
    )
    assert [(each.kind, each.reference, each.gateway_fen) for each in differences] == [
        (DifferenceKind.MISSING_IN_LEDGER, payout_id, -4_993)
    ]
    assert [each.payout_id for each in market.ordering.payouts.in_flight(limit=9)] == [payout_id]
    with market.gateway._transaction() as books:  # the service corrects its own mistake
        books.execute("UPDATE payouts SET paid_fen = 5000")
    assert market.ordering.settle_missing(differences) == {"paid": 1}


def test_the_statement_names_each_difference_with_payouts_in_it(market: Market) -> None:
    first, second = market.withdraw(1_000), market.withdraw(2_000)
    market.ordering.sweep()
    until = market.clock.now() + 1
    lines = list(market.gateway.statement(since=NOW, until=until))
    ours = [line for line in lines if line.reference in (first, second)]
    lines = [line for line in lines if line.reference != first] + [ours[1]] if ours[1].reference == second else lines
    differences = market.ordering.ledger.reconcile(lines, since=NOW, until=until)
    assert {(each.kind, each.reference) for each in differences} == {
        (DifferenceKind.MISSING_AT_GATEWAY, first), (DifferenceKind.TWICE_AT_GATEWAY, second),
    }  # fmt: skip


def test_a_lost_callback_is_asked_after_by_reconciliation(market: Market) -> None:
    market.gateway.faults = SandboxFaults(lose_payouts=10**6, callbacks=0)
    payout_id = market.withdraw(1_000)
    market.ordering.sweep()
    assert market.payout(payout_id).state is PayoutState.REQUESTED
    market.gateway.faults = NO_FAULTS
    until = market.clock.now() + 1
    lines = market.gateway.statement(since=NOW, until=until)
    differences = market.ordering.ledger.reconcile(lines, since=NOW, until=until)
    assert market.ordering.settle_missing(differences) == {"paid": 1}
    assert market.ordering.settle_missing(differences) == {"seen": 1}
    assert market.payout(payout_id).state is PayoutState.PAID


def test_the_same_key_again_is_the_same_payout(market: Market) -> None:
    request = DeedRequest(actor="m-seller", key="k", fingerprint="f")
    first = market.withdraw(1_000, request=request)
    assert market.withdraw(1_000, request=request) == first
    assert market.funds().payable_fen == EARNED_FEN - 1_000


def test_of_many_at_once_no_more_goes_out_than_is_free(market: Market) -> None:
    (order_id,) = rows(market.record, "SELECT order_id FROM orders")[0]
    market.refund(order_id, 3_300)
    done: list[str] = []
    refused: list[Exception] = []

    def ask() -> None:
        try:
            done.append(market.withdraw(3_000))
        except NotWithdrawable as error:
            refused.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), len(refused)) == (3, 5)
    assert market.funds().payable_fen == EARNED_FEN - 9_000


def test_a_changed_payout_is_found_and_named(market: Market) -> None:
    payout_id = market.withdraw(1_000)
    with market.record.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE payouts SET amount_fen = 2000")
    faults = market.ordering.verify().faults
    assert [(fault.table, fault.row) for fault in faults] == [("payouts", payout_id)]
    with market.record.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE payouts SET amount_fen = 1000")


def test_payouts_do_what_their_tables_say(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(market.record.engine)
    watch.begin(monkeypatch)
    for faults in (NO_FAULTS, SandboxFaults(fail_payouts=True)):
        for slow in (0, 1):
            market.gateway.faults = SandboxFaults(slow_payouts=slow, fail_payouts=faults.fail_payouts)
            market.withdraw(500)
            market.later(0)
            market.later(100_000)
    market.gateway.bounce(rows(market.record, "SELECT payout_id FROM payouts WHERE state = 'paid'")[0][0])
    market.ordering.deliver_sandbox_notices()
    market.set_account()
    assert watch.missing(PAYOUT, PAYOUT_ACCOUNT) == []


def test_what_is_typed_of_an_account_is_read_as_people_write_it() -> None:
    target = accept_target(kind="bank", holder=" 乙工厂 ", bank="建设银行", number="６２２２ 0202-0001 2345")
    assert (target.number, target.holder, masked(target)) == ("6222020200012345", "乙工厂", "**** 2345")
    target = accept_target(kind="alipay", holder="乙", bank="ignored", number="wang@example.com")
    assert (target.bank, masked(target)) == ("", "w***@example.com")
    for kind, holder, bank, number in (
        ("cash", "乙", "b", "62220202"), ("bank", "", "b", "62220202"), ("bank", "乙", "", "62220202"),
        ("bank", "乙", "b", "6222020"), ("bank", "乙", "b", "6" * 31), ("bank", "乙", "b", "62２x0202"),
        ("alipay", "乙", "", "12345"), ("alipay", "乙", "", "a@b"), ("bank", "乙" * 101, "b", "62220202"),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            accept_target(kind=kind, holder=holder, bank=bank, number=number)


def test_only_sellers_have_accounts(market: Market) -> None:
    said = {"kind": "bank", "holder": "c-buyer", "bank": "b", "number": NUMBER}
    with pytest.raises(NotASeller):
        market.ordering.set_payout_account(**said, by=BUYER, request=market.ask())
    with pytest.raises(VersionMismatch):
        market.ordering.set_payout_account(
            kind="bank", holder="c-seller", bank="b", number=NUMBER, by=SELLER, request=market.ask(SELLER),
            expected_version=0,
        )  # fmt: skip
