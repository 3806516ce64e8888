"""From search to receipt in a real Chromium, with a script and without; and an order that needs somebody's consent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pifa.demo.accounts import SPEND_LIMIT_FEN
from pifa.wiring import Installation
from tests.browser.barriers import barriers
from tests.browser.buyers import APPROVER, BUYER, OWNER, offers_to_buy, ship, sign_in
from tests.browser.conftest import OpenPage
from tests.browser.test_budgets import FIRST_PAGE_BYTES_MAX
from tests.browser.test_every_page import SHIFT

# Of the page and all that it asked for, as sent, whether the browser had some of it already.
BYTES = """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""


class Pictures:
    """Takes one of each page that a journey comes by, and looks for barriers there."""

    def __init__(self, folder: Path, width: str) -> None:
        self.folder, self.width = folder, width
        folder.mkdir(parents=True, exist_ok=True)

    def sound(self, page: Page, name: str) -> None:
        page.screenshot(path=self.folder / f"{name}-{self.width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert page.evaluate(BYTES) < FIRST_PAGE_BYTES_MAX
        assert round(page.evaluate(SHIFT), 3) == 0
        assert barriers(page) == []


def fill_matrix(page: Page, quantity: int) -> None:
    """So many of each of the first two SKUs."""
    fields = page.locator(".matrix input[name^=q_]")
    fields.nth(0).fill(str(quantity))
    fields.nth(1).fill(str(quantity))


@pytest.mark.parametrize(
    ("scripts", "phone"), [(True, False), (False, False), (True, True)], ids=["script", "no-script", "phone"]
)
def test_from_search_to_receipt(
    open_page: OpenPage, installation: Installation, folder: Path, scripts: bool, phone: bool
) -> None:
    offer = offers_to_buy(installation)[0]
    bulk = max(offer.moq, offer.tiers[1].min_quantity if len(offer.tiers) > 1 else offer.moq)
    page = open_page("/", scripts=scripts, phone=phone)
    pictures = Pictures(folder, "phone" if phone else "desktop")

    def sound(name: str) -> None:
        if scripts:
            pictures.sound(page, name)

    page.fill("#q", offer.title)
    page.click("form.search button")
    page.locator(f'.card-title a[href^="/offer/{offer.offer_id}"]').first.click()
    expect(page.locator(".matrix")).to_be_visible()
    page.get_by_role("button", name="加入进货单").click()
    expect(page.get_by_role("alert")).to_contain_text("请至少填写一种规格的数量")
    fill_matrix(page, bulk)
    page.get_by_role("button", name="算价", exact=True).click()
    page.wait_for_url(f"**/offer/{offer.offer_id}?q_*")
    expect(page.locator(".matrix-foot strong")).to_contain_text("¥")
    total = page.locator(".matrix-foot strong").inner_text()
    sound("offer-matrix")
    page.get_by_role("button", name="加入进货单").click()
    expect(page.get_by_role("status").filter(has_text="已加入进货单")).to_be_visible()
    expect(page.locator("#count-cart")).to_have_text("2")
    expect(page.locator(".sum strong").first).to_have_text(total)
    sound("cart")
    page.get_by_role("link", name="去结算").click()
    page.get_by_label("邮箱或手机号").fill(OWNER)
    page.get_by_label("密码").fill("pifa-demo-2026")
    page.locator("main").get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="结算")).to_be_visible()
    expect(page.locator("#count-cart")).to_have_text("2")
    sound("checkout")
    page.get_by_label("给卖家的话").fill("请用加厚纸箱")
    page.get_by_role("button", name="提交订单").click()
    expect(page.get_by_role("status").filter(has_text="下单成功")).to_be_visible()
    expect(page.locator("#count-cart")).to_have_text("")
    order_id = re.split(r"[/?]", page.url)[4]
    sound("order-unpaid")
    page.get_by_role("button", name=re.compile("^付款")).click()
    page.get_by_role("heading", name="支付沙箱").wait_for()
    sound("pay")
    page.get_by_role("button", name="付款失败").click()
    expect(page.get_by_role("status").filter(has_text="付款没有成功")).to_be_visible()
    expect(page.locator("h1 .state")).to_have_text("等待买家付款")
    page.get_by_role("button", name=re.compile("^付款")).click()
    page.get_by_role("button", name="付款成功").click()
    expect(page.locator("h1 .state")).to_have_text("等待卖家发货")
    ship(installation, order_id)
    page.reload()
    expect(page.locator(".parcels")).to_contain_text("SF1234567890")
    sound("order-shipped")
    page.locator("summary").filter(has_text="确认收货").press("Enter")
    sound("order-confirming")
    page.get_by_role("button", name="点清了，付给卖家").click()
    expect(page.locator("h1 .state")).to_have_text("交易成功")
    expect(page.locator(".history li")).to_have_count(4)
    sound("order-done")
    page.get_by_role("link", name="我的订单").click()
    with installation.record() as record:
        number = record.ordering.disputes.case(order_id, by="staff").view.order.number
    expect(page.locator("table.orders")).to_contain_text(number)
    sound("orders")
    page.get_by_role("link", name=number).click()
    page.get_by_role("button", name="再来一单").click()
    expect(page.locator("#count-cart")).to_have_text("2")
    for _ in range(2):
        page.get_by_role("button", name="移除").first.click()
    expect(page.get_by_text("进货单还是空的。")).to_be_visible()
    sound("cart-empty")


