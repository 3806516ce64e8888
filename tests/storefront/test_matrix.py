"""The SKU matrix: a grid of two attributes, a list of others, priced as the preview will, and its living part."""

from __future__ import annotations

import re
from typing import Any

from catalog_service.domain.prices.terms import SupplierTerms
from catalog_service.domain.prices.values import Wanted
from catalog_service.domain.skus.values import SkuDraft, TradeTerms
from tests.catalog_service.house import ADMIN, draft, ladder, rows
from tests.storefront.stall import STEPS, Stall, fill, signed_in
from tests.storefront.test_accounts import Browser

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def shirt(stall: Stall, *pairs: tuple[str, str], **trade: Any) -> dict[str, str]:
    """An offer of colours and sizes; its SKUs by code."""
    skus = tuple(
        SkuDraft(code=f"{colour}{size}", values=(("颜色", colour), ("尺码", size)), stock=20) for colour, size in pairs
    )
    offer = draft("shirt", "纯棉T恤", supplier_id=stall.supplier_id, moq=10, tiers=STEPS)
    stall.record.publish_offer(draft=offer, trade=TradeTerms(skus=skus, **trade), request=ADMIN)
    return dict(rows(stall.record, "SELECT code, sku_id FROM skus WHERE offer_id = 'shirt'"))  # type: ignore[arg-type]


def live(browser: Browser, path: str, **typed: str) -> Any:
    """What htmx asks for while somebody types."""
    page = browser.get(path).text
    form = next(f for f in re.findall(r"<form[^>]*>.*?</form>", page, re.S) if f"{path}/lines" in f)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    return browser.client.post(f"{path}/lines", data={**hidden, **typed, "do": "price"}, headers=PARTIAL)


def heads(page: str) -> list[list[str]]:
    sheet = re.search(r'<div class="grid sheet".*?</table>', page, re.S)
    assert sheet is not None
    columns = re.findall(r'<th scope="col">(.*?)</th>', sheet[0])
    return [columns, re.findall(r'<th scope="row">(.*?)</th>', sheet[0])]


def test_two_attributes_stand_in_a_grid(browser: Browser, stall: Stall) -> None:
    ids = shirt(stall, ("红", "M"), ("红", "L"), ("蓝", "L"), ("蓝", "XL"))
    page = browser.get("/offer/shirt").text
    assert heads(page) == [["颜色 / 尺码", "M", "L", "XL"], ["红", "蓝"]]
    assert page.count("没有这种规格") == 2  # red XL and blue M
    assert {f'name="q_{sku_id}"' in page for sku_id in ids.values()} == {True}
    assert 'class="grid sheet"' not in browser.get("/offer/o-1").text  # one attribute: a list


def test_one_value_across_is_a_list_and_many_go_down(browser: Browser, stall: Stall) -> None:
    shirt(stall, ("红", "M"), ("蓝", "M"))
    assert 'class="grid sheet"' not in browser.get("/offer/shirt").text
    sizes = [str(35 + number) for number in range(9)]
    skus = tuple(SkuDraft(code=f"{c}{s}", values=(("颜色", c), ("尺码", s))) for c in ("黑", "白") for s in sizes)
    shoe = draft("shoe", "皮鞋", supplier_id=stall.supplier_id, tiers=ladder((1, 9_000)))
    stall.record.publish_offer(draft=shoe, trade=TradeTerms(skus=skus), request=ADMIN)
    assert heads(browser.get("/offer/shoe").text) == [["尺码 / 颜色", "黑", "白"], sizes]


def test_a_living_answer_is_the_matrix_alone_with_its_address(browser: Browser, stall: Stall) -> None:
    ids = shirt(stall, ("红", "M"), ("红", "L"), ("蓝", "M"), ("蓝", "L"))
    red = f"q_{ids['红M']}"
    answer = live(browser, "/offer/shirt", **{red: "10"})
    assert (answer.status_code, "<html" in answer.text) == (200, False)
    assert answer.headers["HX-Replace-Url"] == f"/offer/shirt?{red}=10"
    assert "10件 × <strong>¥10</strong> = ¥100" in answer.text
    assert f'<span id="visit-state" hx-swap-oob="true"><input type="hidden" name="{red}" value="10">' in re.sub(
        r">\s+<", "><", answer.text
    )
    plain = fill(browser, stall, "60", "40", do="price")
    assert plain.status_code == 303  # without a script on to the address


