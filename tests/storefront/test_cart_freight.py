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
from tests.storefront.test_matrix import PARTIAL

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
    assert "Freight, and what would make it free, are for the default address: Jinhua, Zhejiang 张伟" in page
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


@pytest.fixture
def visitor(basket: Browser, stall: Stall) -> Browser:
    """The same nine pots in the cart of somebody who has not signed in."""
    browser = Browser(stall.app())
    assert browser.send("/cart/quick", text="P\t9", do="add").status_code == 303
    return browser


def test_a_visitor_chooses_a_province_once_and_is_told_freight(visitor: Browser) -> None:
    page = visitor.get("/cart").text
    assert ('<select id="cart-province"' in page, "另加运费" in page) == (True, False)
    page = visitor.get("/cart?province=浙江").text
    assert ("另加运费 ¥9" in page, "按浙江，结算时按收货地址" in page) == (True, True)
    visitor.get("/search?q=汤锅&quantity=5&city=杭州")  # what else it says of the visit takes nothing away
    page = visitor.get("/cart").text  # the browser keeps it
    assert ("另加运费 ¥9" in page, '<option value="浙江" selected>' in page) == (True, True)
    page = visitor.get("/cart?province=西藏").text
    assert ("“汤锅”不发往西藏" in page, "按您选的省份" in page, "另加运费" in page) == (True, True, False)
    page = visitor.get("/cart?province=").text
    assert ("另加运费" in page, "运费在结算时按收货地址计算" in page) == (False, True)
    assert visitor.get("/cart?province=火星").status_code == 400


def test_a_visitor_chooses_it_beside_the_quantities_of_an_offer(visitor: Browser, stall: Stall) -> None:
    visitor.send("/cart", do="remove:" + stall.record.offers.offer("pot").skus[0].sku.sku_id)
    sku_id = stall.record.offers.offer("pot").skus[0].sku.sku_id
    assert "的运费" not in visitor.get(f"/offer/pot?q_{sku_id}=2").text
    typed = {f"q_{sku_id}": "2", "do": "price", "province": "浙江"}
    sent = visitor.send("/offer/pot", "/offer/pot/lines", **typed)
    assert sent.status_code == 303
    assert "另加到浙江的运费 ¥9" in visitor.get(sent.headers["location"]).text
    hidden = visitor.hidden("/offer/pot", "/offer/pot/lines")
    answer = visitor.client.post("/offer/pot/lines", data={**hidden, **typed, "province": "西藏"}, headers=PARTIAL)
    assert ("“汤锅”不发往西藏" in answer.text, "的运费" in answer.text) == (True, False)
    added = visitor.send("/offer/pot", "/offer/pot/lines", **{**typed, "do": "add"})
    assert added.headers["location"] == "/cart?done=added"
    assert '<option value="浙江" selected>' in visitor.get("/cart").text  # what the last press said


def test_a_province_chosen_in_the_press_that_puts_in_is_kept(visitor: Browser, stall: Stall) -> None:
    sku_id = stall.record.offers.offer("pot").skus[0].sku.sku_id
    typed = {f"q_{sku_id}": "2", "do": "add", "province": "浙江"}
    hidden = visitor.hidden("/offer/pot", "/offer/pot/lines")
    odd = visitor.client.post("/offer/pot/lines", data={**hidden, **typed, "province": "火星"})
    assert (odd.status_code, "“火星”不是省级地区" in odd.text, "selected>浙江" in odd.text) == (400, True, False)
    refused = visitor.client.post("/offer/pot/lines", data={**hidden, **typed, f"q_{sku_id}": "9999"})
    assert (refused.status_code, '<option value="浙江" selected>' in refused.text) == (
        400,
        True,
    )  # beside what is wrong
    visitor.get("/cart?province=西藏")
    assert visitor.send("/offer/pot", "/offer/pot/lines", **typed).headers["location"] == "/cart?done=added"
    page = visitor.get("/cart").text
    assert ('<option value="浙江" selected>' in page, "按浙江，结算时按收货地址" in page) == (True, True)
    cleared = {**typed, "province": ""}
    visitor.send("/offer/pot", "/offer/pot/lines", **cleared)
    assert "运费在结算时按收货地址计算" in visitor.get("/cart").text


def test_the_city_of_the_search_proposes_its_province_and_the_last_choice_wins(visitor: Browser) -> None:
    def chosen(*addresses: str) -> list[str]:
        for each in addresses:
            assert visitor.get(each).status_code in (200, 303)
        offer, cart = (
            re.findall(r'<option value="(\w*)" selected>', visitor.get(each).text) for each in ("/offer/pot", "/cart")
        )
        assert offer == cart
        return cart

    assert chosen("/search?q=汤锅&city=义乌市") == ["浙江"]
    assert chosen("/cart?province=西藏") == ["西藏"]
    assert chosen("/search?q=锅&city=义乌市") == ["西藏"]  # the address says the city again; nobody chose it again
    assert chosen("/offer/pot?quantity=3&city=广州") == ["广东"]  # the form of the head
    assert chosen("/offer/pot?city=佛冈") == []  # not known, and Guangdong was only the former city's
    assert chosen("/cart?province=西藏", "/search?city=某地") == ["西藏"]
    assert chosen("/cart?province=浙江&city=广州") == ["浙江"]  # both said at once


def test_the_usual_address_of_a_company_stays_what_freight_is_for(basket: Browser) -> None:
    page = basket.get("/cart?province=西藏").text
    assert ("另加运费 ¥9" in page, '<select id="cart-province"' in page) == (True, False)
