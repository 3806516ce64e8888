"""The market's people find an order and end it on its page: one proposes, above a sum another confirms."""

from __future__ import annotations

import dataclasses
import html
import re
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from catalog_service.domain.companies.members import COMPANY_ROLES
from catalog_service.domain.orders.values import Party
from storefront.language import LAST_COOKIE
from tests.catalog_service.house import rows
from tests.catalog_service.town import SELF
from tests.storefront.test_accounts import Browser
from tests.storefront.test_seller_pages import Shop, browser, shop, signed_in, town

__all__ = ["browser", "shop", "town"]  # fixtures

ORDERS = "/staff/orders"


def two_from(shop: Shop, fen: int) -> None:
    desk = shop.record.ordering.desk
    object.__setattr__(desk, "options", dataclasses.replace(desk.options, two_operators_fen=fen))


def bought(shop: Shop, *, paid: bool = True) -> str:
    offer_id = shop.publish()
    (sku_id,) = rows(shop.record, f"SELECT sku_id FROM skus WHERE offer_id = '{offer_id}'")[0]
    return shop.order((str(sku_id), 10), paid=paid)


def selling(shop: Shop) -> Party:
    person = shop.person
    return Party(company_id=person.company_id, member_id=person.member_id, supplier_id=shop.supplier_id)


def test_one_operator_finds_an_order_and_splits_what_is_held(shop: Shop) -> None:
    order_id = bought(shop)
    shop.record.ordering.offer_end(order_id=order_id, reason="仓库失火", by=selling(shop), request=SELF)
    shop.town.clock.seconds += 4 * 86_400
    signed_in(shop.town, shop.browser, shop.town.staff())
    number = shop.record.ordering.disputes.case(order_id, by="staff").view.order.number
    for typed in (order_id, number, " ".join(number)):
        assert shop.browser.get(f"{ORDERS}?number={quote(typed)}").headers["location"] == f"{ORDERS}/{order_id}"
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert "订单号的校验位对不上" in shop.page(f"{ORDERS}?number={wrong}", status=400)
    assert order_id not in re.sub("<[^>]*>", "", shop.page(f"{ORDERS}/{order_id}"))  # in addresses alone
    page = f"{ORDERS}/{order_id}"
    shown = shop.page(page)
    said = ("乙工厂", "仓库失火", "已 4 天", "沉默不是同意", "托管着 ¥200.00", 'value="200.00"')
    assert [word in shown for word in said] == [True] * len(said)
    deed = f"{page}/terminate"
    assert "一分不退写 0" in shop.refused(page, deed, 400, to_buyer="", reason="都不回话")
    wrong = shop.refused(page, deed, 400, to_buyer="200.01", reason="都不回话")
    assert ("0 到 20000 分之间" in wrong, 'value="200.01"' in wrong, "都不回话" in wrong) == (True, True, True)
    assert shop.refused(page, deed, 400, to_buyer="150", reason=" ")
    assert shop.press(page, deed, to_buyer="150", reason="都不回话").headers["location"] == f"{page}?done=saved"
    ended = rows(shop.record, "SELECT state, refunded_fen, released_fen, end_reason FROM orders")
    assert ended == [("terminated", 15_000, 5_000, "都不回话")]
    assert "/terminate" not in shop.page(page)


def test_above_the_threshold_another_operator_confirms_or_says_otherwise(shop: Shop) -> None:
    two_from(shop, 5_000)
    order_id = bought(shop)
    page, deed = f"{ORDERS}/{order_id}", f"{ORDERS}/{order_id}/terminate"
    one, other = shop.town.staff("a@m.example.com"), shop.town.staff("b@m.example.com")
    signed_in(shop.town, shop.browser, one)
    assert "须由两位工作人员先后作出同样的裁定" in shop.page(page)
    shop.press(page, deed, to_buyer="120", reason="卖家失联")
    assert str(shop.state(order_id)) == "waitsellersend"  # a proposal, and nothing else
    shown = shop.page(page)
    assert ("这是您提出的" in shown, "退给买家 ¥120.00" in shown, 'value="120.00"' in shown) == (True, True, True)
    assert "您已提出这一裁定" in shop.refused(page, deed, 409, to_buyer="120", reason="卖家失联")
    signed_in(shop.town, shop.browser, other)
    assert "复核并终止" in shop.page(page)
    shop.press(page, deed, to_buyer="130", reason="货有损失")  # another split takes its place
    assert rows(shop.record, "SELECT state, proposed_by FROM rulings ORDER BY created_at, state DESC") == [
        ("replaced", one.member_id), ("proposed", other.member_id)
    ]  # fmt: skip
    signed_in(shop.town, shop.browser, one)
    shop.press(page, deed, reason="同意")  # as the form shows it
    assert rows(shop.record, "SELECT state, refunded_fen, released_fen FROM orders") == [("terminated", 13_000, 7_000)]
    signed_in(shop.town, shop.browser, shop.person)
    assert "同意" in shop.page(f"/seller/orders/{order_id}")