def test_a_line_that_cannot_be_ordered_says_why_and_is_mended_by_its_button(
    open_page: OpenPage, installation: Installation, folder: Path
) -> None:
    offer = next(offer for offer in offers_to_buy(installation) if offer.moq > 1)
    page = open_page("/")
    sign_in(page, OWNER)
    page.goto(f"/offer/{offer.offer_id}")
    page.locator(".matrix input[name^=q_]").nth(0).fill(str(offer.moq))
    page.get_by_role("button", name="加入进货单").click()
    page.locator(".line-count input").fill("1")
    page.locator(".sums").get_by_role("button", name="更新数量").click()
    expect(page.locator(".line-trouble")).to_contain_text(f"起订量 {offer.moq}")
    expect(page.get_by_role("link", name="去结算")).to_have_count(0)
    Pictures(folder, "desktop").sound(page, "cart-troubled")
    page.get_by_role("button", name=f"改为 {offer.moq}").click()
    expect(page.locator(".line-trouble")).to_have_count(0)
    expect(page.locator(".line-count input")).to_have_value(str(offer.moq))
    page.get_by_role("button", name="以后再买").click()
    expect(page.locator("#count-cart")).to_have_text("")
    page.get_by_role("button", name="放回进货单").click()
    expect(page.locator("#count-cart")).to_have_text("1")
    page.get_by_role("button", name="移除").click()
    expect(page.get_by_text("进货单还是空的。")).to_be_visible()


def test_an_approver_refuses_an_order_with_a_reason_and_the_buyer_reads_it(
    open_page: OpenPage, installation: Installation, folder: Path
) -> None:
    offer = max(offers_to_buy(installation), key=lambda each: each.tiers[-1].unit_price_fen)
    most = SPEND_LIMIT_FEN // offer.tiers[-1].unit_price_fen + 1
    page = open_page("/")
    sign_in(page, BUYER)
    page.goto(f"/offer/{offer.offer_id}")
    fill_matrix(page, max(offer.moq, most))
    page.get_by_role("button", name="加入进货单").click()
    page.get_by_role("link", name="去结算").click()
    page.get_by_role("button", name="提交订单").click()
    expect(page.locator("h1 .state")).to_have_text("等待审批")
    expect(page.get_by_role("button", name=re.compile("^付款"))).to_have_count(0)
    expect(page.get_by_role("button", name="同意这张订单")).to_have_count(0)
    placed, number = page.url.partition("?")[0], page.locator("h1 .number").text_content() or ""
    other = open_page("/")
    sign_in(other, APPROVER, then="/approvals")
    Pictures(folder, "desktop").sound(other, "approvals")
    other.get_by_role("link", name=number).click()
    other.get_by_label("拒绝的原因").fill("这个月的预算用完了")
    Pictures(folder, "desktop").sound(other, "order-approving")
    other.get_by_role("button", name="拒绝", exact=True).click()
    expect(other.locator("h1 .state")).to_have_text("已取消")
    page.goto(placed)
    expect(page.locator(".now-do")).to_contain_text("这个月的预算用完了")
    expect(page.locator("h1 .state")).to_have_text("已取消")
