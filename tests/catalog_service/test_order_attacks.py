"""The attacks of the ACIDRain paper on carts and payments: two deeds on one order, the second let in before each
statement of the first. Each pair ends as if one had come after the other, or one of them is refused."""

from __future__ import annotations

import itertools
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.orders.options import OrderOptions
from catalog_service.domain.orders.states import OrderState
from kernel.errors import PifaError
from tests.catalog_service.house import rows
from tests.catalog_service.order_writer import place_and_die
from tests.catalog_service.trade import ADDRESS, BUYER, SELLER, Market, open_market

PATIENCE_SECONDS = 0.1  # what the second needs when nothing holds it up; held up, it waits for the first
Deed = Callable[[], Any]
PROCESSES = multiprocessing.get_context("forkserver")


@dataclass
class Interleaving:
    """Lets ``second`` in before statement ``at`` of the thread that runs ``first``."""

    engine: sa.Engine
    at: int
    second: Deed
    fired: bool = False
    outcomes: dict[str, Any] = field(default_factory=dict)
    _seen: int = 0
    _thread: threading.Thread | None = None

    def run(self, first: Deed) -> tuple[Any, Any]:
        me = threading.get_ident()

        def before(_connection: Any, _cursor: Any, _statement: str, *_: Any) -> None:
            if threading.get_ident() != me or self.fired:
                return
            if self._seen == self.at:
                self.fired = True
                self._thread = threading.Thread(target=self._try, args=("second", self.second))
                self._thread.start()
                self._thread.join(PATIENCE_SECONDS)
            self._seen += 1

        sa.event.listen(self.engine, "before_cursor_execute", before)
        try:
            self._try("first", first)
        finally:
            sa.event.remove(self.engine, "before_cursor_execute", before)
        if self._thread is not None:
            self._thread.join()
        return self.outcomes["first"], self.outcomes.get("second")

    def _try(self, who: str, deed: Deed) -> None:
        try:
            self.outcomes[who] = deed() or "done"
        except PifaError as error:
            self.outcomes[who] = error


@pytest.fixture
def market(home: Path) -> Iterator[Market]:
    market = open_market(home)
    yield market
    assert market.ordering.verify().faults == ()
    market.settle()
    assert market.balances()["suspense"] == 0
    market.close()


def interleaved(market: Market, prepare: Callable[[], tuple[Deed, Deed]]) -> Iterator[tuple[Any, Any]]:
    """Every interleaving of two deeds, each over an order of its own. A deed has at least five statements,
    where rows and changes wait for each other two: what it reads, and what it writes."""
    for at in itertools.count():
        first, second = prepare()
        attack = Interleaving(market.record.engine, at, second)
        outcome = attack.run(first)
        if not attack.fired:
            assert at >= 2
            return
        yield outcome


def paid(market: Market) -> str:
    order_id = market.place(("k-1", 1))
    market.pay(order_id)
    return order_id


def callback(market: Market, payment_id: str) -> Deed:
    market.gateway.pay(payment_id)
    ((headers, body),) = market.gateway.due_notices()
    return lambda: market.ordering.take_notice(headers=headers, body=body)


def failed(outcome: Any) -> bool:
    return isinstance(outcome, PifaError)


@pytest.mark.parametrize("payer_first", [True, False])
def test_edit_while_paying(market: Market, payer_first: bool) -> None:
    seen: list[str] = []

    def prepare() -> tuple[Deed, Deed]:
        seen.append(market.place(("k-1", 1)))
        order_id = seen[-1]
        pay = callback(market, market.open_payment(order_id))

        def edit() -> None:
            market.ordering.change_price(
                order_id=order_id, payable_fen=1, reason="改", expected_version=None, by=SELLER,
                request=market.ask(SELLER),
            )  # fmt: skip

        return (pay, edit) if payer_first else (edit, pay)

    for first, second in interleaved(market, prepare):
        order = market.order(seen[-1])
        payer, editor = (first, second) if payer_first else (second, first)
        if payer == "paid":
            assert failed(editor)
            assert (order.state, order.paid_fen, order.payable_fen) == (OrderState.WAIT_SELLER_SEND, 2_050, 2_050)
        else:
            assert (payer, editor) == ("suspended", "done")
            assert (order.state, order.paid_fen, order.payable_fen) == (OrderState.WAIT_BUYER_PAY, 0, 1)


