"""Getting much done in a real Chromium: the matrix while it is typed into, quick order, a company's own prices, orders
of one checkout paid together."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.skus.values import SkuView
from kernel.offers import Offer
from pifa.demo.accounts import BUYER_COMPANY
from pifa.wiring import Installation
from tests.browser.buyers import OWNER, offers_to_buy, sign_in
from tests.browser.conftest import OpenPage
from tests.browser.test_buying import Pictures

BY = DeedRequest(actor="test")


def skus_of(site: Installation, offer: Offer) -> list[SkuView]:
    with site.record() as record:
        return [each for each in record.offers.offer(offer.offer_id).skus if each.sku.on_sale]


@pytest.fixture(scope="module")
def grid_offer(installation: Installation) -> Offer:
    """One of the demo's with colours and sizes: a grid."""
    with installation.record() as record:
        for batch in record.catalog.live_offers(batch_size=1_000):
            for offer, _ in batch:
                skus = [each.sku for each in record.offers.offer(offer.offer_id).skus if each.sku.on_sale]
                values = [{each.values[place][1] for each in skus} for place in (0, 1) if all(
                    len(each.values) == 2 for each in skus)]  # fmt: skip
                if offer.tiers and offer.pack_multiple == 1 and len(values) == 2 and min(map(len, values)) >= 2:
                    return offer
    raise AssertionError("the demo has no offer of two attributes")


def fields(page: Page) -> object:
    return page.locator(".matrix input[name^=q_]")


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_grid_prices_while_it_is_typed_into(
    open_page: OpenPage,
    grid_offer: Offer,
    folder: Path,
    phone: bool,
) -> None:
    page = open_page(f"/offer/{grid_offer.offer_id}", phone=phone)
    boxes = page.locator(".matrix .sheet input")
    boxes.nth(0).fill(str(grid_offer.moq))
    expect(page.locator(".matrix-foot strong")).to_contain_text("¥")
    first = page.locator(".matrix-foot strong").inner_text()
    boxes.nth(1).fill(str(grid_offer.moq))
    expect(page.locator(".chosen-lines > li")).to_have_count(2)
    expect(page.locator(".matrix-foot strong")).not_to_have_text(first)
    expect(boxes.nth(1)).to_be_focused()
    assert page.url.count("q_") == 2  # the address can be sent to a colleague
    total = page.locator(".matrix-foot strong").inner_text()
    page.reload()
    expect(page.locator(".matrix-foot strong")).to_have_text(total)
    # Only now: the list of what is chosen grows with what is typed, and moves what is below it.
    Pictures(folder, "phone" if phone else "desktop").sound(page, "matrix-grid")
    expect(boxes.nth(0)).to_have_value(str(grid_offer.moq))
    plain = open_page(page.url, scripts=False)  # the same price without a script
    expect(plain.locator(".matrix-foot strong")).to_have_text(total)


