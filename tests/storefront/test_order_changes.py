"""An order that somebody else changed while its page stood open: what changed is told, what was typed is kept."""

from __future__ import annotations

import pytest

from catalog_service.domain.orders.values import Party
from tests.catalog_service.house import ADMIN, rows
from tests.storefront.stall import Stall, alert, fill, signed_in
from tests.storefront.test_accounts import Browser


@pytest.fixture
def path(browser: Browser, stall: Stall) -> str:
    signed_in(browser, stall.owner)
    fill(browser, stall)
    return str(browser.send("/checkout", "/checkout").headers["location"]).partition("?")[0]


def reprice(stall: Stall, path: str, fen: int) -> None:
    """What the seller does meanwhile."""
    by = Party(company_id=stall.seller.company_id, member_id=stall.seller.member_id, supplier_id=stall.supplier_id)
    stall.record.ordering.change_price(
        order_id=path.rpartition("/")[2],
        payable_fen=fen,
        reason="老客户优惠",
        expected_version=None,
        by=by,
        request=ADMIN,
    )


def state(stall: Stall) -> str:
    return str(rows(stall.record, "SELECT state FROM orders")[0][0])


def test_cancelling_what_has_changed_is_refused_and_told(browser: Browser, stall: Stall, path: str) -> None:
    opened = browser.get(path)
    reprice(stall, path, 9_000)
    browser.get = lambda _: opened  # type: ignore[method-assign] - the page as it stood open
    refused = browser.send(path, f"{path}/cancel", reason="太贵了")
    assert refused.status_code == 412
    assert "已被他人修改" in alert(refused)
    assert "卖家 改价，应付 ¥100 → ¥90，老客户优惠" in refused.text
    assert "原因 “太贵了”" in refused.text
    assert "<details open><summary>取消订单</summary>" in refused.text
    assert 'name="reason" maxlength="500" required value="太贵了"' in refused.text
    assert state(stall) == "waitbuyerpay"
    browser.get = lambda _: refused  # type: ignore[method-assign] - what it shows is of now
    again = browser.send(path, f"{path}/cancel", reason="太贵了")
    assert (again.status_code, state(stall)) == (303, "cancel")


def test_a_form_that_is_sent_twice_is_no_change_by_others(browser: Browser, stall: Stall, path: str) -> None:
    opened = browser.get(path)
    browser.get = lambda _: opened  # type: ignore[method-assign]
    sent = [browser.send(path, f"{path}/cancel", reason="买错了").status_code for _ in range(2)]
    assert (sent, state(stall)) == ([303, 303], "cancel")


def test_an_approver_who_looked_at_another_sum_is_told(browser: Browser, stall: Stall) -> None:
    buyer = stall.town.colleague(stall.owner, "buyer@a.example.com", ("buyer",), 5_000)
    approver = stall.town.colleague(stall.owner, "approver@a.example.com", ("approver",))
    signed_in(browser, buyer)
    fill(browser, stall)
    path = browser.send("/checkout", "/checkout").headers["location"].partition("?")[0]
    judge = signed_in(Browser(stall.app()), approver)
    opened = judge.get(path)
    reprice(stall, path, 12_000)
    judge.get = lambda _: opened  # type: ignore[method-assign]
    refused = judge.send(path, f"{path}/approve")
    assert (refused.status_code, state(stall)) == (412, "waitapproval")
    assert "应付 ¥100 → ¥120" in refused.text
    told = judge.send(path, f"{path}/refuse", reason="超预算")
    assert (told.status_code, "原因 “超预算”" in told.text, state(stall)) == (412, True, "waitapproval")


def test_what_is_refused_without_any_change_lists_none(browser: Browser, stall: Stall, path: str) -> None:
    refused = browser.send(path, f"{path}/cancel", reason="")
    assert (refused.status_code, "订单有变动" in refused.text) == (400, False)


@pytest.fixture
def refunding(browser: Browser, stall: Stall, path: str) -> tuple[str, str]:
    """A paid order with a refund that its buyer asked for: the order's page, and the refund's id."""
    ordering, by = stall.record.ordering, Party(company_id=stall.owner.company_id, member_id=stall.owner.member_id)
    order_id = path.rpartition("/")[2]
    payment = ordering.pay(order_id=order_id, amount_fen=10_000, by=by, request=ADMIN)
    ordering.sandbox_pay(payment.subject_id)
    asked = ordering.open_refund(
        order_id=order_id, amount_fen=500, with_goods=False, reason="破损", by=by, request=ADMIN
    )
    return path, str(asked.facts["refund_id"])


def refund_state(stall: Stall) -> tuple[str, int]:
    (found,) = rows(stall.record, "SELECT state, amount_fen FROM refunds")
    return str(found[0]), int(found[1])


@pytest.mark.parametrize(("deed", "typed"), [("withdraw", {}), ("modify", {"amount": "3", "reason": "少一点"})])
def test_a_buyer_whose_refund_was_answered_meanwhile_is_told(
    browser: Browser, stall: Stall, refunding: tuple[str, str], deed: str, typed: dict[str, str]
) -> None:
    path, refund_id = refunding
    opened = browser.get(path)
    by = Party(company_id=stall.seller.company_id, member_id=stall.seller.member_id, supplier_id=stall.supplier_id)
    stall.record.ordering.refuse_refund(
        order_id=path.rpartition("/")[2], refund_id=refund_id, reason="请发照片", by=by, request=ADMIN
    )
    before = refund_state(stall)
    browser.get = lambda _: opened  # type: ignore[method-assign]
    refused = browser.send(path, f"{path}/refunds/{refund_id}/{deed}", **typed)
    assert (refused.status_code, refund_state(stall)) == (412, before)
    assert "请发照片" in refused.text[refused.text.index("订单有变动") :]
    browser.get = lambda _: refused  # type: ignore[method-assign]
    again = browser.send(path, f"{path}/refunds/{refund_id}/{deed}", **typed)
    assert (again.status_code, refund_state(stall) != before) == (303, True)
