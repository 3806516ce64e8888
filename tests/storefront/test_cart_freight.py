"""Freight in the cart: for the buyer's default address, which is named, with what would make it free."""

from __future__ import annotations

import re

import pytest

from catalog_service.domain.prices.terms import FreightZone
from catalog_service.domain.skus.values import SkuDraft, TradeTerms
from tests.catalog_service.house import ADMIN, draft, ladder
from tests.catalog_service.town import SELF
from tests.storefront.stall import WHERE, Stall, signed_in
from tests.storefront.test_accounts import Browser

FREE_FROM_FEN = 20_000


@pytest.fixture
def basket(browser: Browser, stall: Stall) -> Browser:
    """Nine pieces of 20 yuan in the owner's cart, 20 yuan short of free freight to Zhejiang; nothing goes to Tibet."""
    zones = (
        FreightZone(regions=("西藏",), delivered=False),
        FreightZone(first_g=1_000, first_fen=900, step_g=1_000, step_fen=100, free_fen=FREE_FROM_FEN),
    )
    made = stall.record.keep_freight.create(seller=stall.supplier_id, name="快递", zones=zones, request=ADMIN)
    goods = draft("pot", "汤锅", supplier_id=stall.supplier_id, moq=1, tiers=ladder((1, 2_000)))
    trade = TradeTerms(
        skus=(SkuDraft(code="P", values=(("颜色", "黑"),), weight_g=100, stock=500),),
        freight_template_id=made.subject_id,
    )
    stall.record.publish_offer(draft=goods, trade=trade, request=ADMIN)
    signed_in(browser, stall.owner)
    assert browser.send("/cart/quick", text="P\t9", do="add").status_code == 303
    return browser


def test_the_cart_says_what_makes_freight_free_and_to_which_address(basket: Browser) -> None:
    page = basket.get("/cart").text
    assert "运费和包邮建议按默认地址：浙江 金华 张伟" in page
    assert "另加运费 ¥9" in page
    (hint,) = re.findall(r'<ul class="hints".*?</ul>', page, re.S)
    assert "包邮" in hint
    (deed,) = re.findall(r'value="(set:10:[^"]+)"', hint)
    basket.send("/cart", do=deed)
    after = basket.get("/cart").text
    assert ("另加运费" in after, '<p class="small">包邮</p>' in after) == (False, True)


def test_an_english_reader_is_told_in_english(basket: Browser) -> None:
    basket.client.cookies.set("pifa_language", "en")
    page = basket.get("/cart").text
    assert "Freight, and what would make it free, are for the default address: 浙江 金华 张伟" in page
    assert "Freight ¥9 on top" in page


def test_what_does_not_go_to_the_default_address_can_be_ordered_to_another(basket: Browser, stall: Stall) -> None:
    far = {**{name: getattr(WHERE, name) for name in WHERE.__slots__}, "province": "西藏", "city": "拉萨"}
    stall.record.people.add_address(
        company_id=stall.owner.company_id, address=type(WHERE)(**far), default=True, request=SELF
    )
    page = basket.get("/cart").text
    assert "“汤锅”不发往西藏" in page
    assert "按默认地址 西藏 拉萨 张伟；结算时可以换地址" in page
    assert "只结算这一家" in page


def test_a_visitor_is_told_that_freight_comes_later(browser: Browser, stall: Stall) -> None:
    browser.send("/cart/quick", text=f"{stall.red}\t10", do="add")
    page = browser.get("/cart").text
    assert ("运费在结算时按收货地址计算" in page, "默认地址" in page) == (True, False)
