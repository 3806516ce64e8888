"""Quick order without a script: every pasted line answered, nothing lost, the good ones in the cart at once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from catalog_service.domain.carts.pasted import PASTED_CHARACTERS_MAX, PASTED_LINES_MAX
from catalog_service.domain.skus.values import SkuDraft, TradeTerms
from storefront.trading import CART_COOKIE
from tests.catalog_service.house import ADMIN, draft
from tests.storefront.stall import STEPS, Stall, alert, cart_lines, signed_in
from tests.storefront.test_accounts import Browser


def paste(browser: Browser, text: str, do: str = "check", **more: str) -> Any:
    return browser.send("/cart/quick", text=text, do=do, **more)


def kept(page: Any) -> str:
    """What stands in the field."""
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.S)
    assert found is not None
    return found[1].replace("&#34;", '"').replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")


def outcomes(page: Any) -> list[str]:
    return re.findall(r'<span class="state state-\w+">(.*?)</span>', page.text)


def test_lines_are_checked_and_stay_in_their_field(browser: Browser, stall: Stall) -> None:
    assert "快速下单" in browser.get("/cart").text
    text = f"货号\t数量\n{stall.red}\t60\n{stall.blue},40\nnobody 5\no-1\t10\n坏行"
    page = paste(browser, text)
    assert page.status_code == 200
    assert outcomes(page) == ["表头", "可以放入", "可以放入", "没有找到", "请选一种", "看不懂"]
    assert kept(page) == text
    assert "60件 × ¥9 = <strong>¥540</strong>" in page.text
    assert ("2 行可以放入" in page.text, "<strong>¥900</strong>" in page.text, "另有 3 行" in page.text) == (True,) * 3
    assert cart_lines(stall) == []


def test_good_lines_go_in_and_the_others_stay_with_their_reasons(browser: Browser, stall: Stall) -> None:
    page = paste(browser, f"{stall.red}\t10\nnobody\t5\n坏行", "add")
    assert page.status_code == 200
    assert cart_lines(stall) == [(stall.red, 10, 0)]
    assert kept(page) == "nobody\t5\n坏行"
    assert outcomes(page) == ["没有找到", "看不懂"]
    assert "1 行已放入进货单" in page.text
    assert '<b id="count-cart">1</b>' in page.text
    assert CART_COOKIE in browser.client.cookies
    done = paste(browser, f"{stall.blue} 10", "add")
    assert (done.status_code, done.headers["location"]) == (303, "/cart?done=added")
    assert sorted(cart_lines(stall)) == sorted([(stall.red, 10, 0), (stall.blue, 10, 0)])


def test_the_same_form_sent_twice_adds_once(browser: Browser, stall: Stall) -> None:
    signed_in(browser, stall.owner)
    page = browser.get("/cart/quick").text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    sent = [
        browser.client.post("/cart/quick", data={**hidden, "text": f"{stall.red}\t10\nnobody\t5", "do": "add"})
        for _ in range(2)
    ]
    assert [(each.status_code, kept(each)) for each in sent] == [(200, "nobody\t5")] * 2
    assert cart_lines(stall) == [(stall.red, 10, 0)]


def test_a_choice_is_made_for_its_line_and_kept(browser: Browser, stall: Stall) -> None:
    page = paste(browser, "o-1\t10")
    (mark,) = set(re.findall(r'name="(pick_\w+)"', page.text))
    chosen = paste(browser, "nobody\t1\no-1\t10", "check", **{mark: stall.blue})
    assert outcomes(chosen) == ["没有找到", "可以放入"]
    again = paste(browser, "o-1\t10", "add", **{mark: stall.blue})
    assert (again.status_code, cart_lines(stall)) == (303, [(stall.blue, 10, 0)])


def coded(stall: Stall, *codes: str) -> None:
    """An offer whose SKUs have the codes."""
    skus = tuple(SkuDraft(code=code, values=(("颜色", f"色{n}"),), stock=500) for n, code in enumerate(codes))
    offer = draft("o-2", "棉袜", supplier_id=stall.supplier_id, moq=10, tiers=STEPS)
    stall.record.publish_offer(draft=offer, trade=TradeTerms(skus=skus), request=ADMIN)


@pytest.mark.parametrize(("language", "said"), [("zh", "按“T-1-R”找到"), ("en", "Found as “T-1-R”")])
def test_another_spelling_of_a_code_says_whose_it_is(browser: Browser, stall: Stall, language: str, said: str) -> None:
    coded(stall, "T-1-R", "T-1-B")
    browser.client.cookies.set("pifa_language", language)
    page = paste(browser, "ｔ１ｒ 10")
    assert said in page.text
    assert 'class="quick-done"' in page.text


def test_codes_that_are_spelt_alike_are_told_apart_by_hand(browser: Browser, stall: Stall) -> None:
    coded(stall, "T-1-R", "T1R")
    page = paste(browser, "t1r\t10", "add")
    assert (outcomes(page), cart_lines(stall)) == (["请选一种"], [])
    options = dict(re.findall(r'<option value="([^"]+)">([^<]+)</option>', page.text))
    assert list(options.values()) == ["色0 · 棉袜 · T-1-R", "色1 · 棉袜 · T1R"]
    (mark,) = set(re.findall(r'name="(pick_\w+)"', page.text))
    chosen = list(options)[1]
    paste(browser, "t1r\t10", "add", **{mark: chosen})
    assert cart_lines(stall) == [(chosen, 10, 0)]


def test_a_code_that_may_be_another_is_confirmed_by_hand(browser: Browser, stall: Stall) -> None:
    coded(stall, "D-15", "B-1")
    page = paste(browser, "D1.5\t10", "add")
    assert (outcomes(page), cart_lines(stall)) == (["请选一种"], [])
    assert "没有在售的货正好写作“D1.5”，只有写法相近的一种，请确认是不是它" in page.text
    assert "色0 · 棉袜 · D-15" in page.text


@pytest.mark.parametrize("do", ["check", "add"])
@pytest.mark.parametrize(
    ("text", "said"),
    [("A 1\n" * (PASTED_LINES_MAX + 1), "一次最多"), ("长" * (PASTED_CHARACTERS_MAX + 1), "一次最多粘贴")],
)
def test_what_is_too_long_is_refused_and_stays_whole(
    browser: Browser, stall: Stall, do: str, text: str, said: str
) -> None:
    page = paste(browser, text, do)
    assert (page.status_code, said in alert(page), kept(page) == text) == (400, True, True)
    assert cart_lines(stall) == []


def test_nothing_pasted_adds_nothing(browser: Browser, stall: Stall) -> None:
    assert "请先粘贴" in alert(paste(browser, "  \n", "add"))
    forged = browser.client.post("/cart/quick", data={"text": f"{stall.red} 10", "do": "add"})
    assert (forged.status_code, cart_lines(stall)) == (403, [])


def test_what_is_pasted_is_shown_as_text(browser: Browser, stall: Stall) -> None:
    text = '</textarea><script>alert(1)</script> 5\n"><img src=x>\t3'
    page = paste(browser, text)
    assert ("<script>alert" in page.text, "<img src=x>" in page.text) == (False, False)
    assert kept(page) == text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_there_in_both_languages(browser: Browser, stall: Stall, language: str) -> None:
    browser.client.cookies.set("pifa_language", language)
    page = paste(browser, f"{stall.red} 10\no-1 10")
    assert page.status_code == 200
    assert ("Line by line" in page.text) is (language == "en")


def sheet(browser: Browser, content: bytes, do: str, text: str = "") -> Any:
    hidden = browser.hidden("/cart/quick", "/cart/quick")
    return browser.client.post("/cart/quick", data={**hidden, "text": text, "do": do}, files={"file": content})


def test_a_file_becomes_lines_of_the_field_and_is_answered_as_they_are(browser: Browser, stall: Stall) -> None:
    content = f"货号,规格,数量\n{stall.red},,10\nnobody,,5\n".encode("gb18030")
    page = sheet(browser, content, "check", text=f"{stall.blue}\t10")
    assert outcomes(page) == ["可以放入", "表头", "可以放入", "没有找到"]
    assert kept(page) == f"{stall.blue}\t10\n货号\t规格\t数量\n{stall.red}\t\t10\nnobody\t\t5"
    assert cart_lines(stall) == []
    added = sheet(browser, content, "add")
    assert (outcomes(added), cart_lines(stall)) == (["没有找到"], [(stall.red, 10, 0)])
    done = sheet(browser, f"{stall.blue},10".encode(), "add")
    assert (done.status_code, done.headers["location"]) == (303, "/cart?done=added")


def test_a_file_that_is_none_is_refused_and_what_was_pasted_stays(browser: Browser, stall: Stall) -> None:
    page = sheet(browser, b"\xd0\xcf\x11\xe0", "add", text=f"{stall.red}\t10")
    assert (page.status_code, "另存为 .xlsx" in alert(page), kept(page)) == (400, True, f"{stall.red}\t10")
    assert cart_lines(stall) == []


@pytest.mark.parametrize(("kind", "begins"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")])
def test_the_page_offers_a_template(browser: Browser, kind: str, begins: bytes) -> None:
    address = f"/cart/quick/template?format={kind}"
    assert address in browser.get("/cart/quick").text
    assert browser.get(address).content[: len(begins)] == begins