def test_what_has_changed_since_the_page_was_opened_is_told_and_nothing_is_done(shop: Shop) -> None:
    order_id = bought(shop)
    page, deed = f"{ORDERS}/{order_id}", f"{ORDERS}/{order_id}/terminate"
    signed_in(shop.town, shop.browser, shop.town.staff())
    hidden = shop.fields(page, deed)
    shop.record.ordering.ship(
        order_id=order_id,
        parts=None,
        carrier="顺丰",
        waybill="1",
        expected_version=None,
        by=selling(shop),
        request=SELF,
    )
    answer = shop.browser.client.post(deed, data={**hidden, "to_buyer": "200", "reason": "卖家失联"})
    assert (answer.status_code, "发货" in answer.text, "卖家失联" in answer.text) == (412, True, True)
    assert str(shop.state(order_id)) == "waitbuyerreceive"
    without = {name: text for name, text in hidden.items() if name != "version"}
    assert shop.browser.client.post(deed, data={**without, "to_buyer": "200", "reason": "x"}).status_code == 400


def test_an_unpaid_order_is_cancelled_and_another_number_is_not_there(shop: Shop) -> None:
    order_id = bought(shop, paid=False)
    signed_in(shop.town, shop.browser, shop.town.staff())
    page = f"{ORDERS}/{order_id}"
    assert ("还没有付款" in shop.page(page), "to_buyer" in shop.page(page)) == (True, False)
    shop.press(page, f"{page}/terminate", reason="违禁品")
    assert str(shop.state(order_id)) == "cancel"
    assert "没有这张订单" in shop.page(f"{ORDERS}?number=nothing", status=404)
    assert shop.browser.get(f"{ORDERS}/nothing").status_code == 404
    assert shop.browser.get(f"{ORDERS}?number=%20%3Cscript%3E").status_code == 400


def test_the_pages_are_english_too(shop: Shop) -> None:
    order_id = bought(shop)
    signed_in(shop.town, shop.browser, shop.town.staff())
    shop.browser.client.cookies.set(LAST_COOKIE, "en")
    assert "Order number" in shop.page(ORDERS)
    page = shop.page(f"{ORDERS}/{order_id}")
    assert ("¥200.00 is held: say how much" in page, "Back to the buyer (yuan)" in page) == (True, True)


def staff_routes(app: FastAPI) -> list[tuple[str, str]]:
    """(method, path) of every page and form under ``/staff``, as the application has them."""
    found = []
    for route in iter_route_contexts(app.routes):
        path = str(getattr(route, "path", ""))
        if path.startswith("/staff"):
            methods = getattr(route, "methods", None) or ()
            found += [(method, re.sub(r"{\w+}", "x", path)) for method in sorted(methods) if method != "HEAD"]
    return found


@pytest.mark.parametrize("role", ["anonymous", *sorted(str(role) for role in COMPANY_ROLES)])
def test_every_page_and_form_of_the_staff_is_closed_to_others(shop: Shop, role: str) -> None:
    """The matrix of pages, made from the routes: one that was added without its guard fails here."""
    app = shop.browser.client.app
    assert isinstance(app, FastAPI)
    routes = staff_routes(app)
    assert ("POST", "/staff/orders/x/terminate") in routes
    outside = Browser(app)
    token = {}
    if role != "anonymous":
        member = shop.town.colleague(shop.person, f"other-{role}@s.example.com", [role])
        signed_in(shop.town, outside, member)
        token = dict(re.findall(r'name="(csrf|once)" value="([^"]*)"', html.unescape(outside.get("/account").text)))
    for method, path in routes:
        answer = outside.client.request(method, path, data=token if method == "POST" else None)
        if role == "anonymous":
            refused = answer.status_code == 403 or "/account/sign-in" in answer.headers.get("location", "")
        else:
            refused = answer.status_code == 403 and "market" not in answer.headers.get("location", "")
        assert refused, (role, method, path, answer.status_code)
