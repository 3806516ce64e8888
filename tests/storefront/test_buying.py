"""The buyer's pages without a script: the matrix, the cart of a visitor and of a member, checkout, and orders."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from catalog_service.adapters.documents.numbers import number_html
from catalog_service.domain.orders.numbers import grouped
from storefront.trading import CART_COOKIE
from tests.catalog_service.house import ADMIN, draft, ladder, rows
from tests.catalog_service.town import SELF
from tests.storefront.stall import WHERE, Stall, alert, cart_lines, fill, signed_in
from tests.storefront.test_accounts import Browser


def checked_out(browser: Browser, stall: Stall) -> str:
    """The path of an order of ten red ones."""
    signed_in(browser, stall.owner)
    fill(browser, stall)
    placed = browser.send("/checkout", "/checkout")
    assert placed.status_code == 303, alert(placed)
    return str(placed.headers["location"]).partition("?")[0]


def orders(stall: Stall) -> list[tuple[Any, ...]]:
    return rows(stall.record, "SELECT state, payable_fen FROM orders ORDER BY placed_at, order_id")


def test_a_visitors_cart_is_filled_and_comes_along_at_signing_in(browser: Browser, stall: Stall) -> None:
    added = fill(browser, stall, "60", "40")
    assert (added.status_code, added.headers["location"]) == (303, "/cart?done=added")
    assert cart_lines(stall) == [(stall.blue, 40, 0), (stall.red, 60, 0)]
    page = browser.get("/cart")
    assert '<b id="count-cart">2</b>' in page.text
    assert "¥900" in page.text  # 100 pieces together reach the tier of 9 yuan
    signed_in(browser, stall.owner)
    assert CART_COOKIE not in browser.client.cookies
    assert {row[0][:2] for row in rows(stall.record, "SELECT owner FROM cart_lines")} == {"m:"}
    assert '<b id="count-cart">2</b>' in browser.get("/cart").text


def test_quantities_are_priced_by_the_server_and_the_address_holds_them(browser: Browser, stall: Stall) -> None:
    priced = fill(browser, stall, "60", "40", do="price")
    assert priced.headers["location"] == f"/offer/o-1?q_{stall.red}=60&q_{stall.blue}=40"
    page = browser.get(priced.headers["location"]).text
    assert (page.count("<strong>¥9</strong>"), "<strong>¥900</strong>" in page) == (2, True)
    assert cart_lines(stall) == []


@pytest.mark.parametrize(
    ("red", "blue", "said"),
    [
        ("", "", "请至少填写一种规格的数量"),
        ("9", "", "起订量 10"),
        ("10", "51", "库存 50"),
        ("many", "", "数量应为"),
        ("0", "", "数量应为"),
        ("-5", "", "数量应为"),
        ("1.5", "", "数量应为"),
    ],
)
def test_a_quantity_outside_the_limits_is_not_taken_and_stays_in_its_field(
    browser: Browser, stall: Stall, red: str, blue: str, said: str
) -> None:
    refused = fill(browser, stall, red, blue)
    assert refused.status_code == 400
    assert said in alert(refused)
    assert f'name="q_{stall.red}" inputmode="numeric" maxlength="13" value="{red}"' in refused.text
    assert cart_lines(stall) == []


def test_what_lies_in_the_cart_already_counts_for_the_minimum(browser: Browser, stall: Stall) -> None:
    fill(browser, stall, "10")
    assert fill(browser, stall, "", "1").status_code == 303
    assert cart_lines(stall) == [(stall.blue, 1, 0), (stall.red, 10, 0)]


def test_a_form_sent_twice_adds_once(browser: Browser, stall: Stall) -> None:
    page = browser.get("/offer/o-1").text
    form = next(f for f in re.findall(r"<form[^>]*>.*?</form>", page, re.S) if "/offer/o-1/lines" in f)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    for quantity in ("10", "10", "20"):  # the last: Back, and another quantity
        sent = browser.client.post("/offer/o-1/lines", data={**hidden, f"q_{stall.red}": quantity, "do": "add"})
        assert sent.status_code == 303
    assert cart_lines(stall) == [(stall.red, 30, 0)]
    forged = browser.client.post("/offer/o-1/lines", data={f"q_{stall.red}": "10", "do": "add"})
    assert forged.status_code == 403
    assert cart_lines(stall) == [(stall.red, 30, 0)]


def test_the_cart_names_problems_with_the_figure_that_mends_them(browser: Browser, stall: Stall) -> None:
    fill(browser, stall)
    browser.send("/cart", do="update", **{f"q_{stall.red}": "4"})
    assert cart_lines(stall) == [(stall.red, 4, 0)]
    page = browser.get("/cart").text
    assert "还差 6" in page
    assert f'value="set:10:{stall.red}"' in page
    assert 'href="/checkout"' not in page
    browser.send("/cart", do=f"set:10:{stall.red}", **{f"q_{stall.red}": "4"})
    assert cart_lines(stall) == [(stall.red, 10, 0)]
    browser.send("/cart", do=f"save:{stall.red}", **{f"q_{stall.red}": "12"})
    assert cart_lines(stall) == [(stall.red, 10, 1)]
    assert '<b id="count-cart"></b>' in browser.get("/cart").text
    browser.send("/cart", do=f"back:{stall.red}")
    browser.send("/cart", do=f"remove:{stall.red}")
    assert cart_lines(stall) == []


def test_an_english_cart_says_what_stands_in_the_way_in_english(browser: Browser, stall: Stall) -> None:
    browser.client.cookies.set("pifa_language", "en")
    assert "has an MOQ of 10" in alert(fill(browser, stall, "9"))
    assert "A quantity must be a whole number from 1 to" in alert(fill(browser, stall, "many"))
    fill(browser, stall)
    browser.send("/cart", do="update", **{f"q_{stall.red}": "4"})
    page = browser.get("/cart").text
    assert "6 more needed" in page
    assert ">Change to 10</button>" in page
    assert "Public price tier: 10" in page


def test_a_price_that_changed_since_the_cart_was_looked_at_is_told_beside_its_line(
    browser: Browser, stall: Stall
) -> None:
    fill(browser, stall)
    assert "单价变了" not in browser.get("/cart").text
    stall.reprice(1200)
    assert "您上次看过之后单价变了：¥10 → ¥12" in browser.get("/cart").text
    assert "单价变了" not in browser.get("/cart").text  # it was told
    browser.send("/cart", do="update", **{f"q_{stall.red}": "11"})
    assert "单价变了" not in browser.get("/cart").text
    stall.reprice(900)
    browser.client.cookies.delete("pifa_cart_seen")
    browser.client.cookies.set("pifa_cart_seen", "forged")
    assert "单价变了" not in browser.get("/cart").text


def test_a_line_that_is_sold_no_more_can_be_removed_while_another_is_changed(browser: Browser, stall: Stall) -> None:
    other = draft("o-2", "不锈钢螺母 M8", supplier_id=stall.supplier_id, moq=1, tiers=ladder((1, 100)))
    stall.record.publish_offer(draft=other, request=ADMIN)
    fill(browser, stall)
    browser.send("/offer/o-2", "/offer/o-2/lines", q_o_2="", **{"q_o-2": "5", "do": "add"})
    stall.record.withdraw_offer(offer_id="o-1", expected_version=None, request=ADMIN)
    assert "已下架" in browser.get("/cart").text
    typed = {f"q_{stall.red}": "10", "q_o-2": "7"}
    assert browser.send("/cart", do=f"remove:{stall.red}", **typed).status_code == 303
    assert cart_lines(stall) == [("o-2", 7, 0)]


def test_checkout_places_what_was_shown_and_empties_the_cart(browser: Browser, stall: Stall) -> None:
    assert browser.get("/checkout").headers["location"] == "/account/sign-in?next=%2Fcheckout"
    path = checked_out(browser, stall)
    assert orders(stall) == [("waitbuyerpay", 10_000)]
    assert cart_lines(stall) == []
    page = browser.get(path).text
    assert ("等待买家付款" in page, "公开阶梯价" in page, "张伟 13800138000" in page) == (True, True, True)


def test_a_checkout_sent_twice_orders_once(browser: Browser, stall: Stall) -> None:
    signed_in(browser, stall.owner)
    fill(browser, stall)
    page = browser.get("/checkout").text
    form = next(f for f in re.findall(r"<form[^>]*>.*?</form>", page, re.S) if 'method="post" action="/checkout"' in f)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    first, second = (browser.client.post("/checkout", data=hidden) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert orders(stall) == [("waitbuyerpay", 10_000)]


def test_another_address_is_priced_before_anything_is_ordered(browser: Browser, stall: Stall) -> None:
    other = replace(WHERE, recipient="李强", province="广东", city="广州")
    stall.record.people.add_address(company_id=stall.owner.company_id, address=other, default=False, request=SELF)
    ids = dict(rows(stall.record, "SELECT recipient, address_id FROM addresses"))
    signed_in(browser, stall.owner)
    fill(browser, stall)
    remark = {f"remark_{stall.supplier_id}": "请用加厚纸箱", "address_id": str(ids["李强"])}
    moved = browser.send("/checkout", "/checkout", do="where", **remark)
    assert (moved.status_code, alert(moved), 'value="请用加厚纸箱"' in moved.text) == (200, "", True)
    assert f'value="{ids["李强"]}" checked' in moved.text
    unasked = browser.send("/checkout", "/checkout", do="place", **remark)
    assert unasked.status_code == 409
    assert "收货地址换了" in alert(unasked)
    assert (orders(stall), cart_lines(stall)) == ([], [(stall.red, 10, 0)])
    placed = browser.send(f"/checkout?address={ids['李强']}", "/checkout", do="place", **remark)
    assert placed.status_code == 303
    assert "李强 13800138000" in browser.get(placed.headers["location"]).text


def test_a_price_that_changed_in_between_is_shown_again_and_nothing_is_lost(browser: Browser, stall: Stall) -> None:
    signed_in(browser, stall.owner)
    fill(browser, stall)
    page = browser.get("/checkout").text
    form = next(f for f in re.findall(r"<form[^>]*>.*?</form>", page, re.S) if 'method="post" action="/checkout"' in f)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    typed = {f"remark_{stall.supplier_id}": "请用加厚纸箱", f"plan_{stall.supplier_id}": "30-70"}
    stall.reprice(1200)
    again = browser.client.post("/checkout", data={**hidden, **typed})
    assert again.status_code == 409
    assert "单价 ¥10 → ¥12" in again.text
    assert ('value="请用加厚纸箱"' in again.text, '<option value="30-70" selected>' in again.text) == (True, True)
    assert (orders(stall), cart_lines(stall)) == ([], [(stall.red, 10, 0)])
    form = next(
        f for f in re.findall(r"<form[^>]*>.*?</form>", again.text, re.S) if 'method="post" action="/checkout"' in f
    )
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    placed = browser.client.post("/checkout", data={**hidden, **typed})
    assert placed.status_code == 303
    assert orders(stall) == [("waitbuyerpay", 12_000)]
    assert "请用加厚纸箱" in browser.get(placed.headers["location"]).text


def test_an_order_is_paid_cancelled_and_ordered_again(browser: Browser, stall: Stall) -> None:
    path = checked_out(browser, stall)
    handed = browser.send(path, f"{path}/pay")
    sandbox = handed.headers["location"]
    assert sandbox.startswith("/sandbox/pay/")
    failed = browser.send(sandbox, do="fail")
    assert failed.headers["location"] == f"{path}?done=failed"
    assert orders(stall) == [("waitbuyerpay", 10_000)]
    retried = browser.send(path, f"{path}/pay").headers["location"]
    assert browser.send(retried, do="pay").headers["location"] == f"{path}?done=paid"
    assert orders(stall) == [("waitsellersend", 10_000)]
    assert "这笔付款已经结束" in browser.get(retried).text
    again = browser.send(path, f"{path}/again")
    assert again.headers["location"] == "/cart?done=again"
    assert cart_lines(stall) == [(stall.red, 10, 0)]
    second = browser.send("/checkout", "/checkout").headers["location"].partition("?")[0]
    refused = browser.send(second, f"{second}/cancel", reason="")
    assert refused.status_code == 400
    ended = browser.send(second, f"{second}/cancel", reason="买错了")
    assert ended.headers["location"] == f"{second}?done=cancel"
    assert sorted(orders(stall)) == [("cancel", 10_000), ("waitsellersend", 10_000)]
    assert "买错了" in browser.get(second).text


def test_lists_are_filtered_exported_and_printed(browser: Browser, stall: Stall) -> None:
    path = checked_out(browser, stall)
    order_id = path.rpartition("/")[2]
    number = stall.town.record.ordering.disputes.case(order_id, by="staff").view.order.number
    shown = number_html(number)
    assert shown in browser.get("/orders").text
    assert shown in browser.get("/orders?state=waitbuyerpay").text
    assert shown not in browser.get("/orders?state=success").text
    for typed in (order_id, number, grouped(number), " ".join(number)):
        assert shown in browser.get(f"/orders?number={quote(typed)}").text
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    mistyped = browser.get(f"/orders?number={wrong}")
    assert (mistyped.status_code, "订单号的校验位对不上" in mistyped.text, f'value="{wrong}"' in mistyped.text) == (
        400, True, True,
    )  # fmt: skip
    assert shown not in mistyped.text
    assert browser.get("/orders?state=nothing").status_code == 400
    assert number in browser.get("/orders/export?format=csv").text
    assert browser.get("/orders/export?format=xlsx").content[:2] == b"PK"
    assert browser.get("/orders/export?format=pdf").status_code == 400
    for page in (path, f"{path}/print", browser.send(path, f"{path}/pay").headers["location"]):
        text = browser.get(page).text
        assert shown in text
        assert order_id not in re.sub("<[^>]*>", "", text)  # in addresses alone


def test_what_is_another_companys_is_not_there(browser: Browser, stall: Stall) -> None:
    path = checked_out(browser, stall)
    sandbox = browser.send(path, f"{path}/pay").headers["location"]
    stranger = signed_in(Browser(stall.app()), stall.town.company("owner@x.example.com", "丙公司"))
    own = browser.get(path).text
    for page in (path, f"{path}/print", sandbox):
        assert stranger.get(page).status_code == 404
    token = re.search(r'name="csrf" value="([^"]+)"', stranger.get("/account").text)
    assert token is not None
    for deed in ("pay", "cancel", "confirm", "again", "approve", "refuse", "refunds"):
        data = {"csrf": token[1], "amount_fen": "10000", "reason": "x", "amount": "1"}
        assert stranger.client.post(f"{path}/{deed}", data=data).status_code == 404
    assert "等待买家付款" in own
    assert orders(stall) == [("waitbuyerpay", 10_000)]
    seller = signed_in(Browser(stall.app()), stall.seller)
    assert seller.get(path).headers["location"] == f"/seller{path}"  # it has pages of its own
    assert Browser(stall.app()).get(path).headers["location"].startswith("/account/sign-in?next=")


def test_above_the_limit_an_approver_decides(browser: Browser, stall: Stall) -> None:
    buyer = stall.town.colleague(stall.owner, "buyer@a.example.com", ("buyer",), 9_999)
    approver = stall.town.colleague(stall.owner, "approver@a.example.com", ("approver",))
    signed_in(browser, buyer)
    fill(browser, stall)
    assert "超过您的限额 ¥99.99" in browser.get("/checkout").text
    path = browser.send("/checkout", "/checkout").headers["location"].partition("?")[0]
    assert orders(stall) == [("waitapproval", 10_000)]
    assert ("/approve" in browser.get(path).text, "/pay" in browser.get(path).text) == (False, False)
    assert browser.get("/approvals").status_code == 403
    judge = signed_in(Browser(stall.app()), approver)
    assert path in judge.get("/approvals").text
    assert judge.send(path, f"{path}/refuse", reason="").status_code == 400
    assert judge.send(path, f"{path}/approve").headers["location"] == f"{path}?done=approve"
    assert orders(stall) == [("waitbuyerpay", 10_000)]
    assert judge.get("/checkout").status_code == 403


def test_the_overview_lists_what_waits_for_a_member_and_its_notices_lead_to_their_orders(
    browser: Browser, stall: Stall
) -> None:
    buyer = stall.town.colleague(stall.owner, "buyer@a.example.com", ("buyer",), 9_999)
    approver = stall.town.colleague(stall.owner, "approver@a.example.com", ("approver",))
    signed_in(browser, buyer)
    fill(browser, stall)
    path = browser.send("/checkout", "/checkout").headers["location"].partition("?")[0]
    judge = signed_in(Browser(stall.app()), approver)
    assert path in judge.get("/account").text
    assert "等您处理的订单" not in browser.get("/account").text  # a buyer cannot bring it on
    judge.send(path, f"{path}/refuse", reason="预算用完了")
    assert "等您处理的订单" not in judge.get("/account").text
    told = re.search(r'<li class="unread">.*?<a href="([^"]+)">([^<]+)</a>', browser.get("/account").text)
    assert told is not None
    assert (told[1], "预算用完了" in told[2]) == (path, True)


def test_the_address_of_a_form_leads_back_to_its_page(browser: Browser, stall: Stall) -> None:
    path = checked_out(browser, stall)
    for form, page in ((f"{path}/refunds/x/modify", path), ("/offer/o-1/lines", "/offer/o-1"), (f"{path}/pay", path)):
        again = browser.get(form)
        assert (again.status_code, again.headers["location"]) == (303, page)


@pytest.mark.parametrize(
    ("odd", "state", "paid_fen"),
    [
        ("short", "waitbuyerpay", 0),
        ("twice", "waitsellersend", 10_000),
        ("late", "waitbuyerpay", 0),
        ("forged", "waitbuyerpay", 0),
        ("lied", "waitsellersend", 10_000),
    ],
)
def test_a_payment_service_that_goes_wrong_is_tried_on_its_page(
    browser: Browser, stall: Stall, odd: str, state: str, paid_fen: int
) -> None:
    path = checked_out(browser, stall)
    sandbox = browser.send(path, f"{path}/pay").headers["location"]
    answer = browser.send(sandbox, sandbox, do=odd)
    assert answer.status_code == (403 if odd == "forged" else 303), alert(answer)
    assert rows(stall.record, "SELECT state, paid_fen FROM orders") == [(state, paid_fen)]
    back = rows(stall.record, "SELECT amount_fen FROM transfers")
    assert back == ([(9_999,)] if odd == "short" else [])


def test_a_refund_of_too_much_is_refused_in_yuan(browser: Browser, stall: Stall) -> None:
    path = checked_out(browser, stall)
    paying = browser.send(path, f"{path}/pay").headers["location"]
    browser.send(paying, paying, do="pay")
    refused = browser.send(path, f"{path}/refunds", amount="100.01", reason="少货")
    assert (refused.status_code, "0.01 到 100.00 元" in alert(refused)) == (400, True)


@pytest.mark.parametrize("typed", ["1.234", "-5", "1e2", "abc", ""])
def test_a_refund_of_no_whole_fen_is_refused_and_never_rounded(browser: Browser, stall: Stall, typed: str) -> None:
    path = checked_out(browser, stall)
    paying = browser.send(path, f"{path}/pay").headers["location"]
    browser.send(paying, paying, do="pay")
    refused = browser.send(path, f"{path}/refunds", amount=typed, reason="少货")
    assert (refused.status_code, "退款金额" in alert(refused)) == (400, True)
    assert rows(stall.record, "SELECT count(*) FROM refunds") == [(0,)]


def test_while_a_refund_is_open_nothing_is_promised_to_go_on_by_itself(browser: Browser, stall: Stall) -> None:
    path = checked_out(browser, stall)
    paying = browser.send(path, f"{path}/pay").headers["location"]
    browser.send(paying, paying, do="pay")
    assert "等卖家发货" in browser.get(path).text
    browser.send(path, f"{path}/refunds", amount="1.23", reason="少货")
    page = browser.get(path).text
    assert "退款处理中，发货、收货和自动确认都暂停" in page
    assert "等卖家发货" not in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_shown_in_both_languages(browser: Browser, stall: Stall, language: str) -> None:
    path = checked_out(browser, stall)
    fill(browser, stall)
    browser.client.cookies.set("pifa_language", language)
    for page in ("/cart", "/checkout", "/orders", "/approvals", path, "/offer/o-1"):
        shown = browser.get(page)
        assert (shown.status_code, 'id="count-cart"' in shown.text) == (200, True)
        assert "style=" not in shown.text  # the content policy allows none
