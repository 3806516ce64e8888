"""Two operators over much money, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import MoveRefused
from catalog_service.domain.orders.options import DAY, OrderOptions
from catalog_service.domain.orders.refund_states import RefundState
from catalog_service.domain.orders.states import OrderState
from catalog_service.use_cases.orders.rulings import SecondOperatorRequired
from tests.catalog_service.house import rows
from tests.catalog_service.trade import BUYER, Market, open_market

ONE, OTHER = DeedRequest(actor="m-one"), DeedRequest(actor="m-other")
LIMIT_FEN = 10_000


@pytest.fixture
def market(home: Path) -> Iterator[Market]:
    market = open_market(home, options=OrderOptions(two_operators_fen=LIMIT_FEN))
    yield market
    assert market.ordering.verify().faults == ()
    assert market.balances()["total"] == 0
    market.close()


def disputed(market: Market, amount_fen: int = LIMIT_FEN) -> dict[str, str]:
    order_id = market.place()
    market.pay(order_id)
    market.ship(order_id)
    return {"order_id": order_id, "refund_id": market.refund(order_id, amount_fen)}


def decide(market: Market, who: dict[str, str], *, by: DeedRequest, for_buyer: bool = True) -> Receipt:
    return market.ordering.decide_refund(**who, for_buyer=for_buyer, reason="看过证据", request=by)


def rulings(market: Market) -> list[tuple[Any, ...]]:
    return rows(market.record, "SELECT state, proposed_by, confirmed_by FROM rulings ORDER BY created_at, ruling_id")


def refund_state(market: Market, who: dict[str, str]) -> str:
    return str(rows(market.record, f"SELECT state FROM refunds WHERE refund_id = '{who['refund_id']}'")[0][0])


def test_below_the_threshold_one_decides(market: Market) -> None:
    who = disputed(market, LIMIT_FEN - 1)
    decide(market, who, by=ONE)
    assert refund_state(market, who) == RefundState.SUCCESS
    assert rulings(market) == []


def test_from_the_threshold_on_one_proposes_and_another_confirms(market: Market) -> None:
    who = disputed(market)
    proposed = decide(market, who, by=ONE)
    assert (proposed.facts["ruling"], proposed.facts["outcome"]) == ("proposed", "for_buyer")
    assert refund_state(market, who) == RefundState.WAIT_SELLER
    assert market.order(who["order_id"]).refunded_fen == 0
    with pytest.raises(SecondOperatorRequired) as refused:
        decide(market, who, by=ONE)
    assert refused.value.detail == {"ruling_id": proposed.facts["ruling_id"], "two_operators_fen": LIMIT_FEN}
    decide(market, who, by=OTHER)
    assert market.order(who["order_id"]).refunded_fen == LIMIT_FEN
    assert rulings(market) == [("confirmed", "m-one", "m-other")]
    deeds = rows(market.record, "SELECT deed, actor FROM audit WHERE deed LIKE '%rul%' OR deed LIKE '%decide%'")
    assert deeds == [("propose_ruling", "m-one"), ("refund_decide_for_buyer", "m-other")]
    with pytest.raises(MoveRefused):
        decide(market, who, by=ONE)


def test_another_opinion_takes_the_place_and_is_confirmed_by_a_third_or_the_first(market: Market) -> None:
    who = disputed(market)
    decide(market, who, by=ONE, for_buyer=True)
    decide(market, who, by=OTHER, for_buyer=False)
    assert refund_state(market, who) == RefundState.WAIT_SELLER
    with pytest.raises(SecondOperatorRequired):
        decide(market, who, by=OTHER, for_buyer=False)
    decide(market, who, by=ONE, for_buyer=False)
    assert refund_state(market, who) == RefundState.CLOSED
    assert sorted(state for state, _, _ in rulings(market)) == ["confirmed", "replaced"]


def test_what_buyer_or_seller_do_meanwhile_makes_a_ruling_void(market: Market) -> None:
    who = disputed(market)
    decide(market, who, by=ONE)
    market.ordering.modify_refund(
        **who, amount_fen=LIMIT_FEN + 1, with_goods=False, reason="更多", by=BUYER, request=market.ask()
    )
    assert decide(market, who, by=OTHER).facts["ruling"] == "proposed"  # of the new sum, and of its own
    assert market.order(who["order_id"]).refunded_fen == 0
    decide(market, who, by=ONE)
    assert market.order(who["order_id"]).refunded_fen == LIMIT_FEN + 1


def test_no_silence_is_consent_while_another_operator_looks(market: Market) -> None:
    who = disputed(market)
    market.later(OrderOptions().refund_seller_seconds - 1)
    decide(market, who, by=ONE, for_buyer=False)
    market.later(3 * DAY - 1)
    assert refund_state(market, who) == RefundState.WAIT_SELLER
    market.later(1)
    assert refund_state(market, who) == RefundState.SUCCESS  # nobody confirmed in time: the seller was silent


def test_an_end_of_an_order_by_the_staff_wants_two_as_well(market: Market) -> None:
    who = disputed(market, 100)
    order_id = who["order_id"]

    def terminate(to_buyer_fen: int, by: DeedRequest) -> Receipt:
        return market.ordering.terminate(order_id=order_id, to_buyer_fen=to_buyer_fen, reason="卖家失联", request=by)

    terminate(5_000, ONE)
    with pytest.raises(SecondOperatorRequired):
        terminate(5_000, ONE)
    terminate(5_001, OTHER)  # another split is another ruling
    assert market.order(order_id).state is OrderState.WAIT_BUYER_RECEIVE
    terminate(5_001, ONE)
    order = market.order(order_id)
    assert (order.state, order.refunded_fen) == (OrderState.TERMINATED, 5_001)
    assert refund_state(market, who) == RefundState.CLOSED


def test_the_database_lets_nobody_confirm_what_oneself_proposed(market: Market) -> None:
    decide(market, disputed(market), by=ONE)
    with pytest.raises(sa.exc.IntegrityError), market.record.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE rulings SET confirmed_by = proposed_by")


def test_both_sides_hear_that_the_market_has_taken_it_in_hand_and_not_how(market: Market) -> None:
    decide(market, disputed(market), by=ONE)
    told = rows(market.record, "SELECT company_id, text FROM notices WHERE kind = 'order_propose_ruling'")
    assert sorted(company for company, _ in told) == ["c-buyer", "c-seller"]
    assert not any("买家" in text or "证据" in text for _, text in told)


def again(market: Market, who: dict[str, str], amount_fen: int) -> dict[str, str]:
    """Another refund of the same order."""
    return {"order_id": who["order_id"], "refund_id": market.refund(who["order_id"], amount_fen)}


def test_parts_of_one_order_count_together_for_the_one_who_decides_them(market: Market) -> None:
    who = disputed(market, 4_000)
    decide(market, who, by=ONE)
    second = again(market, who, 5_999)
    decide(market, second, by=ONE)
    assert market.order(who["order_id"]).refunded_fen == 9_999
    third = again(market, who, 1)
    assert decide(market, third, by=ONE).facts["ruling"] == "proposed"
    assert market.order(who["order_id"]).refunded_fen == 9_999
    decide(market, third, by=OTHER)  # who has decided nothing of it yet: one cent more, confirmed by another
    assert market.order(who["order_id"]).refunded_fen == 10_000
    assert rulings(market) == [("confirmed", "m-one", "m-other")]


def test_what_two_have_decided_burdens_neither(market: Market) -> None:
    who = disputed(market, LIMIT_FEN)
    decide(market, who, by=ONE)
    decide(market, who, by=OTHER)
    small = again(market, who, 100)
    decide(market, small, by=OTHER)
    assert refund_state(market, small) == RefundState.SUCCESS
    assert len(rulings(market)) == 1


def test_an_end_after_a_refund_counts_with_it(market: Market) -> None:
    who = disputed(market, 4_000)
    decide(market, who, by=ONE)
    held_fen = market.order(who["order_id"]).held_fen
    object.__setattr__(
        market.ordering.desk, "options", OrderOptions(two_operators_fen=held_fen + 4_000)
    )  # what is held is below it, with the refund it is not
    ended = market.ordering.terminate(order_id=who["order_id"], to_buyer_fen=None, reason="卖家失联", request=ONE)
    assert ended.facts["ruling"] == "proposed"
    assert market.order(who["order_id"]).held_fen == held_fen


def test_another_orders_refunds_and_other_operators_are_not_counted(market: Market) -> None:
    who = disputed(market, 6_000)
    decide(market, who, by=ONE)
    elsewhere = disputed(market, 6_000)
    decide(market, elsewhere, by=ONE)
    here = again(market, who, 6_000)
    decide(market, here, by=OTHER)
    assert rulings(market) == []
