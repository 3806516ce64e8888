"""A visitor chooses a province in a real Chromium, and is told freight on the offer and in the cart."""

from __future__ import annotations

import pytest

from tests.browser.barriers import barriers
from tests.browser.conftest import OpenPage
from tests.browser.seller import Stall
from tests.browser.test_english import Names, chinese, names

__all__ = ["names"]  # a fixture


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no-script"])
def test_freight_follows_the_province_that_was_chosen(open_page: OpenPage, stall: Stall, scripts: bool) -> None:
    page = open_page(f"/offer/{stall.ids['plain']}", scripts=scripts)
    page.locator(".matrix input[name^=q_]").first.fill("20")
    page.get_by_label("收货省份").select_option("浙江")
    if not scripts:
        page.locator(".matrix-foot").get_by_role("button", name="算价").click()
    page.get_by_text("另加到浙江的运费").wait_for()
    if scripts:
        assert barriers(page) == []
    page.get_by_role("button", name="加入进货单").first.click()
    page.wait_for_url("**/cart?done=added")
    assert page.get_by_label("收货省份").input_value() == "浙江"
    page.get_by_text("另加运费").wait_for()
    page.get_by_label("收货省份").select_option("西藏")
    page.get_by_role("button", name="看运费").click()
    page.get_by_text("不发往西藏").wait_for()
    assert page.get_by_text("另加运费").count() == 0
    if scripts:
        assert barriers(page) == []


def test_every_step_of_it_is_english(open_page: OpenPage, stall: Stall, names: Names) -> None:
    page = open_page(f"/offer/{stall.ids['plain']}", language="en")
    page.get_by_label("Ship to province").select_option("浙江")
    page.locator(".matrix input[name^=q_]").first.fill("20")
    page.get_by_text("freight to Zhejiang").wait_for()
    assert chinese(page, names) == []
    page.locator("button[value=add]").click()
    page.wait_for_url("**/cart?done=added")
    for province in ("浙江", "西藏", ""):
        page.get_by_label("Ship to province").select_option(province)
        page.get_by_role("button", name="Show freight").click()
        page.wait_for_url("**/cart?province=*")
        assert chinese(page, names) == []
