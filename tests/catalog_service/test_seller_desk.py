"""What waits for a seller: its own alone, the most pressing first, and the figures of a period; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.orders.refund_states import RefundState
from catalog_service.domain.orders.states import OrderState
from catalog_service.reads.seller_desk import DESK_SECONDS, SellerDesk
from tests.catalog_service.house import ADMIN, NOW
from tests.catalog_service.house import draft as offer_draft
from tests.catalog_service.trade import FREIGHT_FEN, PRICES, SELLER, Market, open_market

DAY = 86_400


@pytest.fixture
def market(home: Path) -> Iterator[Market]:
    market = open_market(home)
    yield market
    market.close()


def desk(market: Market, supplier_id: str = "s-1") -> SellerDesk:
    return market.record.seller_desk.desk(supplier_id, now=market.clock.now())


def test_paid_orders_wait_and_leave_when_they_are_sent(market: Market) -> None:
    first, second = market.place(("k-1", 2)), market.place(("k-2", 4))
    unpaid = market.place(("k-1", 1))
    market.pay(second)
    market.clock.seconds += 60
    market.pay(first)
    waiting = desk(market)
    assert [row.order_id for row in waiting.to_ship] == [second, first]
    assert waiting.orders == {OrderState.WAIT_SELLER_SEND: 2, OrderState.WAIT_BUYER_PAY: 1}
    assert desk(market, "s-2").to_ship == []
    market.ship(second, {1: 1})
    assert [(row.shipped_pieces, row.pieces) for row in desk(market).to_ship] == [(1, 4), (0, 2)]
    market.ship(second)
    assert [row.order_id for row in desk(market).to_ship] == [first]
    assert unpaid not in {row.order_id for row in desk(market).to_ship}
    market.clock.seconds += DESK_SECONDS + DAY
    assert desk(market).to_ship == []


def test_the_order_that_promised_to_leave_soonest_stands_first(market: Market) -> None:
    for offer_id, hours in (("o-k-1", None), ("o-k-2", 72), ("o-k-3", 24)):
        market.record.publish_offer(draft=offer_draft(offer_id, supplier_id="s-1", dispatch_hours=hours), request=ADMIN)
    slow, quick, unsaid = market.place(("k-2", 1)), market.place(("k-2", 1), ("k-3", 1)), market.place(("k-1", 1))
    for order_id in (unsaid, slow, quick):
        market.pay(order_id)
    found = [(row.order_id, row.due_at) for row in desk(market).to_ship]
    assert found == [(quick, NOW + DAY), (slow, NOW + 3 * DAY), (unsaid, None)]


def test_a_refund_waits_with_its_deadline_and_its_order_does_not(market: Market) -> None:
    order_id = market.place(("k-1", 2))
    market.pay(order_id)
    refund_id = market.refund(order_id, 100)
    (row,) = desk(market).to_answer
    assert (row.refund_id, row.order_id, row.state, row.amount_fen) == (
        refund_id, order_id, RefundState.WAIT_SELLER, 100
    )  # fmt: skip
    assert row.due_at is not None
    assert row.due_at > market.clock.now()
    assert desk(market).to_ship == []
    assert desk(market, "s-2").to_answer == []
    market.agree(order_id, refund_id)
    assert desk(market).to_answer == []
    assert [row.order_id for row in desk(market).to_ship] == [order_id]


def test_low_stock_is_of_live_offers_and_counted_skus_alone(market: Market) -> None:
    record = market.record
    for offer_id, stock in (("low", 29), ("enough", 30), ("uncounted", None), ("away", 1)):
        record.publish_offer(draft=offer_draft(offer_id, supplier_id="s-2", moq=10, stock=stock), request=ADMIN)
    record.withdraw_offer(offer_id="away", request=ADMIN)
    assert [(row.sku_id, row.available, row.moq) for row in desk(market, "s-2").low_stock] == [("low", 29, 10)]
    assert desk(market, "s-2").offers == {OfferState.LIVE: 3, OfferState.WITHDRAWN: 1}
    assert record.seller_desk.offer_counts("s-2") == {OfferState.LIVE: 3, OfferState.WITHDRAWN: 1}
    assert [len(skus) for skus in record.seller_desk.skus_of(["low", "nothing"]).values()] == [1, 0]


def test_the_month_counts_what_was_placed_in_it(market: Market) -> None:
    order_id = market.place(("k-1", 2))
    market.place(("k-1", 1))
    market.pay(order_id)
    reads = market.record.seller_desk
    month = reads.month("s-1", since=NOW, until=NOW + 1)
    assert (month.placed, month.buyers, month.pieces, month.paid_fen, month.refunded_fen) == (
        2, 1, 3, 2 * PRICES["k-1"] + FREIGHT_FEN, 0
    )  # fmt: skip
    assert reads.month("s-1", since=NOW + 1, until=NOW + 2).placed == 0
    assert reads.month("s-2", since=NOW, until=NOW + 1).placed == 0
    assert reads.recent_buyers("s-1", now=NOW) == {"c-buyer": "c-buyer"}
    assert reads.recent_buyers("s-2", now=NOW) == {}
    assert reads.company_names(["c-seller", "nobody"]) == {"c-seller": "c-seller"}


def test_the_last_change_names_who_did_it(market: Market) -> None:
    record = market.record
    record.withdraw_offer(offer_id="k-1", request=market.ask(SELLER))
    last = record.seller_desk.last_change("k-1")
    assert last is not None
    assert (last.actor, last.deed, last.at, last.version) == ("m-seller", "withdraw_offer", NOW, 2)
    assert record.seller_desk.last_change("nothing") is None
