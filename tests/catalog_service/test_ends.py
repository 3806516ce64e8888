"""A seller who can send nothing of a paid order proposes to end it, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog_service.domain.deeds import Receipt
from catalog_service.domain.machines import MoveRefused
from catalog_service.domain.orders.plans import Plan
from catalog_service.domain.orders.states import OrderState
from catalog_service.domain.orders.values import Party
from catalog_service.ports.record import VersionMismatch
from catalog_service.use_cases.orders.desk import OrderNotFound, RefundOpen
from catalog_service.use_cases.orders.ending import NoEndOffered
from catalog_service.use_cases.orders.offer_end import EndOffered, PartShipped
from kernel.errors import Invalid
from tests.catalog_service.house import rows
from tests.catalog_service.trade import BUYER, SELLER, Market


def paid(market: Market, plan: Plan = Plan.FULL) -> str:
    order_id = market.place(plan=plan)
    market.pay(order_id)
    return order_id


def offer(market: Market, order_id: str, *, seen: int | None = None, reason: str = "断货了") -> Receipt:
    return market.ordering.offer_end(
        order_id=order_id, reason=reason, by=SELLER, request=market.ask(SELLER), expected_version=seen
    )


def agree(market: Market, order_id: str, by: Party = BUYER, *, seen: int | None = None) -> Receipt:
    return market.ordering.agree_end(order_id=order_id, by=by, request=market.ask(by), expected_version=seen)


def decline(market: Market, order_id: str) -> Receipt:
    return market.ordering.decline_end(order_id=order_id, reason="我们等", by=BUYER, request=market.ask())


def withdraw(market: Market, order_id: str) -> Receipt:
    return market.ordering.withdraw_end(order_id=order_id, by=SELLER, request=market.ask(SELLER))


def allowed(market: Market, order_id: str, by: Party) -> set[str]:
    ends = {"offer_end", "agree_end", "decline_end", "withdraw_end"}
    return ends & set(market.ordering.reads.order(order_id, by).allowed)


@pytest.mark.parametrize("plan", [Plan.FULL, Plan.DEPOSIT_30])
def test_an_agreed_end_gives_everything_back(market: Market, plan: Plan) -> None:
    order_id = paid(market, plan)
    held_fen = market.order(order_id).held_fen
    assert (allowed(market, order_id, SELLER), allowed(market, order_id, BUYER)) == ({"offer_end"}, set())
    assert offer(market, order_id).facts["back_fen"] == held_fen
    assert market.order(order_id).held_fen == held_fen  # nothing moves before the answer
    assert allowed(market, order_id, SELLER) == {"withdraw_end"}
    assert allowed(market, order_id, BUYER) == {"agree_end", "decline_end"}
    agree(market, order_id)
    order = market.order(order_id)
    assert (order.state, order.refunded_fen, order.held_fen) == (OrderState.TERMINATED, held_fen, 0)
    assert order.end_reason == "双方同意终止：断货了"
    market.settle()
    assert rows(market.record, "SELECT sum(amount_fen) FROM transfers WHERE state = 'done'") == [(held_fen,)]
    assert rows(market.record, "SELECT count(*) FROM stock_moves WHERE kind = 'release'") == [(2,)]
    with pytest.raises(MoveRefused):
        offer(market, order_id)


@pytest.mark.parametrize("answer", [decline, withdraw])
def test_without_agreement_the_order_goes_on(market: Market, answer: Callable[[Market, str], Receipt]) -> None:
    order_id = paid(market)
    offer(market, order_id)
    answer(market, order_id)
    with pytest.raises(NoEndOffered):
        agree(market, order_id)
    market.ship(order_id)
    market.confirm(order_id)
    assert market.order(order_id).refunded_fen == 0


def test_whatever_happens_since_makes_it_void(market: Market) -> None:
    staged, shipped, refunding = paid(market, Plan.DEPOSIT_30), paid(market), paid(market)
    for order_id in (staged, shipped, refunding):
        offer(market, order_id)
    market.pay(staged)
    market.ship(shipped, {1: 1})
    market.refund(refunding, 1)
    for order_id in (staged, shipped, refunding):
        with pytest.raises(NoEndOffered):
            agree(market, order_id)
        assert market.order(order_id).state is OrderState.WAIT_SELLER_SEND


def test_it_is_proposed_once_of_what_has_not_left_and_is_not_refunded(market: Market) -> None:
    order_id = paid(market)
    offer(market, order_id)
    with pytest.raises(EndOffered):
        offer(market, order_id)
    withdraw(market, order_id)
    refund_id = market.refund(order_id, 1)
    with pytest.raises(RefundOpen):
        offer(market, order_id)
    market.ordering.withdraw_refund(order_id=order_id, refund_id=refund_id, by=BUYER, request=market.ask())
    market.ship(order_id, {1: 1})
    with pytest.raises(PartShipped):
        offer(market, order_id)
    assert allowed(market, order_id, SELLER) == set()
    with pytest.raises(MoveRefused):
        offer(market, market.place())
    with pytest.raises(Invalid):
        offer(market, paid(market), reason=" ")


def test_it_is_each_sides_own_word(market: Market) -> None:
    order_id = paid(market)
    with pytest.raises(OrderNotFound):
        market.ordering.offer_end(order_id=order_id, reason="断货", by=BUYER, request=market.ask())
    offer(market, order_id)
    with pytest.raises(OrderNotFound):
        agree(market, order_id, by=SELLER)
    with pytest.raises(VersionMismatch):
        agree(market, order_id, seen=market.order(order_id).version - 1)
    assert market.order(order_id).state is OrderState.WAIT_SELLER_SEND