def test_one_wrong_field_keeps_no_other_from_its_price(browser: Browser, stall: Stall) -> None:
    answer = live(browser, "/offer/o-1", **{f"q_{stall.red}": "10", f"q_{stall.blue}": "many"})
    assert ("<strong>¥100</strong>" in answer.text, "数量应为" in answer.text) == (True, True)
    assert f'value="many" autocomplete="off" aria-invalid="true" aria-describedby="t-{stall.blue}"' in answer.text
    assert 'role="alert"' not in answer.text


def test_a_trouble_of_the_whole_offer_is_told_once(browser: Browser, stall: Stall) -> None:
    answer = live(browser, "/offer/o-1", **{f"q_{stall.red}": "3", f"q_{stall.blue}": "4"})
    assert answer.text.count("还差 3") == 1
    first = next(sku_id for sku_id in re.findall(r'id="q-([^"]+)"', answer.text))
    assert answer.text.count(f'aria-invalid="true" aria-describedby="t-{first}"') == 2


def test_what_lies_in_the_cart_is_priced_along(browser: Browser, stall: Stall) -> None:
    fill(browser, stall, "60")
    answer = live(browser, "/offer/o-1", **{f"q_{stall.blue}": "40"})
    assert ("<strong>¥9</strong>" in answer.text, "<strong>¥360</strong>" in answer.text) == (True, True)
    assert "连同进货单里这家的 60 件一起计价" in answer.text
    fill(browser, stall, "", "40")
    assert "¥900" in browser.get("/cart").text  # the preview says the same


def test_the_state_of_a_mixed_batch_is_told_while_typing(browser: Browser, stall: Stall) -> None:
    terms = SupplierTerms(supplier_id=stall.supplier_id, mixed_pieces_min=8, mixed_fen_min=30_000)
    stall.record.set_supplier_terms(terms=terms, expected_version=None, request=ADMIN)
    ids = shirt(stall, ("红", "M"), ("红", "L"), ("蓝", "M"), ("蓝", "L"), mixed_batch=True)
    few = live(browser, "/offer/shirt", **{f"q_{ids['红M']}": "5"}).text
    assert "已选 5 件、¥50，还差 3 件 或 ¥250" in few
    enough = live(browser, "/offer/shirt", **{f"q_{ids['红M']}": "5", f"q_{ids['蓝L']}": "3"}).text
    assert ("混批已达到" in enough, "mixed-state met" in enough, "还差" in enough) == (True, True, False)
    basket = [Wanted(sku_id=ids["红M"], quantity=5), Wanted(sku_id=ids["蓝L"], quantity=3)]
    assert stall.record.prices.basket(stall.supplier_id, basket, company_id="").problems == ()


def test_my_quantity_is_put_into_every_field_by_a_button(browser: Browser, stall: Stall) -> None:
    assert 'value="fill"' not in browser.get("/offer/o-1").text
    assert "每种填 40" in browser.get("/offer/o-1?quantity=40").text
    filled = browser.send("/offer/o-1", "/offer/o-1/lines", do="fill")
    assert filled.headers["location"] == f"/offer/o-1?q_{stall.red}=40&q_{stall.blue}=40"


def test_prices_before_anything_is_typed_are_at_my_quantity_and_my_companys_own(browser: Browser, stall: Stall) -> None:
    shirt(stall, ("红", "M"), ("红", "L"), ("蓝", "M"), ("蓝", "L"))
    assert "按 100件 ¥9/件" in browser.get("/offer/shirt?quantity=100").text
    groups = stall.record.keep_groups
    group = groups.create(seller=stall.supplier_id, name="老客户", rate_bp=9_000, request=ADMIN).subject_id
    groups.set_members(
        seller=stall.supplier_id, group_id=group, company_ids=[stall.owner.company_id], expected_version=1,
        request=ADMIN,
    )  # fmt: skip
    signed_in(browser, stall.owner)
    assert "按 100件 ¥8.10/件" in browser.get("/offer/shirt?quantity=100").text
