"""Money that a bank sends back after it had left: booked once, kept for whose it is, sent again until it arrives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog_service.adapters.gateway.sandbox import NO_FAULTS, SandboxFaults
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.money.payout_states import PAYOUT, PayoutEvent, PayoutState
from catalog_service.domain.money.statements import Difference, DifferenceKind
from catalog_service.domain.money.transfer_states import TRANSFER
from catalog_service.domain.orders.options import DAY
from catalog_service.domain.orders.states import OrderState
from catalog_service.ports.gateway import NoticeForged
from catalog_service.use_cases.money.hasten_transfer import TransferEnded, TransferNotFound
from tests.catalog_service.house import NOW, rows
from tests.catalog_service.trade import Market, earn, open_market
from tests.catalog_service.watch import Watch

EARNED_FEN = 10 * 1_250 + 800
STAFF = DeedRequest(actor="m-staff")


@pytest.fixture
def market(home: Path) -> Iterator[Market]:
    market = open_market(home)
    yield market
    market.gateway.faults = NO_FAULTS
    market.later(2 * DAY)
    assert market.ordering.verify().faults == ()
    assert market.balances()["total"] == market.balances()["payout"] == market.balances()["suspense"] == 0
    market.close()


def paid_out(market: Market, fen: int = 5_000) -> str:
    earn(market)
    payout_id = market.withdraw(fen)
    market.ordering.sweep()
    market.ordering.deliver_sandbox_notices()
    assert market.payout(payout_id).state is PayoutState.PAID
    return payout_id


def refunded(market: Market, fen: int = 700) -> tuple[str, str]:
    """An order, and the transfer that carried a part of it to the buyer."""
    order_id = market.place()
    market.pay(order_id)
    market.agree(order_id, market.refund(order_id, fen))
    market.ordering.sweep()
    ((transfer_id, state),) = transfers(market)
    assert state == "done"
    return order_id, transfer_id


def transfers(market: Market) -> list[tuple[str, str]]:
    return rows(market.record, "SELECT transfer_id, state FROM transfers ORDER BY created_at, transfer_id")


def hear(market: Market) -> list[str]:
    return [market.ordering.take_notice(headers=head, body=body) for head, body in market.gateway.due_notices()]


def differences(market: Market) -> list[Difference]:
    lines = market.gateway.statement(since=0, until=NOW + 90 * DAY)
    return market.ordering.ledger.reconcile(lines, since=NOW, until=NOW + 90 * DAY)


def bounces(market: Market) -> int:
    return int(rows(market.record, "SELECT count(*) FROM ledger_entries WHERE kind = 'bounce'")[0][0])


def test_a_payout_that_comes_back_is_the_suppliers_again_and_can_be_asked_for_anew(market: Market) -> None:
    payout_id = paid_out(market)
    market.clock.seconds += 3 * DAY
    market.gateway.bounce(payout_id, reason="户名不符")
    assert hear(market) == ["bounced"]
    payout = market.payout(payout_id)
    assert (payout.state, payout.trouble) == (PayoutState.BOUNCED, "户名不符")
    assert (market.funds().payable_fen, market.funds().in_flight_fen) == (EARNED_FEN, 0)
    assert market.balances()["clearing"] == -EARNED_FEN
    assert differences(market) == []
    ((text, roles),) = rows(market.record, "SELECT text, roles FROM notices WHERE kind = 'payout_bounced'")
    assert "户名不符" in text
    assert "finance" in roles
    assert [each.payout_id for each in market.ordering.payouts.bounced(since=0, limit=9)] == [payout_id]
    market.set_account(number="6222020200087654321")
    market.clock.seconds += DAY
    again = market.withdraw(EARNED_FEN)
    market.ordering.sweep()
    assert market.payout(again).state is PayoutState.PAID
    assert market.payout(payout_id).state is PayoutState.BOUNCED


def test_a_refund_that_comes_back_waits_for_the_buyer_and_goes_out_again_by_itself(market: Market) -> None:
    order_id, first = refunded(market)
    assert market.ordering.verify().faults == ()
    market.gateway.bounce(first)
    assert hear(market) == ["bounced"]
    (_, second) = [each for each, _ in transfers(market)]
    assert dict(transfers(market)) == {first: "bounced", second: "pending"}
    assert market.balances()["suspense"] == 700
    ((company, text),) = rows(market.record, "SELECT company_id, text FROM notices WHERE kind = 'refund_bounced'")
    assert company == "c-buyer"
    assert " ".join(market.order(order_id).number_text.split()) in text
    (waiting,) = market.ordering.payouts.going_back(limit=9)
    assert (waiting.transfer.transfer_id, waiting.transfer.trouble) == (second, "银行退汇：账户已注销")
    market.later(DAY - 1)
    assert dict(transfers(market))[second] == "pending"
    market.later(1)
    assert dict(transfers(market))[second] == "done"
    assert market.balances()["suspense"] == 0
    assert market.order(order_id).refunded_fen == 700
    assert differences(market) == []


def test_staff_sends_it_at_once_and_not_what_has_left(market: Market) -> None:
    _, first = refunded(market)
    market.gateway.bounce(first)
    hear(market)
    (_, second) = [each for each, _ in transfers(market)]
    market.ordering.hasten_transfer(transfer_id=second, request=STAFF)
    market.ordering.hasten_transfer(transfer_id=second, request=STAFF)
    market.ordering.sweep()
    assert dict(transfers(market))[second] == "done"
    for ended in (first, second):
        with pytest.raises(TransferEnded):
            market.ordering.hasten_transfer(transfer_id=ended, request=STAFF)
    with pytest.raises(TransferNotFound):
        market.ordering.hasten_transfer(transfer_id="t-none", request=STAFF)
    assert rows(market.record, "SELECT actor FROM audit WHERE deed = 'hasten_transfer'") == [("m-staff",), ("m-staff",)]


def test_it_comes_back_and_goes_out_until_it_arrives_and_an_order_that_ended_holds_nothing(market: Market) -> None:
    order_id = market.place()
    market.pay(order_id)
    market.ordering.terminate(order_id=order_id, to_buyer_fen=None, reason="缺货", request=STAFF)
    market.ordering.sweep()
    for count in range(1, 4):
        (last,) = [each for each, state in transfers(market) if state == "done"]
        market.gateway.bounce(last)
        assert hear(market) == ["bounced"]
        assert (market.balances()["escrow"], market.balances()["suspense"]) == (0, market.order(order_id).refunded_fen)
        assert market.ordering.verify().faults == ()
        assert bounces(market) == count
        market.later(DAY)
    assert market.order(order_id).state is OrderState.TERMINATED
    assert market.balances()["suspense"] == 0


def test_however_often_it_is_told_it_is_booked_once(market: Market) -> None:
    payout_id = paid_out(market)
    market.gateway.faults = SandboxFaults(callbacks=3)
    bounce_id = market.gateway.bounce(payout_id)
    assert hear(market) == ["bounced"] * 3
    market.gateway.faults = NO_FAULTS
    lost = Difference(
        kind=DifferenceKind.MISSING_IN_LEDGER, reference=bounce_id, gateway_fen=5_000, ledger_fen=0
    )  # as somebody read it before the callback came
    assert market.ordering.settle_missing([lost]) == {"seen": 1}
    assert (bounces(market), market.funds().payable_fen) == (1, EARNED_FEN)


def test_reconciliation_finds_and_books_what_no_callback_told(market: Market) -> None:
    payout_id = paid_out(market)
    market.gateway.faults = SandboxFaults(callbacks=0)
    bounce_id = market.gateway.bounce(payout_id)
    assert hear(market) == []
    (found,) = differences(market)
    assert (found.kind, found.reference, found.gateway_fen) == (DifferenceKind.MISSING_IN_LEDGER, bounce_id, 5_000)
    assert market.ordering.settle_missing([found]) == {"bounced": 1}
    assert market.ordering.settle_missing([found]) == {"seen": 1}
    assert differences(market) == []
    assert market.payout(payout_id).state is PayoutState.BOUNCED


def test_a_refunds_return_is_found_by_reconciliation_too(market: Market) -> None:
    _, first = refunded(market)
    market.gateway.faults = SandboxFaults(callbacks=0)
    market.gateway.bounce(first)
    assert market.ordering.settle_missing(differences(market)) == {"bounced": 1}
    assert market.balances()["suspense"] == 700


@pytest.mark.parametrize("which", ["payout", "transfer"])
def test_another_sum_an_unknown_one_and_a_forged_callback_move_nothing(market: Market, which: str) -> None:
    reference = paid_out(market) if which == "payout" else refunded(market)[1]
    before = market.balances()
    market.gateway.bounce(reference, amount_fen=4_999)
    market.gateway.bounce("nobody", amount_fen=10)
    assert hear(market) == ["differs", "unknown"]
    market.gateway.faults = SandboxFaults(bad_signature=True)
    market.gateway.bounce(reference)
    with pytest.raises(NoticeForged):
        hear(market)
    assert (bounces(market), market.balances()) == (0, before)
    assert [each.kind for each in differences(market)] == [DifferenceKind.MISSING_IN_LEDGER] * 3


def test_a_second_return_of_the_same_payout_or_transfer_moves_nothing(market: Market) -> None:
    payout_id = paid_out(market)
    market.gateway.bounce(payout_id)
    market.gateway.bounce(payout_id)
    assert sorted(hear(market)) == ["bounced", "differs"]
    assert (bounces(market), market.funds().payable_fen) == (1, EARNED_FEN)


def test_a_return_while_it_is_sent_again_is_of_the_first_alone(market: Market) -> None:
    _, first = refunded(market)
    market.gateway.bounce(first)
    hear(market)
    market.gateway.faults = SandboxFaults(slow_refunds=10**6)
    market.later(DAY)  # the second is on its way
    market.gateway.bounce(first)
    assert hear(market) == ["differs"]
    assert market.balances()["suspense"] == 700
    (_, second) = [each for each, _ in transfers(market)]
    market.gateway.bounce(second)  # it had left, and came back before we were told either
    assert hear(market) == ["bounced"]
    assert [state for _, state in transfers(market)].count("pending") == 1
    assert (market.balances()["suspense"], bounces(market)) == (700, 2)
    assert market.ordering.verify().faults == ()


def test_a_payout_that_came_back_before_we_heard_that_it_left(market: Market) -> None:
    earn(market)
    market.gateway.faults = SandboxFaults(lose_payouts=10**6, callbacks=0)
    payout_id = market.withdraw(5_000)
    market.ordering.sweep()
    assert market.payout(payout_id).state is PayoutState.REQUESTED
    market.gateway.faults = NO_FAULTS
    market.gateway.bounce(payout_id)
    assert hear(market) == ["bounced"]
    assert (market.payout(payout_id).state, market.funds().payable_fen) == (PayoutState.BOUNCED, EARNED_FEN)
    market.later(DAY)
    assert market.funds().payable_fen == EARNED_FEN


def test_a_return_of_a_payout_that_failed_moves_nothing(market: Market) -> None:
    earn(market)
    market.gateway.faults = SandboxFaults(fail_payouts=True)
    payout_id = market.withdraw(5_000)
    market.ordering.sweep()
    market.gateway.due_notices()
    market.gateway.faults = NO_FAULTS
    assert market.payout(payout_id).state is PayoutState.FAILED
    market.gateway.bounce(payout_id, amount_fen=5_000)
    assert hear(market) == ["differs"]
    assert (market.funds().payable_fen, bounces(market)) == (EARNED_FEN, 0)


def test_money_that_was_never_wanted_goes_back_again_too(market: Market) -> None:
    market.gateway.pay("p-unknown", amount_fen=321)
    hear(market)
    market.ordering.sweep()
    ((first, _),) = transfers(market)
    market.gateway.bounce(first)
    assert hear(market) == ["bounced"]
    assert rows(market.record, "SELECT state FROM payments") == [("suspended",)]
    market.later(DAY)
    assert rows(market.record, "SELECT state FROM payments") == [("returned",)]
    assert rows(market.record, "SELECT count(*) FROM notices WHERE kind = 'refund_bounced'") == [(0,)]


def test_verify_names_a_payout_and_a_transfer_that_say_otherwise_than_the_ledger(market: Market) -> None:
    payout_id = paid_out(market)
    market.gateway.bounce(payout_id)
    hear(market)

    def say(sql: str) -> list[str]:
        with market.record.engine.begin() as connection:
            connection.exec_driver_sql(sql)
        return [fault.table for fault in market.ordering.verify().faults]

    assert say("UPDATE payouts SET state = 'paid'") == ["payouts"]
    assert say("UPDATE payouts SET state = 'bounced'") == []


def test_returns_do_what_their_tables_say(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(market.record.engine)
    watch.begin(monkeypatch)
    payout_id = paid_out(market)
    market.gateway.bounce(payout_id)
    hear(market)
    _, first = refunded(market)
    market.gateway.bounce(first)
    hear(market)
    assert not [place for place in watch.missing(PAYOUT) if place[2] == PayoutEvent.BOUNCE]  # the rest: test_payouts.py
    assert watch.missing(TRANSFER) == []
