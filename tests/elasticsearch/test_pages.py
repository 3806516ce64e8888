"""The pages over a real Elasticsearch, in a real Chromium: one buyer's way from the search box to an offer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Locator, expect

from pifa.settings import Settings
from pifa.wiring import Installation
from tests.browser.conftest import OpenPage, address, browser, demo, open_page  # noqa: F401 (fixtures)
from tests.browser.test_journeys import asked, total

# Of this group, so that one server is started; a second browser costs less than that.
pytestmark = [pytest.mark.xdist_group("elasticsearch"), pytest.mark.browser]

QUANTITY = 200


@pytest.fixture(scope="session")
def installation(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """What the browser's own tests are served, on the other engine."""
    prefix = f"t{uuid4().hex[:12]}"
    home = tmp_path_factory.mktemp("pages")
    yield demo(
        Settings(
            home=home,
            engine="elastic",
            elastic_url=elasticsearch_url,
            elastic_prefix=prefix,
            encoder="static",
            offline=True,
        )
    )
    with httpx.Client(base_url=elasticsearch_url, trust_env=False) as client:
        for index in client.get(f"/{prefix}-*").json():
            client.delete(f"/{index}").raise_for_status()


def test_from_the_search_box_by_a_facet_and_a_quantity_to_an_offer(
    open_page: OpenPage,  # noqa: F811
    installation: Installation,
) -> None:
    assert installation.store.reader().status().facts["engine"] == "elastic"
    page = open_page("/")
    page.fill("#q", "不锈钢")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    everything = total(page)
    assert everything > 0
    expect(page.locator(".notice.warn")).to_have_count(0)

    tick = page.locator(".facet .tick:has-text('认证供应商')")
    promised = int(re.sub(r"\D", "", tick.inner_text()))
    tick.click()
    expect(page.locator(".chip", has_text="认证供应商")).to_be_visible()
    assert total(page) == promised < everything

    page.fill("form.visit input[name=quantity]", str(QUANTITY))
    page.press("form.visit input[name=quantity]", "Enter")
    expect(page.locator(".priced")).to_contain_text(str(QUANTITY))
    assert asked(page) == {"q": ["不锈钢"], "quantity": [str(QUANTITY)], "verified": ["true"]}
    assert total(page) == promised

    card = page.locator(".card", has=page.locator(".yen")).first
    title, price = card.locator(".card-title").inner_text(), price_in(card)
    card.locator(".card-title a").click()
    page.wait_for_url("**/offer/**")
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("form.quantity input[name=quantity]")).to_have_value(str(QUANTITY))
    assert price_in(page.locator(".pricebox .now")) == price


def price_in(part: Locator) -> str:
    """As it is shown, without its unit."""
    return "".join(part.locator(f".{piece}").first.inner_text() for piece in ("whole", "fraction"))