def test_double_pay(market: Market) -> None:
    """Two payments of one order, both paid: one counts, the other goes back."""
    seen: list[str] = []

    def prepare() -> tuple[Deed, Deed]:
        seen.append(market.place(("k-1", 1)))
        one = market.open_payment(seen[-1])
        with market.record.engine.begin() as connection:  # as two that had both looked before either was there
            connection.exec_driver_sql(
                "INSERT INTO payments SELECT payment_id || '-2', version, state, order_id, stage, amount_fen,"
                " received_fen, refunded_fen, gateway, gateway_id, pay_url, created_by, created_at, changed_at"
                f" FROM payments WHERE payment_id = '{one}'"
            )
        market.gateway.charge(payment_id=f"{one}-2", amount_fen=2_050, subject="")
        return callback(market, one), callback(market, f"{one}-2")

    for outcome in interleaved(market, prepare):
        assert sorted(outcome) == ["paid", "suspended"]
        assert market.order(seen[-1]).paid_fen == 2_050


@pytest.mark.parametrize("payer_first", [True, False])
def test_overlapping_cancel_and_pay(market: Market, payer_first: bool) -> None:
    seen: list[str] = []

    def prepare() -> tuple[Deed, Deed]:
        seen.append(market.place(("k-1", 1)))
        order_id = seen[-1]
        pay = callback(market, market.open_payment(order_id))
        cancel: Deed = lambda: market.cancel(order_id)  # noqa: E731
        return (pay, cancel) if payer_first else (cancel, pay)

    for first, second in interleaved(market, prepare):
        payer, canceller = (first, second) if payer_first else (second, first)
        state = market.order(seen[-1]).state
        if payer == "paid":
            assert (failed(canceller), state) == (True, OrderState.WAIT_SELLER_SEND)
        else:
            assert (payer, failed(canceller), state) == ("suspended", False, OrderState.CANCEL)


def test_refund_twice(market: Market) -> None:
    """The seller agrees twice at once, and asks for nothing else."""
    seen: list[str] = []

    def prepare() -> tuple[Deed, Deed]:
        seen.append(paid(market))
        order_id = seen[-1]
        refund_id = market.refund(order_id, 1_000)
        agree: Deed = lambda: market.agree(order_id, refund_id)  # noqa: E731
        return agree, agree

    for outcome in interleaved(market, prepare):
        assert sorted(map(failed, outcome)) == [False, True]
        assert market.order(seen[-1]).refunded_fen == 1_000
        assert rows(
            market.record, f"SELECT count(*) FROM ledger_entries WHERE kind = 'refund' AND chain_id = '{seen[-1]}'"
        ) == [(1,)]


def test_two_refunds_asked_for_at_once(market: Market) -> None:
    seen: list[str] = []

    def prepare() -> tuple[Deed, Deed]:
        seen.append(paid(market))
        order_id = seen[-1]
        ask: Deed = lambda: market.refund(order_id, 2_050)  # noqa: E731
        return ask, ask

    for outcome in interleaved(market, prepare):
        assert sorted(map(failed, outcome)) == [False, True]
        assert rows(market.record, f"SELECT count(*) FROM refunds WHERE order_id = '{seen[-1]}'") == [(1,)]