def test_keys_go_from_field_to_field_and_enter_leaves_the_grid_never(open_page: OpenPage, grid_offer: Offer) -> None:
    page = open_page(f"/offer/{grid_offer.offer_id}")
    boxes = page.locator(".matrix .sheet input")
    across = page.locator(".matrix .sheet tbody tr").nth(0).locator("input").count()
    boxes.nth(0).focus()
    page.keyboard.type("12")
    page.keyboard.press("ArrowRight")
    expect(boxes.nth(1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(boxes.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    expect(boxes.nth(across)).to_be_focused()
    for _ in range(20):
        page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".matrix .sheet input:focus")).to_have_count(1)
    expect(boxes.nth(0)).to_have_value("12")
    assert f"/offer/{grid_offer.offer_id}" in page.url
    expect(page.locator("#count-cart")).to_have_text("")


def test_an_answer_about_what_was_typed_before_overwrites_nothing(open_page: OpenPage, grid_offer: Offer) -> None:
    """It comes when another field is being typed into and the next question is not asked yet."""
    page = open_page(f"/offer/{grid_offer.offer_id}")
    held: list[Route] = []
    page.route("**/lines", lambda route: route.continue_() if held else held.append(route))
    boxes = page.locator(".matrix .sheet input")
    moq = grid_offer.moq
    with page.expect_request("**/lines"):
        boxes.nth(0).press_sequentially(str(moq))
    boxes.nth(0).press_sequentially("0")
    boxes.nth(1).press_sequentially(str(moq))
    with page.expect_response("**/lines"):
        held[0].continue_()
    expect(page.locator(".matrix-foot p[aria-live]")).to_contain_text(str(moq * 11))
    expect(boxes.nth(0)).to_have_value(f"{moq}0")
    expect(boxes.nth(1)).to_have_value(str(moq))


def test_answers_that_are_late_or_fail_lose_nothing_that_was_typed(open_page: OpenPage, grid_offer: Offer) -> None:
    page = open_page(f"/offer/{grid_offer.offer_id}")
    delays = iter([1.2, 0.0, 0.0, 0.0, 0.0])

    def late(route: Route) -> None:
        time.sleep(next(delays, 0.0))
        route.continue_()

    page.route("**/lines", late)
    boxes = page.locator(".matrix .sheet input")
    moq = grid_offer.moq
    boxes.nth(0).press_sequentially(str(moq), delay=30)
    page.wait_for_timeout(300)  # the first question is on its way
    boxes.nth(0).press_sequentially("0", delay=30)
    boxes.nth(1).press_sequentially(str(moq), delay=30)
    expect(page.locator(".chosen-lines > li")).to_have_count(2)
    expect(boxes.nth(0)).to_have_value(f"{moq}0")
    expect(boxes.nth(1)).to_have_value(str(moq))
    shown = page.locator(".matrix-foot p[aria-live]").inner_text()
    assert shown.startswith(str(moq * 11))
    page.unroute("**/lines")
    page.route("**/lines", lambda route: route.abort())
    boxes.nth(1).fill(str(moq + 1))
    expect(page.locator("#trouble")).to_be_visible()
    expect(boxes.nth(1)).to_have_value(str(moq + 1))
    page.unroute("**/lines")
    boxes.nth(1).fill(str(moq + 2))
    expect(page.locator(".matrix-foot p[aria-live]")).to_contain_text(str(moq * 10 + moq + 2))


@pytest.mark.parametrize(
    ("scripts", "phone"), [(True, False), (False, False), (True, True)], ids=["script", "no-script", "phone"]
)
def test_a_pasted_list_is_checked_mended_and_put_into_the_cart(
    open_page: OpenPage,
    installation: Installation,
    folder: Path,
    scripts: bool,
    phone: bool,
) -> None:
    offer = offers_to_buy(installation)[0]
    skus = skus_of(installation, offer)
    page = open_page("/cart", scripts=scripts, phone=phone)
    page.get_by_role("link", name="快速下单").click()
    text = f"货号\t数量\n{skus[0].sku.sku_id}\t{offer.moq}\n{offer.offer_id}\t{offer.moq}\nABSENT-1\t5\n只有货号"
    page.get_by_role("textbox", name="货号和数量").fill(text)
    page.get_by_role("button", name="逐行核对").click()
    expect(page.locator(".quick > li")).to_have_count(5)
    expect(page.locator(".quick > li").nth(1)).to_contain_text("可以放入")
    expect(page.locator(".quick > li").nth(2)).to_contain_text("请选一种")
    expect(page.get_by_role("textbox", name="货号和数量")).to_have_value(text)
    if scripts:
        Pictures(folder, "phone" if phone else "desktop").sound(page, "quick-order-checked")
    page.get_by_label("第 3 行要哪一种").select_option(skus[1].sku.sku_id)
    page.get_by_role("button", name="能订的放入进货单").click()
    expect(page.get_by_role("status").filter(has_text="2 行已放入进货单")).to_be_visible()
    expect(page.get_by_role("textbox", name="货号和数量")).to_have_value("ABSENT-1\t5\n只有货号")
    expect(page.locator("#count-cart")).to_have_text("2")
    if scripts:
        Pictures(folder, "phone" if phone else "desktop").sound(page, "quick-order-rest")
    page.get_by_role("textbox", name="货号和数量").fill(f"{skus[0].sku.sku_id} 1")
    page.get_by_role("button", name="能订的放入进货单").click()
    expect(page.get_by_role("status").filter(has_text="已加入进货单")).to_be_visible()
    expect(page.locator(".line-count input").first).to_be_visible()


@pytest.fixture
def old_customer(installation: Installation) -> Iterator[Offer]:
    """The demo's buying company pays a tenth less at the demo's seller, for the length of a test."""
    offer = offers_to_buy(installation)[0]
    seller = offer.supplier_id or ""
    with installation.record() as record:
        group = record.keep_groups.create(seller=seller, name="老客户", rate_bp=9_000, request=BY).subject_id
        record.keep_groups.set_members(
            seller=seller, group_id=group, company_ids=[BUYER_COMPANY], expected_version=1, request=BY
        )
    yield offer
    with installation.record() as record:
        record.keep_groups.delete(seller=seller, group_id=group, expected_version=None, request=BY)


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_company_sees_its_own_price_on_the_way_to_the_cart(
    open_page: OpenPage,
    old_customer: Offer,
    folder: Path,
    phone: bool,
) -> None:
    pictures = Pictures(folder, "phone" if phone else "desktop")
    page = open_page("/", phone=phone)
    path = f"/search?supplier={old_customer.supplier_id}"
    page.goto(path)
    expect(page.locator(".own-price")).to_have_count(0)
    sign_in(page, OWNER)
    page.goto(path)
    card = page.locator(".card").filter(has=page.locator(f'a[href^="/offer/{old_customer.offer_id}"]')).first
    expect(card.locator(".own-price")).to_contain_text("专属价")
    shown = card.locator(".whole").inner_text() + card.locator(".fraction").inner_text()
    pictures.sound(page, "results-own-price")
    card.locator(".card-title a").click()
    now = page.locator(".now")
    expect(now.locator(".whole")).to_be_visible()
    assert now.locator(".whole").inner_text() + now.locator(".fraction").inner_text() == shown
    pictures.sound(page, "offer-own-price")
    page.locator(".matrix input[name^=q_]").nth(0).fill(str(old_customer.moq))
    expect(page.locator(".matrix strong").first).to_have_text(f"¥{shown}")


def test_orders_of_one_checkout_are_paid_together(
    open_page: OpenPage,
    installation: Installation,
    folder: Path,
) -> None:
    mine = offers_to_buy(installation)[0]
    with installation.record() as record:
        other = next(
            offer
            for batch in record.catalog.live_offers(batch_size=1_000)
            for offer, supplier in batch
            if supplier and supplier.supplier_id != mine.supplier_id and offer.tiers and offer.pack_multiple == 1
            and any(view.sku.on_sale and (view.available or 0) >= 2 * offer.moq
                    for view in record.offers.offer(offer.offer_id).skus[:1])
        )  # fmt: skip
    page = open_page("/")
    sign_in(page, OWNER)
    for offer in (mine, other):
        page.goto(f"/offer/{offer.offer_id}")
        page.locator(".matrix input[name^=q_]").nth(0).fill(str(offer.moq))
        page.get_by_role("button", name="加入进货单").click()
        expect(page.get_by_role("status").filter(has_text="已加入进货单")).to_be_visible()
    page.get_by_role("link", name="去结算").click()
    page.get_by_role("button", name="提交订单").click()
    page.get_by_role("link", name="一起付款").click()
    expect(page.locator(".group-orders > li")).to_have_count(2)
    Pictures(folder, "desktop").sound(page, "pay-together")
    page.set_viewport_size({"width": 390, "height": 844})
    Pictures(folder, "phone").sound(page, "pay-together")
    page.get_by_role("button", name="确认，逐笔付款").click()
    for _ in range(2):
        page.get_by_role("heading", name="支付沙箱").wait_for()
        page.get_by_role("button", name="付款成功").click()
    expect(page.get_by_role("status").filter(has_text="这一批的订单都付好了")).to_be_visible()
    expect(page.locator(".state").filter(has_text=re.compile("等待卖家发货"))).to_have_count(2)
