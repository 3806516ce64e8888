"""The number of an order: what it is, that no two orders share one, and that it finds its order and no other's."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import given

from catalog_service.adapters.documents.numbers import number_html
from catalog_service.adapters.sql.migrate import downgrade, upgrade
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.numbers import (
    OrderNumberMistyped,
    accept_number,
    check_fits,
    grouped,
    order_number,
    typed_number,
)
from catalog_service.domain.orders.values import Party
from catalog_service.reads.orders import OrderFilter
from catalog_service.use_cases.orders.desk import OrderNotFound
from kernel.errors import Invalid
from tests.catalog_service.house import NOW, rows
from tests.catalog_service.trade import ADDRESS, BUYER, OTHER, SELLER, Market, moved_stock, open_market

IDS = st.text("0123456789abcdef", min_size=32, max_size=32)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
# Two ids whose numbers of one day are the same.
MEETING = ("order-1766", "order-3053")
NUMBER, DRAWN_AGAIN = "260529577209094", order_number(MEETING[1], placed_at=NOW, draw=1)


@given(IDS)
def test_one_digit_or_two_neighbours_mistyped_do_not_fit(order_id: str) -> None:
    number = order_number(order_id, placed_at=NOW)
    assert (len(number), number[:6], check_fits(number)) == (15, "260529", True)
    for at, digit in enumerate(number):
        for other in "0123456789".replace(digit, ""):
            assert not check_fits(number[:at] + other + number[at + 1 :])
    swapped = [
        number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in range(14) if number[at] != number[at + 1]
    ]
    assert sum(map(check_fits, swapped)) <= len(swapped) // 4  # the standard finds nearly all of them, not every one


def test_the_day_is_chinas_and_the_number_follows_from_the_id_alone() -> None:
    before_midnight = 1_780_070_399  # 2026-05-29 23:59:59 in China
    numbers = [order_number("a", placed_at=before_midnight + seconds) for seconds in (0, 1)]
    assert [number[:6] for number in numbers] == ["260529", "260530"]
    assert numbers[0][6:14] == numbers[1][6:14]
    one, following = (order_number(f"01981f0a7c6b7c40b5a1f3d8b1c2e4f{end}", placed_at=NOW)[6:14] for end in "67")
    assert abs(int(one) - int(following)) > 1_000  # neighbours in time are none in number


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER,
        "260529 5772 0909 4",
        grouped(NUMBER),
        " 260529-5772-0909-4 ",
        NUMBER.translate(FULL_WIDTH),
        "２６０５２９　5772－0909–4",
    ],
)
def test_a_number_is_read_in_every_spelling(typed: str) -> None:
    assert typed_number(typed) == NUMBER
    assert typed_number(accept_number(typed, parameter="number")) == NUMBER


@pytest.mark.parametrize("typed", [NUMBER[1:], NUMBER + "0", "PO-2026-0117"])
def test_what_is_no_number_may_be_an_id(typed: str) -> None:
    assert typed_number(typed) is None
    assert accept_number(typed, parameter="number") == typed


@pytest.mark.parametrize("typed", ["", "٢٦٠٥٢٩٥٧٧٢٠٩٠٩٤", "<script>"])
def test_what_can_be_neither_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        accept_number(typed, parameter="number")


def test_a_number_is_parted_for_the_eye_and_copied_without_spaces() -> None:
    assert grouped(NUMBER) == "260529\u00a05772\u00a00909\u00a04"
    assert number_html(NUMBER).striptags() == NUMBER
    assert number_html(NUMBER).count("<span>") == 4


def find(market: Market, typed: str, *, by: Party = BUYER, side: Actor = Actor.BUYER) -> list[str]:
    wanted = OrderFilter(side=side, number=accept_number(typed, parameter="number"))
    return [order.order_id for order in market.ordering.reads.page(by, wanted, cursor=None, size=9).items]


def test_a_number_finds_the_order_for_its_two_sides_and_the_staff_alone(market: Market) -> None:
    order_id, _ = market.place(), market.place()
    number = market.order(order_id).number
    assert number == order_number(order_id, placed_at=NOW)
    for typed in (number, grouped(number), number.translate(FULL_WIDTH), order_id):
        assert find(market, typed) == [order_id]
        assert find(market, typed, by=SELLER, side=Actor.SELLER) == [order_id]
        assert find(market, typed, by=OTHER) == []
        assert find(market, typed, by=OTHER, side=Actor.SELLER) == []
        assert market.ordering.disputes.find(typed) == order_id
    with pytest.raises(OrderNotFound):
        market.ordering.disputes.find(order_number("nobody's", placed_at=NOW))
    assert find(market, order_number("nobody's", placed_at=NOW)) == []


def test_a_mistyped_number_is_told_from_one_that_is_not_there(market: Market) -> None:
    number = market.order(market.place()).number
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    for by, side in ((BUYER, Actor.BUYER), (SELLER, Actor.SELLER), (OTHER, Actor.BUYER)):
        with pytest.raises(OrderNumberMistyped) as refused:
            find(market, grouped(wrong), by=by, side=side)
        assert refused.value.parameter == "number"
    with pytest.raises(OrderNumberMistyped):
        market.ordering.disputes.find(wrong)
    own = market.place(out_order_id=wrong)  # a buyer's own number may look like one
    assert find(market, wrong) == [own]


class GivenIds:
    def __init__(self, *ids: str) -> None:
        self._ids: Iterator[str] = iter(ids)

    def new(self) -> str:
        return next(self._ids)


def placed_as(market: Market, *ids: str) -> str:
    """The order that is placed when chance gives these ids, of groups and orders in turn."""
    place = market.ordering.place
    desk = dataclasses.replace(place.desk, deeds=dataclasses.replace(place.desk.deeds, ids=GivenIds(*ids)))
    drawing = dataclasses.replace(place, desk=desk)
    receipt = drawing(drafts=[market.draft()], address=ADDRESS, by=BUYER, request=market.ask())
    return str(receipt.facts["orders"])


def numbers(market: Market) -> dict[str, str]:
    return dict(rows(market.record, "SELECT order_id, number FROM orders"))


def test_an_order_that_meets_another_in_its_number_is_placed_under_the_next_id(market: Market) -> None:
    assert placed_as(market, "group-1", MEETING[0]) == MEETING[0]
    assert placed_as(market, "group-2", MEETING[1], "group-3", "order-0") == "order-0"
    assert numbers(market) == {MEETING[0]: NUMBER, "order-0": order_number("order-0", placed_at=NOW)}
    # Nothing of the attempt that met another is there.
    assert sorted(rows(market.record, "SELECT group_id FROM order_groups")) == [("group-1",), ("group-3",)]
    assert moved_stock(market) == [("k-1", 20, 0), ("k-2", 6, 0)]


def test_orders_that_are_there_get_the_same_numbers_at_every_upgrade(home: Path) -> None:
    with closing(open_market(home)) as market:
        engine = market.record.engine
        placed_as(market, "group-1", MEETING[0])
        third = market.place()
        market.clock.seconds += 86_400
        placed_as(market, "group-2", MEETING[1])
        with engine.begin() as connection:  # as if both were of one day
            connection.execute(sa.text(f"UPDATE orders SET placed_at = {NOW + 1} WHERE order_id = '{MEETING[1]}'"))
        for _ in range(2):
            downgrade(engine, target="0011")
            assert "number" not in {column["name"] for column in sa.inspect(engine).get_columns("orders")}
            upgrade(engine, target="head")
            assert numbers(market) == {
                MEETING[0]: NUMBER, MEETING[1]: DRAWN_AGAIN, third: order_number(third, placed_at=NOW),
            }  # fmt: skip
        assert check_fits(DRAWN_AGAIN)
        assert placed_as(market, "group-4", "order-4") == "order-4"