def test_confirming_while_a_refund_is_asked_for(market: Market) -> None:
    seen: list[str] = []

    def prepare() -> tuple[Deed, Deed]:
        seen.append(paid(market))
        order_id = seen[-1]
        market.ship(order_id)
        return lambda: market.confirm(order_id), lambda: market.refund(order_id, 2_050)

    for confirmed, refunded in interleaved(market, prepare):
        order = market.order(seen[-1])
        assert not failed(refunded)  # after success it is asked for as well
        if failed(confirmed):
            assert (order.state, order.held_fen) == (OrderState.WAIT_BUYER_RECEIVE, 2_050)
        else:
            assert (order.state, order.released_fen, bool(order.open_refund_id)) == (OrderState.SUCCESS, 2_050, True)


def test_the_same_goods_sent_twice(market: Market) -> None:
    seen: list[str] = []

    def prepare() -> tuple[Deed, Deed]:
        seen.append(paid(market))
        order_id = seen[-1]
        return lambda: market.ship(order_id), lambda: market.ship(order_id)

    for outcome in interleaved(market, prepare):
        assert sorted(map(failed, outcome)) == [False, True]
        assert rows(market.record, f"SELECT count(*) FROM shipments WHERE order_id = '{seen[-1]}'") == [(1,)]
    gone = rows(market.record, "SELECT sum(shipped) FROM reservations WHERE sku_id = 'k-1'")[0][0]
    assert gone == rows(market.record, "SELECT sum(shipped) FROM order_lines")[0][0] == len(seen)


def test_time_against_a_hand(market: Market) -> None:
    """A deadline that runs out while the buyer confirms by hand: the money is released once."""
    seen: list[str] = []

    def prepare() -> tuple[Deed, Deed]:
        seen.append(paid(market))
        order_id = seen[-1]
        market.ship(order_id)
        market.clock.seconds += OrderOptions().receive_seconds
        return market.ordering.sweep, lambda: market.confirm(order_id)

    for _, confirmed in interleaved(market, prepare):
        order = market.order(seen[-1])
        events = [event.event for event in market.ordering.reads.order(seen[-1], BUYER).events]
        assert (order.state, order.released_fen) == (OrderState.SUCCESS, 2_050)
        assert events[-1] == ("auto_confirm" if failed(confirmed) else "confirm")


def test_a_hundred_posts_with_one_key_are_one_order(market: Market) -> None:
    draft, answers = market.draft(("k-1", 1)), []
    request = DeedRequest(actor=BUYER.member_id, key="the-key", fingerprint="f")

    def post() -> None:
        for _ in range(10):
            try:
                answers.append(market.ordering.place(drafts=[draft], address=ADDRESS, by=BUYER, request=request))
            except PifaError as error:
                answers.append(error)

    threads = [threading.Thread(target=post) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 100
    assert {answer.code for answer in answers if failed(answer)} <= {"idempotency_key_in_flight"}
    assert len({str(answer.facts["orders"]) for answer in answers if not failed(answer)}) == 1
    assert rows(market.record, "SELECT count(*) FROM orders") == [(1,)]
    assert market.place_all(draft, key="the-key").replayed
    with pytest.raises(PifaError) as reused:
        market.ordering.place(
            drafts=[draft], address=ADDRESS, by=BUYER,
            request=DeedRequest(actor=BUYER.member_id, key="the-key", fingerprint="another body"),
        )  # fmt: skip
    assert reused.value.code == "idempotency_key_reused"


def test_a_kill_between_commit_and_answer_replays_the_answer(market: Market, home: Path) -> None:
    process = PROCESSES.Process(target=place_and_die, args=(home, "the-key"))
    process.start()
    process.join()
    assert process.exitcode == -9
    placed = rows(market.record, "SELECT order_id FROM orders")
    assert len(placed) == 1
    receipt = market.place_all(market.draft(("k-1", 1)), key="the-key")
    assert (receipt.replayed, receipt.created, receipt.facts["orders"]) == (True, True, placed[0][0])
    assert rows(market.record, "SELECT count(*) FROM orders") == [(1,)]
