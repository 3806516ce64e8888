"""Refunds, and what the staff decides, on both databases."""

from __future__ import annotations

import pytest

from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.machines import MoveRefused
from catalog_service.domain.orders.options import OrderOptions
from catalog_service.domain.orders.plans import Plan
from catalog_service.domain.orders.states import OrderState
from catalog_service.use_cases.orders.desk import RefundOpen
from kernel.errors import Invalid
from tests.catalog_service.house import rows
from tests.catalog_service.trade import BUYER, FREIGHT_FEN, SELLER, Market, moved_stock

PAYABLE_FEN = 1250 * 10 + 399 * 3 + FREIGHT_FEN


def test_a_refund_before_shipping_ends_the_order(market: Market) -> None:
    order_id = market.place()
    market.pay(order_id)
    refund_id = market.refund(order_id, PAYABLE_FEN)
    with pytest.raises(RefundOpen):
        market.ship(order_id)
    market.agree(order_id, refund_id)
    order = market.order(order_id)
    assert (order.state, order.refunded_fen, order.held_fen) == (OrderState.TERMINATED, PAYABLE_FEN, 0)
    assert moved_stock(market) == []
    assert market.balances()["suspense"] == PAYABLE_FEN
    market.later(0)
    assert market.balances()["clearing"] == 0


def test_a_refund_of_a_part_lets_the_order_go_on(market: Market) -> None:
    order_id = market.place(plan=Plan.DEPOSIT_30)
    market.pay(order_id)
    market.pay(order_id)
    market.ship(order_id)
    with pytest.raises(Invalid):
        market.refund(order_id, PAYABLE_FEN + 1)
    refund_id = market.refund(order_id, 5_000)
    with pytest.raises(RefundOpen):
        market.confirm(order_id)
    with pytest.raises(RefundOpen):
        market.refund(order_id, 1)
    market.later(OrderOptions().refund_seller_seconds)  # a seller who says nothing agrees
    assert (market.order(order_id).refunded_fen, market.order(order_id).open_refund_id) == (5_000, "")
    with pytest.raises(MoveRefused):
        market.agree(order_id, refund_id)
    market.confirm(order_id)
    order = market.order(order_id)
    assert (order.state, order.released_fen) == (OrderState.SUCCESS, PAYABLE_FEN - 5_000)


def test_goods_come_back_before_the_money_does(market: Market) -> None:
    order_id = market.place()
    market.pay(order_id)
    market.ship(order_id)
    refund_id = market.refund(order_id, 5_000, with_goods=True)
    ordering, who = market.ordering, {"order_id": order_id, "refund_id": refund_id}
    ordering.refuse_refund(**who, reason="没有破损", by=SELLER, request=market.ask(SELLER))
    ordering.modify_refund(**who, amount_fen=4_000, with_goods=True, reason="有照片", by=BUYER, request=market.ask())
    market.agree(order_id, refund_id)
    assert market.order(order_id).refunded_fen == 0
    ordering.send_back(**who, carrier="圆通", waybill="YT1", by=BUYER, request=market.ask())
    ordering.reject_return(**who, reason="少一件", by=SELLER, request=market.ask(SELLER))
    ordering.modify_refund(**who, amount_fen=3_000, with_goods=True, reason="少一件", by=BUYER, request=market.ask())
    market.later(OrderOptions().refund_seller_seconds)  # silence is consent, to goods coming back
    ordering.send_back(**who, carrier="圆通", waybill="YT2", by=BUYER, request=market.ask())
    ordering.receive_return(**who, by=SELLER, request=market.ask(SELLER))
    assert market.order(order_id).refunded_fen == 3_000
    assert [refund.state for refund in ordering.reads.order(order_id, SELLER).refunds] == ["refundsuccess"]


def test_an_open_refund_stops_the_clock_that_confirms(market: Market) -> None:
    options = OrderOptions()
    order_id = market.place()
    market.pay(order_id)
    market.ship(order_id)
    refund_id = market.refund(order_id, 100)
    market.ordering.refuse_refund(
        order_id=order_id, refund_id=refund_id, reason="不", by=SELLER, request=market.ask(SELLER)
    )
    market.later(options.refund_buyer_seconds - 1)
    assert market.order(order_id).state is OrderState.WAIT_BUYER_RECEIVE
    market.later(1)  # the request rests, and the order's time begins anew
    assert market.order(order_id).open_refund_id == ""
    market.later(options.receive_seconds - 1)
    assert market.order(order_id).state is OrderState.WAIT_BUYER_RECEIVE
    market.later(1)
    assert market.order(order_id).state is OrderState.SUCCESS


def test_a_refund_after_success_is_the_sellers_then_the_guarantees(market: Market) -> None:
    order_id = market.place()
    market.pay(order_id)
    market.ship(order_id)
    market.confirm(order_id)
    refund_id = market.refund(order_id, 4_000)
    market.agree(order_id, refund_id)
    order = market.order(order_id)
    assert (order.state, order.refunded_fen, order.released_fen) == (OrderState.SUCCESS, 4_000, PAYABLE_FEN - 4_000)
    assert market.balances()["payable"] == PAYABLE_FEN - 4_000
    with pytest.raises(Invalid):
        market.refund(order_id, PAYABLE_FEN - 4_000 + 1)
    market.later(0)
    assert market.balances()["clearing"] == -(PAYABLE_FEN - 4_000)


def test_a_guarantee_backs_what_the_seller_has_not(market: Market) -> None:
    fee = 100
    object.__setattr__(market.ordering.desk, "options", OrderOptions(fee_permille=fee))
    order_id = market.place()
    market.pay(order_id)
    market.ship(order_id)
    market.confirm(order_id)
    fees = PAYABLE_FEN * fee // 1000
    assert (market.balances()["fees"], market.balances()["payable"]) == (fees, PAYABLE_FEN - fees)
    refund_id = market.refund(order_id, PAYABLE_FEN)
    with pytest.raises(Exception, match="不足") as refused:
        market.agree(order_id, refund_id)
    assert refused.value.code == "funds_short"  # type: ignore[attr-defined]
    deposit = market.ordering.record_deposit(
        supplier_id="s-1", amount_fen=10_000, reference="d-1", request=DeedRequest(actor="admin")
    )
    assert deposit.facts["balance_fen"] == 10_000
    market.agree(order_id, refund_id)
    assert (market.balances()["payable"], market.balances()["deposit"]) == (0, 10_000 - fees)


@pytest.mark.parametrize("back", [None, 0, 5_000])
def test_the_staff_ends_an_order_and_splits_what_is_held(market: Market, back: int | None) -> None:
    order_id = market.place()
    market.pay(order_id)
    market.ship(order_id, {1: 1})
    market.refund(order_id, 100)
    market.ordering.terminate(order_id=order_id, to_buyer_fen=back, reason="裁定", request=DeedRequest(actor="admin"))
    order, want = market.order(order_id), PAYABLE_FEN if back is None else back
    assert (order.state, order.refunded_fen, order.released_fen) == (
        OrderState.TERMINATED, want, PAYABLE_FEN - want,
    )  # fmt: skip
    assert market.balances()["escrow"] == 0
    assert moved_stock(market) == [("k-1", 0, 1)]
    assert rows(market.record, "SELECT state FROM refunds") == [("refundclose",)]
    assert rows(market.record, "SELECT count(*) FROM timers WHERE kind <> 'transfer'") == [(0,)]
