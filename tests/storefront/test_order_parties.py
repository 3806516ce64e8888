"""Who stands on an order: names, who ordered, and to whom an invoice is written; on pages, in print and in files."""

from __future__ import annotations

import pytest

from catalog_service.domain.companies.company import Invoice
from tests.catalog_service.town import SELF
from tests.storefront.stall import Stall, fill, signed_in
from tests.storefront.test_accounts import Browser
from tests.storefront.test_buying import checked_out

TAX_ID = "91350100M000100Y43"
INVOICE = Invoice(title="义乌晨光商行", tax_id=TAX_ID, bank_name="中国银行", bank_account="350012345678")


@pytest.fixture
def path(browser: Browser, stall: Stall) -> str:
    """An order of a company that keeps invoice data."""
    stall.record.people.revise_company(company_id=stall.owner.company_id, invoice=INVOICE, request=SELF)
    return checked_out(browser, stall)


def pay(browser: Browser, path: str) -> None:
    paying = browser.send(path, f"{path}/pay").headers["location"]
    browser.send(paying, paying, do="pay")


def names(stall: Stall) -> tuple[str, str]:
    buyer = stall.record.people.reads.company(stall.owner.company_id).name
    return buyer, stall.record.suppliers.names([stall.supplier_id])[stall.supplier_id]


def test_before_money_has_come_a_seller_sees_no_invoice_data_and_then_all_of_it(
    browser: Browser, stall: Stall, path: str
) -> None:
    seller = signed_in(Browser(stall.app()), stall.seller)
    assert TAX_ID not in seller.get(f"/seller{path}").text
    assert TAX_ID in browser.get(path).text
    pay(browser, path)
    page = seller.get(f"/seller{path}").text
    assert [part for part in (TAX_ID, "义乌晨光商行", "中国银行", "350012345678") if part not in page] == []
    assert TAX_ID not in seller.get(f"/seller{path}/packing-list").text


def test_a_seller_whose_order_came_to_nothing_sees_no_invoice_data(browser: Browser, stall: Stall, path: str) -> None:
    browser.send(path, f"{path}/cancel", reason="不要了")
    seller = signed_in(Browser(stall.app()), stall.seller)
    page = seller.get(f"/seller{path}").text
    assert "已取消" in page
    assert TAX_ID not in page


def test_a_printed_order_names_both_companies_who_ordered_and_the_invoice(
    browser: Browser, stall: Stall, path: str
) -> None:
    page, (buyer, supplier) = browser.get(f"{path}/print").text, names(stall)
    member = stall.record.people.reads.member(stall.owner.member_id, company_id=stall.owner.company_id)
    assert [part for part in (buyer, supplier, member.name, TAX_ID) if part not in page] == []
    assert f"<dd>{stall.supplier_id}</dd>" not in page
    assert "−0.00" not in page


def test_exports_name_both_companies_and_break_the_sum_down(browser: Browser, stall: Stall, path: str) -> None:
    text = browser.get("/orders/export?format=csv").content.decode("utf-8-sig")
    head, first = (line.split(",") for line in text.splitlines()[:2])
    row = dict(zip(head, first, strict=True))
    buyer, supplier = names(stall)
    assert (row["买家"], row["供应商"], row["供应商编号"]) == (buyer, supplier, stall.supplier_id)
    parts = (float(row[name]) for name in ("货款（元）", "优惠（元）", "运费（元）", "改价（元）"))
    assert sum(parts) == float(row["应付（元）"])


def test_lists_and_orders_say_who_ordered_to_the_buyers_side_alone(browser: Browser, stall: Stall, path: str) -> None:
    member = stall.record.people.reads.member(stall.owner.member_id, company_id=stall.owner.company_id)
    assert f"{member.name} 下单" in browser.get("/orders").text
    assert "<dt>下单人</dt>" in browser.get(path).text
    seller = signed_in(Browser(stall.app()), stall.seller)
    assert "下单人" not in seller.get(f"/seller{path}").text


def test_checkout_says_what_an_invoice_will_be_written_to_and_where_to_state_it(browser: Browser, stall: Stall) -> None:
    fill(signed_in(browser, stall.owner), stall)
    without = browser.get("/checkout").text
    assert "公司还没有发票资料" in without
    assert 'href="/account/invoice"' in without
    stall.record.people.revise_company(company_id=stall.owner.company_id, invoice=INVOICE, request=SELF)
    assert f"义乌晨光商行 {TAX_ID}" in browser.get("/checkout").text
