"""A buyer's journeys: without JavaScript, with it, by keyboard alone, and when answers are late or fail."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def total(page: Page) -> int:
    text = page.locator("#found-heading small").inner_text()
    found = re.search(r"共 ([\d,]+) 件", text)
    return int(found[1].replace(",", "")) if found else 0


def test_without_javascript_a_buyer_searches_filters_sorts_pages_and_opens_an_offer(open_page: OpenPage) -> None:
    page = open_page("/", scripts=False)
    page.fill("#q", "不锈钢")
    page.click("form.search button")
    everything = total(page)
    assert everything > 0
    page.click(".facet .tick:has-text('认证供应商')")
    assert asked(page)["verified"] == ["true"]
    assert 0 < total(page) <= everything
    page.click(".chip:has-text('认证供应商')")
    assert total(page) == everything
    page.click("#sort-price")
    assert asked(page)["sort"] == ["price"]
    page.fill("form.visit input[name=quantity]", "200")
    page.click("form.visit button")
    assert asked(page) == {"q": ["不锈钢"], "quantity": ["200"], "sort": ["price"]}
    page.fill("input[name=price_max]", "12.5")
    page.click("form.range:has(input[name=price_max]) button")
    assert asked(page)["price_max_fen"] == ["1250"]
    page.wait_for_load_state("networkidle")  # Chromium goes back from no page that it is still putting up
    page.go_back()
    page.click(".pager .next")
    assert "cursor" in asked(page)
    page.click(".card-title a >> nth=0")
    expect(page.locator("form.quantity input[name=quantity]")).to_have_value("200")


def test_without_javascript_favourites_compare_and_the_explanation_work(open_page: OpenPage) -> None:
    page = open_page("/search?q=不锈钢", scripts=False)
    for number in (0, 1):
        page.locator(".card .keep-compare button").nth(number).click()
    page.locator(".card .keep-favourites button").nth(0).click()
    expect(page.locator("#count-compare")).to_have_text("2")
    page.click("nav.mine >> text=对比")
    assert page.locator("table.compare thead th").count() == 3
    page.click("nav.mine >> text=收藏")
    assert page.locator(".saved > li").count() == 1
    page.goto("/search?q=不锈钢")
    page.locator(".why summary").nth(0).click()
    page.locator(".why-body a").nth(0).click()
    expect(page.locator("h1")).to_have_text("为什么在这里")
    assert page.locator(".why-facts tbody tr").count() > 2


def test_with_javascript_filters_swap_the_results_and_back_restores_them(open_page: OpenPage) -> None:
    page = open_page("/search?q=不锈钢")
    everything = total(page)
    page.evaluate("window.sameDocument = true")
    page.click(".facet .tick:has-text('认证供应商')")
    expect(page.locator(".chip", has_text="认证供应商")).to_be_visible()
    assert asked(page)["verified"] == ["true"]
    assert total(page) <= everything
    expect(page.locator("#announce")).to_contain_text("件货源")
    page.click("#sort-price")
    expect(page.locator("#sort-price")).to_have_attribute("aria-current", "true")
    page.fill("form.visit input[name=quantity]", "300")
    page.press("form.visit input[name=quantity]", "Enter")
    expect(page.locator(".priced")).to_contain_text("300")
    assert asked(page) == {"q": ["不锈钢"], "quantity": ["300"], "verified": ["true"], "sort": ["price"]}
    assert page.evaluate("window.sameDocument") is True
    page.go_back()
    expect(page.locator(".priced")).not_to_contain_text("300")
    page.go_back()
    expect(page.locator("#sort-relevance")).to_have_attribute("aria-current", "true")
    page.go_back()
    expect(page.locator(".chip")).to_have_count(0)
    assert total(page) == everything
    expect(page.locator("header.site-head")).to_have_count(1)


def test_the_next_page_is_swapped_in_and_read_from_its_top(open_page: OpenPage) -> None:
    page = open_page("/search?q=不锈钢")
    first = page.locator(".card-title").first.inner_text()
    page.click(".pager .next")
    expect(page.locator(".card-title").first).not_to_have_text(first)
    expect(page.locator("#found-heading")).to_be_focused()
    page.click(".pager >> text=第一页")
    expect(page.locator(".card-title").first).to_have_text(first)


def test_why_here_opens_in_the_card_and_sums_up(open_page: OpenPage) -> None:
    page = open_page("/search?q=不锈钢")
    card = page.locator(".card").first
    card.locator(".why summary").click()
    expect(card.locator(".why-facts tfoot")).to_contain_text("合计")
    parts = [float(cell) for cell in card.locator(".why-facts tbody td:last-child").all_inner_texts()]
    whole = float(card.locator(".why-facts tfoot td").inner_text())
    assert abs(sum(parts) - whole) < 0.0005 * (len(parts) + 1)
    page.keyboard.press("Escape")
    expect(card.locator(".why-facts")).to_be_hidden()


def test_a_favourite_is_kept_in_place_and_counted_in_the_head(open_page: OpenPage) -> None:
    page = open_page("/search?q=不锈钢")
    before = page.url
    button = page.locator(".card .keep-favourites button").first
    button.click()
    expect(page.locator(".card .keep-favourites button").first).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#count-favourites")).to_have_text("1")
    assert page.url == before


def test_by_keyboard_alone_from_the_home_page_to_an_offer(open_page: OpenPage) -> None:
    page = open_page("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("不锈钢")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    page.focus("#f-verified")
    page.keyboard.press("Enter")
    expect(page.locator(".chip", has_text="认证供应商")).to_be_visible()
    expect(page.locator("#f-verified")).to_be_focused()
    page.locator(".card-title a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/offer/**")
    page.focus("form.quantity input[name=quantity]")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("1000")
    page.keyboard.press("Enter")
    page.wait_for_url("**quantity=1000**")


def test_the_menu_of_sectors_opens_by_keyboard_and_leads_to_a_group(open_page: OpenPage) -> None:
    page = open_page("/")
    page.locator(".sectors summary", has_text="服装").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".groups .into:visible")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/category/16**")


def test_the_filters_of_a_phone_open_and_close_without_javascript(open_page: OpenPage) -> None:
    page = open_page("/search?q=不锈钢", phone=True, scripts=False)
    expect(page.locator("aside.filters")).to_be_hidden()
    page.click(".filters-button")
    expect(page.locator("aside.filters")).to_be_visible()
    page.click(".filters-done")
    expect(page.locator("aside.filters")).to_be_hidden()


def test_a_failing_answer_says_so_and_leaves_the_results(open_page: OpenPage) -> None:
    page = open_page("/search?q=不锈钢")
    cards = page.locator(".card").count()
    page.route("**/search?**", lambda route: route.abort())
    page.click("#sort-price")
    expect(page.locator("#trouble")).to_be_visible()
    assert page.locator(".card").count() == cards
    page.unroute("**/search?**")
    page.click("#sort-price")
    expect(page.locator("#sort-price")).to_have_attribute("aria-current", "true")
    expect(page.locator("#trouble")).to_be_hidden()


def test_of_two_quick_filters_the_later_answer_stands_however_late_the_first_comes(open_page: OpenPage) -> None:
    page = open_page("/search?q=不锈钢")
    held: list[Route] = []

    def delay(route: Route) -> None:
        if "sort=sales" in route.request.url:
            held.append(route)
        else:
            route.continue_()

    page.route("**/search?**", delay)
    page.click("#sort-sales")
    page.click("#sort-newest")
    expect(page.locator("#sort-newest")).to_have_attribute("aria-current", "true")
    for route in held:
        if route.request.failure is None:
            route.continue_()
    page.wait_for_timeout(200)
    expect(page.locator("#sort-newest")).to_have_attribute("aria-current", "true")
    assert asked(page)["sort"] == ["newest"]


def test_every_wait_shows(open_page: OpenPage) -> None:
    page = open_page("/search?q=不锈钢")
    held: list[Route] = []
    page.route("**/search?**", lambda route: held.append(route))
    page.click("#sort-price")
    expect(page.locator("body")).to_have_class(re.compile("busy"))
    held[0].continue_()
    expect(page.locator("body")).not_to_have_class(re.compile("busy"))
