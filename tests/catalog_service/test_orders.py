"""The life of an order, deed by deed, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import given

from catalog_service.domain.machines import MoveRefused
from catalog_service.domain.orders.options import OrderOptions
from catalog_service.domain.orders.plans import Plan, stages
from catalog_service.domain.orders.states import OrderState
from catalog_service.ports.stock import OutOfStock
from catalog_service.use_cases.money.open_payment import NothingDue
from catalog_service.use_cases.orders.approve_order import OwnOrder
from catalog_service.use_cases.orders.close_short import NothingShipped
from catalog_service.use_cases.orders.confirm_receipt import StageUnpaid
from catalog_service.use_cases.orders.desk import OrderNotFound
from catalog_service.use_cases.orders.place_orders import OutOrderIdUsed, PriceChanged
from catalog_service.use_cases.orders.postpone_receipt import PostponedEnough
from catalog_service.use_cases.orders.ship_order import NotSoManyLeft
from kernel.errors import Invalid
from tests.catalog_service.house import NOW, rows
from tests.catalog_service.trade import (
    ADDRESS,
    APPROVER,
    BUYER,
    FREIGHT_FEN,
    OTHER,
    SELLER,
    Market,
    moved_stock,
)

PAYABLE_FEN = 1250 * 10 + 399 * 3 + FREIGHT_FEN


def test_an_order_lives_its_life(market: Market) -> None:
    order_id = market.place()
    order = market.order(order_id)
    assert (order.state, order.payable_fen, order.version) == (OrderState.WAIT_BUYER_PAY, PAYABLE_FEN, 1)
    assert moved_stock(market) == [("k-1", 10, 0), ("k-2", 3, 0)]
    market.pay(order_id)
    assert market.order(order_id).state is OrderState.WAIT_SELLER_SEND
    assert market.balances() == {
        "clearing": -PAYABLE_FEN, "escrow": PAYABLE_FEN, "suspense": 0, "payable": 0, "payout": 0,
        "deposit": 0, "fees": 0, "credit": 0, "total": 0,
    }  # fmt: skip
    assert market.ship(order_id, {1: 4}).state == OrderState.WAIT_SELLER_SEND
    assert market.ship(order_id).state == OrderState.WAIT_BUYER_RECEIVE
    assert moved_stock(market) == [("k-1", 0, 10), ("k-2", 0, 3)]
    assert market.confirm(order_id).state == OrderState.SUCCESS
    assert market.balances()["payable"] == PAYABLE_FEN
    view = market.ordering.reads.order(order_id, BUYER)
    assert [event.event for event in view.events] == [
        "place", "pay", "ship_part", "ship_rest", "confirm",
    ]  # fmt: skip
    assert [event.number for event in view.events] == [1, 2, 3, 4, 5]
    assert [[(part.number, part.quantity) for part in each.lines] for each in view.shipments] == [
        [(1, 4)], [(1, 6), (2, 3)],
    ]  # fmt: skip
    assert (view.allowed, view.due_at) == ([], None)
    assert rows(market.record, "SELECT version FROM outbox WHERE kind = 'order' ORDER BY sequence") == [
        (1,), (2,), (3,), (4,), (5,),
    ]  # fmt: skip
    assert rows(market.record, "SELECT count(*) FROM timers") == [(0,)]


def test_a_group_is_whole_or_not_at_all(market: Market) -> None:
    receipt = market.place_all(market.draft(("k-1", 1)), market.draft(("k-4", 2), supplier_id="s-2"))
    assert len(str(receipt.facts["orders"]).split(",")) == 2
    assert rows(market.record, "SELECT orders, payable_fen FROM order_groups") == [(2, 1250 + 200 + 2 * FREIGHT_FEN)]
    with pytest.raises(OutOfStock):
        market.place_all(market.draft(("k-1", 1)), market.draft(("k-4", 2_000_000), supplier_id="s-2"))
    assert rows(market.record, "SELECT count(*) FROM orders") == [(2,)]
    assert moved_stock(market) == [("k-1", 1, 0), ("k-4", 2, 0)]


def test_what_was_shown_is_what_is_ordered(market: Market) -> None:
    draft = market.draft(("k-1", 10))
    market.prices.prices["k-1"] = 1300
    with pytest.raises(PriceChanged) as refused:
        market.place_all(draft)
    (now,) = refused.value.detail["orders"]  # type: ignore[misc]
    assert now == {
        "supplier_id": "s-1", "payable_fen": 13_000 + FREIGHT_FEN, "snapshot": market.draft(("k-1", 10)).snapshot,
    }  # fmt: skip
    assert rows(market.record, "SELECT count(*) FROM orders") == [(0,)]
    assert moved_stock(market) == []


def test_one_order_for_each_number_of_the_buyer(market: Market) -> None:
    draft = market.draft(("k-1", 10), out_order_id="PO-1")
    first = market.place_all(draft)
    again = market.place_all(draft)
    assert (again.subject_id, again.facts, again.created, again.changed) == (
        first.subject_id, first.facts, False, False,
    )  # fmt: skip
    with pytest.raises(OutOrderIdUsed) as refused:
        market.place_all(market.draft(("k-1", 11), out_order_id="PO-1"))
    assert refused.value.detail == {"order_id": first.facts["orders"]}
    market.place_all(market.draft(("k-1", 10), out_order_id="PO-1", by=OTHER), by=OTHER)
    assert rows(market.record, "SELECT count(*) FROM orders") == [(2,)]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ([("k-1", 0)], "invalid"),
        ([("k-1", -3)], "invalid"),
        ([("k-1", 10**9 + 1)], "invalid"),
        ([("k-1", 1), ("k-1", 2)], "sku_twice"),
        ([(f"k-{n}", 1) for n in range(51)], "too_many_skus"),
        ([("k 1", 1)], "invalid"),
    ],
)
def test_a_draft_that_means_nothing_is_refused_at_the_door(
    market: Market, wanted: list[tuple[str, int]], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        market.place(*wanted)
    assert refused.value.code == code
    assert rows(market.record, "SELECT count(*) FROM orders") == [(0,)]


def test_above_the_limit_an_approver_decides(market: Market) -> None:
    market.limits.limit_fen = 5_000
    order_id = market.place()
    assert market.order(order_id).state is OrderState.WAIT_APPROVAL
    with pytest.raises(NothingDue):
        market.ordering.pay(order_id=order_id, amount_fen=PAYABLE_FEN, by=BUYER, request=market.ask())
    approve = market.ordering.approve
    with pytest.raises(OwnOrder):
        approve(order_id=order_id, expected_version=None, by=BUYER, request=market.ask())
    approve(order_id=order_id, expected_version=1, by=APPROVER, request=market.ask(APPROVER))
    market.pay(order_id)
    assert market.order(order_id).state is OrderState.WAIT_SELLER_SEND
    refused = market.place()
    market.ordering.refuse(order_id=refused, reason="太贵", by=APPROVER, request=market.ask(APPROVER))
    assert (market.order(refused).state, market.order(refused).end_reason) == (OrderState.CANCEL, "太贵")
    assert moved_stock(market) == [("k-1", 10, 0), ("k-2", 3, 0)]


def change(market: Market, order_id: str, payable_fen: int) -> None:
    market.ordering.change_price(
        order_id=order_id, payable_fen=payable_fen, reason="熟客", expected_version=None, by=SELLER,
        request=market.ask(SELLER),
    )  # fmt: skip


def test_a_price_that_the_seller_changed_is_what_is_paid(market: Market) -> None:
    order_id = market.place()
    old = market.open_payment(order_id)
    change(market, order_id, 10_000)
    with pytest.raises(PriceChanged) as refused:
        market.ordering.pay(order_id=order_id, amount_fen=PAYABLE_FEN, by=BUYER, request=market.ask())
    assert refused.value.detail == {"amount_fen": 10_000, "stage": 1}
    market.ordering.sandbox_pay(old)  # the payer had the old page open: the money goes back by itself
    assert market.order(order_id).state is OrderState.WAIT_BUYER_PAY
    assert market.balances()["suspense"] == PAYABLE_FEN
    market.later(0)
    assert {name: fen for name, fen in market.balances().items() if fen} == {}
    market.pay(order_id)
    assert market.order(order_id).paid_fen == 10_000


def test_a_price_may_rise_by_a_fifth_and_above_the_limit_waits_for_approval(market: Market) -> None:
    market.limits.limit_fen = PAYABLE_FEN
    order_id = market.place()
    with pytest.raises(Invalid) as refused:
        change(market, order_id, PAYABLE_FEN * 120 // 100 + 1)
    assert refused.value.detail == {"payable_fen_max": PAYABLE_FEN * 120 // 100}
    with pytest.raises(Invalid):
        change(market, order_id, 0)
    change(market, order_id, PAYABLE_FEN + 1)
    assert market.order(order_id).state is OrderState.WAIT_APPROVAL
    market.ordering.approve(order_id=order_id, expected_version=None, by=APPROVER, request=market.ask(APPROVER))
    change(market, order_id, PAYABLE_FEN + 1)
    assert market.order(order_id).state is OrderState.WAIT_BUYER_PAY


@pytest.mark.parametrize("plan", [Plan.DEPOSIT_30, Plan.THREE_STAGES])
def test_stages_are_paid_when_they_are_due(market: Market, plan: Plan) -> None:
    order_id = market.place(plan=plan)
    market.pay(order_id)
    assert market.order(order_id).state is OrderState.WAIT_STAGE_PAY
    with pytest.raises(MoveRefused):
        market.ship(order_id)
    market.pay(order_id)
    assert market.order(order_id).state is OrderState.WAIT_SELLER_SEND
    market.ship(order_id)
    if plan is Plan.THREE_STAGES:
        with pytest.raises(StageUnpaid) as refused:
            market.confirm(order_id)
        assert refused.value.detail["stage"] == 3
        market.pay(order_id)
    market.confirm(order_id)
    assert market.order(order_id).released_fen == PAYABLE_FEN
    assert market.balances()["payable"] == PAYABLE_FEN


def test_a_stage_that_does_not_come_ends_the_order_and_returns_what_came(market: Market) -> None:
    order_id = market.place(plan=Plan.DEPOSIT_30)
    market.pay(order_id)
    market.later(OrderOptions().stage_seconds - 1)
    assert market.order(order_id).state is OrderState.WAIT_STAGE_PAY
    market.later(1)
    order = market.order(order_id)
    assert (order.state, order.refunded_fen) == (OrderState.TERMINATED, order.paid_fen)
    market.later(0)
    assert market.balances()["clearing"] == 0
    assert moved_stock(market) == []


def test_who_keeps_the_last_stage_back_ends_with_what_was_paid_released(market: Market) -> None:
    order_id = market.place(plan=Plan.THREE_STAGES)
    market.pay(order_id)
    market.pay(order_id)
    market.ship(order_id)
    options = OrderOptions()
    market.later(options.receive_seconds + options.last_stage_seconds)
    order = market.order(order_id)
    assert (order.state, order.released_fen, order.paid_fen) == (
        OrderState.TERMINATED, PAYABLE_FEN * 9 // 10, PAYABLE_FEN * 9 // 10,
    )  # fmt: skip


def test_time_confirms_and_may_be_given_more(market: Market) -> None:
    options = OrderOptions()
    order_id = market.place()
    market.pay(order_id)
    market.ship(order_id)
    for by in (BUYER, SELLER, BUYER):
        market.ordering.postpone(order_id=order_id, by=by, request=market.ask(by))
    with pytest.raises(PostponedEnough):
        market.ordering.postpone(order_id=order_id, by=BUYER, request=market.ask())
    market.later(options.receive_seconds + 3 * options.postpone_seconds - 1)
    assert market.order(order_id).state is OrderState.WAIT_BUYER_RECEIVE
    market.later(1)
    assert market.order(order_id).state is OrderState.SUCCESS
    assert market.ordering.sweep() == {}


def test_who_does_not_pay_in_time_loses_the_goods_and_late_money_goes_back(market: Market) -> None:
    order_id = market.place()
    payment_id = market.open_payment(order_id)
    market.later(OrderOptions().pay_seconds)
    assert market.order(order_id).state is OrderState.CANCEL
    assert moved_stock(market) == []
    market.ordering.sandbox_pay(payment_id)
    market.later(0)
    assert market.order(order_id).state is OrderState.CANCEL
    assert market.balances()["clearing"] == 0
    assert rows(market.record, "SELECT state, received_fen, refunded_fen FROM payments") == [
        ("returned", PAYABLE_FEN, PAYABLE_FEN)
    ]


def test_what_is_not_there_cannot_be_sent(market: Market) -> None:
    order_id = market.place()
    market.pay(order_id)
    market.ship(order_id, {2: 3})
    for parts, kind in (({2: 1}, NotSoManyLeft), ({1: 11}, NotSoManyLeft), ({3: 1}, Invalid), ({1: 0}, Invalid)):
        with pytest.raises(kind):
            market.ship(order_id, parts)
    assert moved_stock(market) == [("k-1", 10, 0), ("k-2", 0, 3)]


def test_what_is_short_is_paid_back_and_the_rest_is_received(market: Market) -> None:
    order_id, close = market.place(), market.ordering.close_short
    market.pay(order_id)
    with pytest.raises(NothingShipped):
        close(order_id=order_id, reason="缺货", by=SELLER, request=market.ask(SELLER))
    market.ship(order_id, {1: 4})
    back_fen = 6 * 1250 + 3 * 399
    receipt = close(order_id=order_id, reason="缺货", by=SELLER, request=market.ask(SELLER))
    assert (receipt.state, receipt.facts["back_fen"]) == (OrderState.WAIT_BUYER_RECEIVE, back_fen)
    assert moved_stock(market) == [("k-1", 0, 4)]
    market.confirm(order_id)
    order = market.order(order_id)
    assert (order.refunded_fen, order.released_fen) == (back_fen, PAYABLE_FEN - back_fen)


@given(plan=st.sampled_from(Plan), payable_fen=st.integers(1_000, 10**15))
def test_stages_add_up_to_what_is_payable(plan: Plan, payable_fen: int) -> None:
    parts = stages(plan, payable_fen)
    assert sum(stage.amount_fen for stage in parts) == payable_fen
    assert min(stage.amount_fen for stage in parts) >= 1
    assert [stage.number for stage in parts] == list(range(1, len(parts) + 1))


def test_the_other_side_is_told_and_nobody_else(market: Market) -> None:
    order_id = market.place()
    market.pay(order_id)
    market.ship(order_id)
    told = rows(market.record, "SELECT company_id, kind, subject_id, created_at FROM notices ORDER BY notice_id")
    assert told == [
        ("c-seller", "order_placed", order_id, NOW),
        ("c-seller", "order_pay_order", order_id, NOW),
        ("c-buyer", "order_ship_order", order_id, NOW),
    ]


def test_the_feed_of_the_catalog_passes_over_orders(market: Market) -> None:
    feed = market.record.changes
    latest = feed.latest()
    market.pay(market.place())
    assert rows(market.record, "SELECT max(sequence) FROM outbox")[0][0] > latest
    assert (feed.latest(), feed.after(latest, limit=9), feed.recorded_after(latest)) == (latest, [], None)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_follows_the_catalog_is_found_by_indexes_without_orders_or_imports_in_them(market: Market) -> None:
    plans: list[str] = []

    def explain(connection: sa.Connection, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "FROM outbox" in statement and not statement.startswith("EXPLAIN"):
            found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append(" ".join(str(row[-1]) for row in found))

    sa.event.listen(market.record.engine, "before_cursor_execute", explain)
    market.record.changes.after(0, limit=9)
    market.record.changes.urgent_after(0, limit=9)
    market.record.changes.latest()
    used = [next(name for name in ("ix_outbox_catalog", "ix_outbox_urgent") if name in plan) for plan in plans]
    assert used == ["ix_outbox_catalog", "ix_outbox_urgent", "ix_outbox_catalog"]


def test_what_belongs_to_others_is_not_there(market: Market) -> None:
    order_id = market.place()
    deeds: list[Callable[[], object]] = [
        lambda: market.ordering.reads.order(order_id, OTHER),
        lambda: market.cancel(order_id, by=OTHER),
        lambda: market.ship(order_id, by=OTHER),
        lambda: market.ship(order_id, by=BUYER),
        lambda: market.ordering.pay(order_id=order_id, amount_fen=1, by=SELLER, request=market.ask(SELLER)),
        lambda: market.ordering.confirm(order_id=order_id, by=SELLER, request=market.ask(SELLER)),
        lambda: market.ordering.approve(order_id=order_id, expected_version=None, by=OTHER, request=market.ask(OTHER)),
        lambda: market.ordering.postpone(order_id=order_id, by=OTHER, request=market.ask(OTHER)),
        lambda: market.ordering.reads.basket(order_id, SELLER),
    ]
    for deed in deeds:
        with pytest.raises(OrderNotFound):
            deed()
    assert market.order(order_id).version == 1


def test_an_illegal_move_says_what_is_allowed(market: Market) -> None:
    order_id = market.place()
    with pytest.raises(MoveRefused) as refused:
        market.ship(order_id)
    assert refused.value.code == "order_state"
    assert refused.value.detail == {
        "state": "waitbuyerpay",
        "event": "ship_rest",
        "allowed": ["change_price", "change_price_above_limit", "cancel"],
    }


def test_lists_go_by_cursor_and_show_ones_own(market: Market) -> None:
    from catalog_service.domain.machines import Actor
    from catalog_service.reads.cursors import CursorInvalid
    from catalog_service.reads.orders import OrderFilter

    placed = []
    for number in range(5):
        market.clock.seconds = NOW + number // 2
        placed.append(market.place(("k-1", number + 1)))
    market.place(("k-3", 5), by=OTHER)
    reads, mine = market.ordering.reads, OrderFilter(side=Actor.BUYER)
    first = reads.page(BUYER, mine, cursor=None, size=2)
    second = reads.page(BUYER, mine, cursor=first.next_cursor, size=2)
    third = reads.page(BUYER, mine, cursor=second.next_cursor, size=2)
    got = [order.order_id for page in (first, second, third) for order in page.items]
    assert sorted(got) == sorted(placed)
    assert [market.order(each).placed_at for each in got] == sorted(
        (market.order(each).placed_at for each in placed), reverse=True
    )
    assert third.next_cursor is None
    with pytest.raises(CursorInvalid):
        reads.page(OTHER, mine, cursor=first.next_cursor, size=2)
    with pytest.raises(CursorInvalid):
        reads.page(BUYER, mine, cursor="x" + str(first.next_cursor), size=2)
    assert len(reads.page(SELLER, OrderFilter(side=Actor.SELLER), cursor=None, size=100).items) == 6
    assert reads.page(BUYER, OrderFilter(side=Actor.SELLER), cursor=None, size=100).items == []
    market.cancel(placed[0])
    cancelled = OrderFilter(side=Actor.BUYER, states=(OrderState.CANCEL,))
    assert [order.order_id for order in reads.page(BUYER, cancelled, cursor=None, size=9).items] == [placed[0]]
    assert reads.basket(placed[1], BUYER) == ("s-1", list(market.draft(("k-1", 2)).wanted))


def test_a_place_needs_a_whole_address(market: Market) -> None:
    import dataclasses

    with pytest.raises(Invalid) as refused:
        market.ordering.place(
            drafts=[market.draft()], address=dataclasses.replace(ADDRESS, street=" "), by=BUYER, request=market.ask()
        )
    assert refused.value.parameter == "address.street"
