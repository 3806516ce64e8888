"""A buyer reads the seller's proposal to end a paid order, and answers it without a script."""

from __future__ import annotations

import pytest

from catalog_service.domain.orders.values import Party
from tests.catalog_service.house import ADMIN, rows
from tests.storefront.stall import Stall, alert, fill, signed_in
from tests.storefront.test_accounts import Browser


@pytest.fixture
def path(browser: Browser, stall: Stall) -> str:
    """The page of an order that is paid, and of which the seller can send nothing."""
    signed_in(browser, stall.owner)
    fill(browser, stall)
    path = str(browser.send("/checkout", "/checkout").headers["location"]).partition("?")[0]
    ordering, order_id = stall.record.ordering, path.rpartition("/")[2]
    buyer = Party(company_id=stall.owner.company_id, member_id=stall.owner.member_id)
    due = ordering.reads.order(order_id, buyer).order.due_stage
    assert due is not None
    paid = ordering.pay(order_id=order_id, amount_fen=due.amount_fen, by=buyer, request=ADMIN)
    ordering.sandbox_pay(paid.subject_id)
    assert "同意终止" not in browser.get(path).text
    assert "货还没发：卖家同意全额退款，订单即终止" in browser.get(path).text
    propose(stall, path)
    return path


def propose(stall: Stall, path: str) -> None:
    seller = Party(company_id=stall.seller.company_id, member_id=stall.seller.member_id, supplier_id=stall.supplier_id)
    stall.record.ordering.offer_end(order_id=path.rpartition("/")[2], reason="仓库失火", by=seller, request=ADMIN)


def test_a_buyer_agrees_and_the_money_comes_back(browser: Browser, stall: Stall, path: str) -> None:
    page = browser.get(path).text
    assert ("提议终止这张订单：" in page, "仓库失火" in page, "同意终止，退回 ¥100" in page) == (True, True, True)
    sent = browser.send(path, f"{path}/end/agree")
    assert sent.headers["location"] == f"{path}?done=agree"
    assert "双方同意终止：仓库失火" in browser.get(path).text
    assert rows(stall.record, "SELECT state, refunded_fen, paid_fen FROM orders") == [("terminated", 10_000, 10_000)]


def test_a_buyer_declines_with_a_reason_and_the_order_goes_on(browser: Browser, stall: Stall, path: str) -> None:
    refused = browser.send(path, f"{path}/end/decline", reason=" ")
    assert (refused.status_code, bool(alert(refused))) == (400, True)
    sent = browser.send(path, f"{path}/end/decline", reason="我们可以等")
    assert sent.headers["location"] == f"{path}?done=decline"
    page = browser.get(path).text
    assert ("同意终止，退回" in page, "我们可以等" in page) == (False, True)
    assert rows(stall.record, "SELECT state, refunded_fen FROM orders") == [("waitsellersend", 0)]


def test_a_proposal_that_was_taken_back_meanwhile_is_told(browser: Browser, stall: Stall, path: str) -> None:
    opened = browser.get(path)
    seller = Party(company_id=stall.seller.company_id, member_id=stall.seller.member_id, supplier_id=stall.supplier_id)
    stall.record.ordering.withdraw_end(order_id=path.rpartition("/")[2], by=seller, request=ADMIN)
    browser.get = lambda _: opened  # type: ignore[method-assign] - the page as it stood open
    refused = browser.send(path, f"{path}/end/agree")
    assert (refused.status_code, "卖家 撤回终止提议" in refused.text) == (412, True)
    assert rows(stall.record, "SELECT state FROM orders") == [("waitsellersend",)]


def test_who_only_looks_reads_it_and_answers_nothing(browser: Browser, stall: Stall, path: str) -> None:
    viewer = stall.town.colleague(stall.owner, "viewer@a.example.com", ("viewer",))
    looking = signed_in(Browser(stall.app()), viewer)
    page = looking.get(path).text
    assert ("仓库失火" in page, "/end/agree" in page) == (True, False)
