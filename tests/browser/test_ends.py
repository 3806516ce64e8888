"""A paid order of which nothing can be sent, ended by both sides in a real Chromium, in both languages."""

from __future__ import annotations

import pytest

from catalog_service.domain.orders.states import OrderState
from pifa.wiring import Installation
from tests.browser.barriers import barriers
from tests.browser.conftest import OpenPage
from tests.browser.seller import Stall, order_of
from tests.browser.test_english import Names, chinese, names
from tests.browser.test_market import staff_session

__all__ = ["names"]  # a fixture


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no-script"])
def test_a_seller_proposes_and_the_buyer_agrees(open_page: OpenPage, stall: Stall, scripts: bool) -> None:
    order_id = order_of(stall, (stall.ids["plain"], 10))
    selling = open_page(f"/seller/orders/{order_id}", scripts=scripts, session=stall.seller.session)
    selling.get_by_label("发不了货的原因").fill("原料断供")
    selling.get_by_role("button", name="提议终止订单").click()
    selling.get_by_role("heading", name="终止提议").wait_for()
    assert barriers(selling) == [] if scripts else True
    buying = open_page(f"/orders/{order_id}", scripts=scripts, session=stall.buyer.session)
    buying.get_by_text("原料断供").first.wait_for()
    assert barriers(buying) == [] if scripts else True
    buying.get_by_role("button", name="同意终止").click()
    buying.get_by_text("订单已终止，钱会退回").wait_for()
    selling.reload()
    selling.get_by_text("交易终止").first.wait_for()
    order = stall.record.ordering.reads.order(order_id, stall.buying).order
    assert (order.state, order.held_fen, order.refunded_fen) == (OrderState.TERMINATED, 0, order.paid_fen)


def test_a_buyer_declines_and_every_step_is_english(open_page: OpenPage, stall: Stall, names: Names) -> None:
    order_id = order_of(stall, (stall.ids["plain"], 10))
    selling = open_page(f"/seller/orders/{order_id}", session=stall.seller.session, language="en")
    assert chinese(selling, names) == []
    selling.get_by_label("Why it cannot be shipped").fill("no material")
    selling.get_by_role("button", name="Propose to end the order").click()
    selling.get_by_role("heading", name="Proposal to end").wait_for()
    assert chinese(selling, names) == []
    buying = open_page(f"/orders/{order_id}", session=stall.buyer.session, language="en")
    assert chinese(buying, names) == []
    buying.get_by_label("Why you decline (the seller reads it)").fill("we wait")
    buying.get_by_role("button", name="Decline", exact=True).click()
    buying.get_by_text("the order goes on.").wait_for()
    assert chinese(buying, names) == []
    selling.reload()
    selling.get_by_text("we wait").wait_for()
    assert chinese(selling, names) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_market_s_people_end_an_order_over_which_both_are_silent(
    open_page: OpenPage, installation: Installation, stall: Stall, names: Names, language: str
) -> None:
    order_id = order_of(stall, (stall.ids["plain"], 10))
    session = staff_session(installation, stall.record, f"ends-{language}@example.com")
    page = open_page("/staff/orders", session=session, language=language)
    assert barriers(page) == []
    assert chinese(page, names) == [] if language == "en" else True
    page.locator("#find-order").fill(stall.record.ordering.disputes.case(order_id, by="staff").view.order.number_text)
    page.keyboard.press("Enter")
    page.locator("#end-reason").fill("no answer")
    assert barriers(page) == []
    assert chinese(page, names) == [] if language == "en" else True
    page.keyboard.press("Enter")
    page.wait_for_url("**?done=saved")
    order = stall.record.ordering.reads.order(order_id, stall.buying).order
    assert (order.state, order.held_fen, order.refunded_fen) == (OrderState.TERMINATED, 0, order.paid_fen)
    assert chinese(page, names) == [] if language == "en" else True
