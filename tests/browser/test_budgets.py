"""What a page costs, and that nothing of it comes from elsewhere."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.pages import PAGES

FIRST_PAGE_BYTES_MAX = 100_000  # transferred before any scrolling, the page contract's budget
SCRIPT_BYTES_MAX = 20_000
REQUESTS_MAX = 30  # document, sheet, two scripts, icons, and the pictures of the first screens


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", ["home", "results", "offer", "sector"])
def test_a_page_stays_within_its_budget(
    browser: Browser, address: str, dress: str, name: str, size: dict[str, Any]
) -> None:
    context = browser.new_context(base_url=address, viewport=size, locale="zh-CN")
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    cdp.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    cdp.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    cdp.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    hosts: list[str] = []
    page.on("request", lambda request: hosts.append(urlsplit(request.url).netloc))
    page.goto(PAGES[name].format(dress=dress), wait_until="networkidle")
    scripts = sum(length for request, length in sizes.items() if kinds.get(request) == "Script")
    context.close()
    assert set(hosts) == {urlsplit(address).netloc}
    assert sum(sizes.values()) < FIRST_PAGE_BYTES_MAX
    assert scripts < SCRIPT_BYTES_MAX
    assert len(sizes) <= REQUESTS_MAX


def test_a_second_visit_asks_only_for_the_page(open_page: OpenPage) -> None:
    page = open_page("/help")
    fetched: list[str] = []
    page.on("response", lambda response: fetched.append(urlsplit(response.url).path))
    page.goto("/help")
    asked = page.evaluate(
        "performance.getEntriesByType('resource').filter((e) => e.transferSize > 0).map((e) => e.name)"
    )
    # Chromium fetches the icon beside the page, when it likes, and may do so on either visit.
    assert [name for name in asked if "/static/favicon" not in name] == []
    assert "/help" in fetched
