"""People of the demo in a browser: signing in, and offers that can be bought."""

from __future__ import annotations

from playwright.sync_api import Page

from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.orders.values import Party
from catalog_service.service import Record
from kernel.offers import Offer
from pifa.demo.accounts import PASSWORD, SELLER_COMPANY
from pifa.wiring import Installation

OWNER, BUYER, APPROVER = "owner@buyer.example.com", "buyer@buyer.example.com", "approver@buyer.example.com"


def sign_in(page: Page, login: str, *, then: str = "/account") -> None:
    """As one of the demo's people, and on to a page."""
    page.goto(f"/account/sign-in?next={then}")
    page.get_by_label("邮箱或手机号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()
    page.wait_for_url(f"**{then}")


def offers_to_buy(site: Installation) -> list[Offer]:
    """Of the demo's selling company: two SKUs at least, single pieces, and enough of them in stock."""
    with site.record() as record:
        supplier_id = record.people.reads.company(SELLER_COMPANY).supplier_id or ""
        found = []
        for batch in record.catalog.live_offers_of(supplier_id):
            for offer, _ in batch:
                on_sale = [each for each in record.offers.offer(offer.offer_id).skus if each.sku.on_sale]
                stocked = [each for each in on_sale if each.available is None or each.available >= 3 * offer.moq]
                if offer.tiers and offer.pack_multiple == 1 and len(on_sale) >= 2 and len(stocked) == len(on_sale):
                    found.append(offer)
        return found


def ship(site: Installation, order_id: str) -> None:
    """What the seller does about a paid order."""
    with site.record() as record:
        record.ordering.ship(
            order_id=order_id, parts=None, carrier="顺丰", waybill="SF1234567890", expected_version=None,
            by=_seller(record), request=DeedRequest(actor="seller"),
        )  # fmt: skip


def _seller(record: Record) -> Party:
    company = record.people.reads.company(SELLER_COMPANY)
    return Party(company_id=SELLER_COMPANY, member_id="owner-at-seller.example.com", supplier_id=company.supplier_id)
