"""Refunds of several lines of one order at once: never more than was paid, whoever asks when."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.orders.options import OrderOptions
from catalog_service.domain.orders.states import OrderState
from catalog_service.use_cases.orders.desk import RefundOpen
from kernel.errors import Invalid, PifaError
from tests.catalog_service.house import rows
from tests.catalog_service.trade import BUYER, FREIGHT_FEN, SELLER, Market, open_market

WANTED = (("k-1", 10), ("k-2", 3), ("k-3", 50))
LINE_FEN = {1: 12_500, 2: 1_197, 3: 500}
PAYABLE_FEN = sum(LINE_FEN.values()) + FREIGHT_FEN
OPTIONS = OrderOptions()


@pytest.fixture
def market(home: Path) -> Iterator[Market]:
    market = open_market(home)
    yield market
    market.settle()
    assert market.ordering.verify().faults == ()
    assert market.balances()["total"] == market.balances()["suspense"] == 0
    market.close()


def shipped(market: Market) -> str:
    order_id = market.place(*WANTED)
    market.pay(order_id)
    market.ship(order_id)
    return order_id


def ask(market: Market, order_id: str, line: int, amount_fen: int) -> str:
    return str(
        market.ordering.open_refund(
            order_id=order_id, line=line, amount_fen=amount_fen, with_goods=False, reason="破损", by=BUYER,
            request=market.ask(),
        ).facts["refund_id"]
    )  # fmt: skip


def test_one_of_each_line_may_be_open_at_once_and_one_of_the_whole_alone(market: Market) -> None:
    order_id = shipped(market)
    first = ask(market, order_id, 1, 5_000)
    second = ask(market, order_id, 2, 1_197)
    for line in (1, 2, 0):
        with pytest.raises(RefundOpen) as refused:
            ask(market, order_id, line, 1)
        assert refused.value.detail["refund_id"] == (second if line == 2 else first)
    assert market.order(order_id).open_refund_id == first
    market.agree(order_id, first)
    assert market.order(order_id).open_refund_id == second
    market.agree(order_id, second)
    assert (market.order(order_id).open_refund_id, market.order(order_id).refunded_fen) == ("", 6_197)
    whole = ask(market, order_id, 0, 100)
    with pytest.raises(RefundOpen):
        ask(market, order_id, 3, 1)
    market.agree(order_id, whole)


def test_of_a_line_no_more_comes_back_than_it_cost(market: Market) -> None:
    order_id = shipped(market)
    for line, most in LINE_FEN.items():
        with pytest.raises(Invalid) as refused:
            ask(market, order_id, line, most + 1)
        assert refused.value.detail == {"amount_fen_max": most}
    market.agree(order_id, ask(market, order_id, 1, 12_000))
    with pytest.raises(Invalid) as refused:
        ask(market, order_id, 1, 501)
    assert refused.value.detail == {"amount_fen_max": 500}
    with pytest.raises(Invalid) as refused:
        ask(market, order_id, 9, 1)
    assert refused.value.parameter == "line"


def test_the_order_rests_until_the_last_is_closed_and_then_confirms_itself(market: Market) -> None:
    order_id = shipped(market)
    first, second = ask(market, order_id, 1, 100), ask(market, order_id, 2, 100)
    for refund_id in (first, second):
        who: dict[str, Any] = {"order_id": order_id, "refund_id": refund_id}
        market.ordering.refuse_refund(**who, reason="完好", by=SELLER, request=market.ask(SELLER))
    market.ordering.withdraw_refund(order_id=order_id, refund_id=first, by=BUYER, request=market.ask())
    assert rows(market.record, f"SELECT * FROM timers WHERE subject_id = '{order_id}'") == []
    with pytest.raises(RefundOpen):
        market.confirm(order_id)
    market.later(OPTIONS.refund_buyer_seconds)  # the buyer lets the other rest
    assert market.order(order_id).open_refund_id == ""
    market.later(OPTIONS.receive_seconds - 1)
    assert market.order(order_id).state is OrderState.WAIT_BUYER_RECEIVE
    market.later(1)
    assert market.order(order_id).state is OrderState.SUCCESS


def test_the_last_refund_of_what_is_held_ends_the_order(market: Market) -> None:
    order_id = shipped(market)
    refunds = [ask(market, order_id, line, fen) for line, fen in LINE_FEN.items()]
    for refund_id in refunds:
        market.agree(order_id, refund_id)
    assert market.order(order_id).state is OrderState.WAIT_BUYER_RECEIVE
    market.agree(order_id, ask(market, order_id, 0, FREIGHT_FEN))
    assert (market.order(order_id).state, market.order(order_id).held_fen) == (OrderState.TERMINATED, 0)


def test_an_end_by_the_staff_closes_all(market: Market) -> None:
    order_id = shipped(market)
    ask(market, order_id, 1, 100)
    ask(market, order_id, 3, 100)
    market.ordering.terminate(order_id=order_id, to_buyer_fen=7, reason="失联", request=DeedRequest(actor="m-staff"))
    assert rows(market.record, "SELECT DISTINCT state FROM refunds") == [("refundclose",)]
    assert market.order(order_id).open_refund_id == ""


def test_of_many_who_ask_at_once_no_more_is_asked_than_was_paid(market: Market) -> None:
    """The whole and each line, from eight threads: what is open together never exceeds what is held."""
    order_id = shipped(market)

    def together(line: int) -> None:
        try:
            ask(market, order_id, line, LINE_FEN.get(line, PAYABLE_FEN))
        except PifaError:
            return

    threads = [threading.Thread(target=together, args=(line,)) for line in (0, 1, 2, 3, 0, 1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = sorted(line for (line,) in rows(market.record, "SELECT line FROM refunds"))
    assert lines in ([0], [1, 2, 3])
    asked = rows(market.record, "SELECT sum(amount_fen) FROM refunds")[0][0]
    assert int(asked) <= PAYABLE_FEN
    assert market.funds().disputed_fen == 0  # nothing is the seller's yet


class RefundLines(RuleBasedStateMachine):
    """``open_``: by refund its line and sum; ``back``: what went back by line (0 of the whole)."""

    new_home: ClassVar[Callable[[], Path]]

    @initialize(succeeded=st.booleans())
    def open(self, succeeded: bool) -> None:
        self.market: Market = open_market(type(self).new_home())
        self.order_id = shipped(self.market)
        if succeeded:
            self.market.confirm(self.order_id)
        self.open_: dict[str, tuple[int, int]] = {}
        self.back = dict.fromkeys((0, *LINE_FEN), 0)
        self.ended = False

    def teardown(self) -> None:
        if hasattr(self, "market"):
            self.market.settle()
            assert self.market.ordering.verify().faults == ()
            self.market.close()

    @rule(line=st.integers(0, 3), percent=st.sampled_from([1, 50, 100, 101]))
    def ask(self, line: int, percent: int) -> None:
        left = PAYABLE_FEN - sum(self.back.values()) - sum(fen for _, fen in self.open_.values())
        most = min(left, LINE_FEN[line] - self.back[line]) if line else left
        fen = max(1, most * percent // 100 + (percent > 100))
        beside = any(line in (0, other) or other == 0 for other, _ in self.open_.values())
        allowed = not self.ended and not beside and 1 <= fen <= most
        try:
            refund_id = ask(self.market, self.order_id, line, fen)
        except PifaError:
            if allowed:
                raise
            return
        assert allowed
        self.open_[refund_id] = (line, fen)

    @precondition(lambda self: self.open_)
    @rule(choice=st.integers(0, 2), agrees=st.booleans())
    def answer(self, choice: int, agrees: bool) -> None:
        refund_id, (line, fen) = list(self.open_.items())[choice % len(self.open_)]
        del self.open_[refund_id]
        if not agrees:
            who: dict[str, Any] = {"order_id": self.order_id, "refund_id": refund_id}
            self.market.ordering.withdraw_refund(**who, by=BUYER, request=self.market.ask())
            return
        self.market.agree(self.order_id, refund_id)
        self.back[line] += fen
        self.ended = sum(self.back.values()) == PAYABLE_FEN

    @invariant()
    def agrees_with_the_model(self) -> None:
        if not hasattr(self, "market"):
            return
        order = self.market.order(self.order_id)
        assert order.refunded_fen == sum(self.back.values()) <= order.paid_fen
        assert bool(order.open_refund_id) is bool(self.open_)
        assert not self.open_ or order.open_refund_id in self.open_
        waits = rows(self.market.record, f"SELECT * FROM timers WHERE subject_id = '{self.order_id}'")
        assert bool(waits) is (order.state is OrderState.WAIT_BUYER_RECEIVE and not self.open_)


def test_any_order_of_refunds_by_line_agrees_with_the_model(new_home: Callable[[str], Path]) -> None:
    numbers = itertools.count()
    machine = type("OverHomes", (RefundLines,), {"new_home": staticmethod(lambda: new_home(f"home-{next(numbers)}"))})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
