"""Orders of one checkout, paid with one confirmation; each keeps its own payment."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.catalog_service.house import ADMIN, draft, ladder, rows
from tests.storefront.stall import Stall, alert, fill, signed_in
from tests.storefront.test_accounts import Browser


@pytest.fixture
def group(browser: Browser, stall: Stall) -> str:
    """Two suppliers' orders, placed by one click; the group's id."""
    _, other = stall.town.seller("owner@t.example.com", "丁工厂")
    nuts = draft("o-2", "不锈钢螺母 M8", supplier_id=other, moq=1, tiers=ladder((1, 100)))
    stall.record.publish_offer(draft=nuts, request=ADMIN)
    signed_in(browser, stall.owner)
    fill(browser, stall)
    browser.send("/offer/o-2", "/offer/o-2/lines", **{"q_o-2": "5", "do": "add"})
    placed = browser.send("/checkout", "/checkout")
    found = re.search(r"group=([^&]+)", placed.headers["location"])
    assert found is not None, alert(placed)
    return found[1]


def states(stall: Stall) -> list[str]:
    return [state for (state,) in rows(stall.record, "SELECT state FROM orders ORDER BY payable_fen")]


def payments(stall: Stall) -> list[tuple[Any, ...]]:
    return rows(stall.record, "SELECT state, amount_fen FROM payments ORDER BY amount_fen, created_at, payment_id")


def test_one_confirmation_opens_every_payment_and_leads_from_one_to_the_next(
    browser: Browser, stall: Stall, group: str
) -> None:
    assert f'href="/orders/pay?group={group}"' in browser.get(f"/orders?group={group}").text
    page = browser.get(f"/orders/pay?group={group}").text
    assert ("2 笔" in page, "<strong>¥105</strong>" in page) == (True, True)
    confirmed = browser.send(f"/orders/pay?group={group}", "/orders/pay")
    assert confirmed.headers["location"] == f"/orders/pay/next?group={group}"
    assert payments(stall) == [("pending", 500), ("pending", 10_000)]
    paid = []
    for _ in range(2):
        sandbox = browser.get(f"/orders/pay/next?group={group}").headers["location"]
        assert sandbox.startswith("/sandbox/pay/")
        done = browser.send(sandbox, sandbox.partition("?")[0], do="pay")
        assert done.headers["location"] == f"/orders/pay/next?group={group}"
        paid.append(sandbox)
    assert len(set(paid)) == 2
    assert browser.get(f"/orders/pay/next?group={group}").headers["location"] == f"/orders?group={group}&done=paid-all"
    assert (states(stall), payments(stall)) == (["waitsellersend"] * 2, [("paid", 500), ("paid", 10_000)])
    assert "一起付款" not in browser.get(f"/orders?group={group}").text
    assert "没有要付的了" in browser.get(f"/orders/pay?group={group}").text


def test_confirming_twice_opens_nothing_twice(browser: Browser, stall: Stall, group: str) -> None:
    for _ in range(2):
        browser.send(f"/orders/pay?group={group}", "/orders/pay")
    assert payments(stall) == [("pending", 500), ("pending", 10_000)]


def test_a_payment_that_fails_leads_back_and_the_rest_is_paid(browser: Browser, stall: Stall, group: str) -> None:
    browser.send(f"/orders/pay?group={group}", "/orders/pay")
    sandbox = browser.get(f"/orders/pay/next?group={group}").headers["location"]
    failed = browser.send(sandbox, sandbox.partition("?")[0], do="fail")
    assert failed.headers["location"] == f"/orders/pay?group={group}&done=failed"
    assert states(stall) == ["waitbuyerpay"] * 2
    browser.send(f"/orders/pay?group={group}", "/orders/pay")
    for _ in range(2):
        sandbox = browser.get(f"/orders/pay/next?group={group}").headers["location"]
        browser.send(sandbox, sandbox.partition("?")[0], do="pay")
    assert states(stall) == ["waitsellersend"] * 2


def test_a_sum_that_changed_is_shown_again_and_not_paid(browser: Browser, stall: Stall, group: str) -> None:
    page = browser.get(f"/orders/pay?group={group}").text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    order_id = next(name.removeprefix("amount_") for name, fen in hidden.items() if fen == "10000")
    browser.send(f"/orders/{order_id}", f"/orders/{order_id}/cancel", reason="买错了")
    hidden = {name: value for name, value in hidden.items() if name not in ("next", "language")}
    refused = browser.client.post("/orders/pay", data=hidden)
    assert refused.status_code == 409
    assert "现在没有应付款" in alert(refused)
    assert "¥5" in refused.text
    tampered = {name: "1" if name.startswith("amount_") else value for name, value in hidden.items()}
    assert browser.client.post("/orders/pay", data=tampered).status_code in (409, 422)
    assert states(stall) == ["waitbuyerpay", "cancel"]


def test_a_group_is_its_companys_alone(browser: Browser, stall: Stall, group: str) -> None:
    stranger = signed_in(Browser(stall.app()), stall.town.company("owner@x.example.com", "丙公司"))
    assert stranger.get(f"/orders/pay?group={group}").status_code == 404
    assert stranger.get(f"/orders/pay/next?group={group}").status_code == 404
    viewer = stall.town.colleague(stall.owner, "viewer@a.example.com", ("viewer",))
    assert signed_in(Browser(stall.app()), viewer).get(f"/orders/pay?group={group}").status_code == 403
    assert Browser(stall.app()).get(f"/orders/pay?group={group}").headers["location"].startswith("/account/sign-in")
