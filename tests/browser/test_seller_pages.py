"""The seller's pages in a real Chromium: every page sound at two widths, and a sale from the offer to the money."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.barriers import OF_WIDTH, barriers
from tests.browser.conftest import OpenPage
from tests.browser.seller import SELLER_PAGES, Stall, confirm, order_of
from tests.browser.test_budgets import FIRST_PAGE_BYTES_MAX, REQUESTS_MAX
from tests.browser.test_every_page import ROWS_MIN, SHIFT, different_rows, fonts_of


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", [*SELLER_PAGES, "seller-begin"])
def test_a_page_is_sound(
    open_page: OpenPage, stall: Stall, name: str, phone: bool, pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    member = stall.beginner if name == "seller-begin" else stall.seller
    path = SELLER_PAGES.get(name, "/seller").format(**stall.ids)
    page = open_page(path, phone=phone, session=member.session)
    assert urlsplit(page.url).path == urlsplit(path).path
    assert page.locator("main h1").count() == 1
    assert round(page.evaluate(SHIFT), 3) == 0
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    folder = Path(pytestconfig.getoption("--screenshots", default="") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    picture = page.screenshot(path=folder / f"{name}-{'phone' if phone else 'desktop'}.png", full_page=True)
    assert different_rows(picture) >= ROWS_MIN
    assert fonts_of(page) >= {"PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei"}
    assert barriers(page, rules=OF_WIDTH if phone else ()) == []


@pytest.mark.parametrize("name", SELLER_PAGES)
def test_a_page_stays_within_its_budget(open_page: OpenPage, stall: Stall, name: str) -> None:
    page = open_page("/help", session=stall.seller.session)
    sizes: dict[str, float] = {}
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
    cdp.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(SELLER_PAGES[name].format(**stall.ids), wait_until="networkidle")
    assert 0 < sum(sizes.values()) < FIRST_PAGE_BYTES_MAX
    assert len(sizes) <= REQUESTS_MAX


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no-script"])
def test_a_seller_publishes_ships_in_two_parcels_and_is_paid(open_page: OpenPage, stall: Stall, scripts: bool) -> None:
    title = f"自锁尼龙扎带 束线带{'甲' if scripts else '乙'}"
    page = open_page("/seller", scripts=scripts, session=stall.seller.session)
    offer_id = publish(page, title)
    skus = [view.sku.sku_id for view in stall.record.offers.offer(offer_id).skus]
    assert len(skus) == 4
    order_id = order_of(stall, (skus[0], 60), (skus[3], 40))
    page.goto("/seller")
    page.get_by_role("region", name="按时限处理").locator(f'a[href="/seller/orders/{order_id}"]').click()
    ship(page, {"黑 / 100mm": "60", "白 / 200mm": "0"}, "顺丰", f"SF-{order_id[-6:]}")
    page.get_by_text("等待卖家发货").first.wait_for()
    ship(page, {"白 / 200mm": "40"}, "圆通", f"YT-{order_id[-6:]}")
    page.get_by_text("等待买家收货").first.wait_for()
    parcels = page.locator(".parcels li")
    assert parcels.count() == 2
    assert "60" in (parcels.nth(0).text_content() or "")
    confirm(stall, order_id)
    page.get_by_role("navigation", name="卖家", exact=True).get_by_role("link", name="对账单").click()
    number = stall.record.ordering.disputes.case(order_id, by="staff").view.order.number
    row = page.get_by_role("row").filter(has_text=number)
    assert "1,568.00" in (row.text_content() or "")  # 100 at 16.50, of which this buyer pays 95 percent: 15.68
    page.goto(f"/seller/orders/{order_id}")
    page.get_by_text("交易成功").first.wait_for()


def publish(page: Page, title: str) -> str:
    """Through the form, with a matrix of two sales attributes; the id of the offer."""
    page.get_by_role("link", name="发布商品").click()
    page.get_by_label("标题").fill(title)
    page.get_by_label("第 1 级数量").fill("10")
    page.get_by_label("第 1 级单价").fill("18")
    page.get_by_label("第 2 级数量").fill("100")
    page.get_by_label("第 2 级单价").fill("16.5")
    page.get_by_label("发货时间（小时）").fill("24")
    page.get_by_label("属性 1 的值").fill("黑，白")
    page.get_by_label("销售属性 2").fill("长度")
    page.get_by_label("属性 2 的值").fill("100mm, 200mm")
    page.get_by_role("button", name="生成规格").click()
    for number in range(1, 5):
        page.get_by_label(f"规格 {number} 库存").fill("500")
    assert page.get_by_label("标题").input_value() == title
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_text("已发布").wait_for()
    page.get_by_text("在售", exact=True).first.wait_for()
    return urlsplit(page.url).path.rpartition("/")[2]


def ship(page: Page, pieces: dict[str, str], carrier: str, waybill: str) -> None:
    for name, typed in pieces.items():
        page.get_by_label(f"{name} 件数").fill(typed)
    page.get_by_label("承运人").fill(carrier)
    page.get_by_label("运单号").fill(waybill)
    page.get_by_role("button", name="确认发出这个包裹").click()
    page.get_by_text("已保存").wait_for()


def test_a_plan_is_read_applied_and_undone_by_keyboard_alone(open_page: OpenPage, stall: Stall) -> None:
    page = open_page("/seller/offers", session=stall.seller.session)
    tick = page.get_by_label("选 十字槽盘头自攻螺丝")
    tick.focus()
    page.keyboard.press("Space")
    page.get_by_label("发货时间（小时）").focus()
    page.keyboard.type("72")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="批量修改预览").wait_for()
    assert stall.record.offers.offer(stall.ids["plain"]).offer.dispatch_hours == 48
    assert barriers(page) == []
    page.get_by_role("button", name="照此修改 1 个商品").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="撤销这次修改").wait_for()
    assert stall.record.offers.offer(stall.ids["plain"]).offer.dispatch_hours == 72
    assert barriers(page) == []
    page.get_by_role("button", name="撤销这次修改").focus()
    page.keyboard.press("Enter")
    page.get_by_text("恢复了 1 个商品").wait_for()
    assert stall.record.offers.offer(stall.ids["plain"]).offer.dispatch_hours == 48


def test_a_refused_form_says_where_and_bars_nobody(open_page: OpenPage, stall: Stall) -> None:
    page = open_page("/seller/offers/new", session=stall.seller.session)
    page.get_by_label("标题").fill("没有单价的螺丝")
    page.get_by_label("第 1 级数量").fill("10")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("每级要有数量和单价").wait_for()
    assert page.get_by_label("第 1 级单价").get_attribute("aria-invalid") == "true"
    assert page.get_by_label("标题").input_value() == "没有单价的螺丝"
    assert barriers(page) == []


def test_a_picture_that_is_too_large_is_named_before_the_form_is_sent(open_page: OpenPage, stall: Stall) -> None:
    page = open_page("/seller/offers/new", session=stall.seller.session)
    page.get_by_label("标题").fill("带大图的螺丝")
    file = page.locator("input[name=file]")
    file.set_input_files({"name": "big.jpg", "mimeType": "image/jpeg", "buffer": b"x" * ((8 << 20) + 1)})
    page.get_by_role("button", name="存为草稿").click()
    assert file.evaluate("field => field.validationMessage") == "文件太大，请缩小到 8 MB 以内再选"
    assert page.url.endswith("/seller/offers/new")
    assert page.get_by_label("标题").input_value() == "带大图的螺丝"
    file.set_input_files({"name": "small.jpg", "mimeType": "image/jpeg", "buffer": b"x"})
    assert file.evaluate("field => field.validity.valid")
