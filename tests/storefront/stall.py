"""A record with one supplier, a buying company and the pages over both; what a buyer without scripts does there."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from catalog_service.domain.companies.address import Address
from catalog_service.domain.skus.values import SkuDraft, TradeTerms
from kernel.clock import FixedClock
from pifa.pages import RecordOfferReads
from storefront.accounts import Accounts
from storefront.options import StorefrontOptions
from storefront.router import storefront_error_page, storefront_router
from storefront.trading import Trading
from tests.catalog_service.house import ADMIN, NOW, draft, ladder, open_house, rows
from tests.catalog_service.town import SELF, Person, Town
from tests.storefront.market import RANKING_FILES, FakeRecommend, FakeSearch, FakeSuggester, offers, small_taxonomy
from tests.storefront.test_accounts import Browser
from web.app import build_app
from web.options import WebOptions

STEPS = ladder((10, 1000), (100, 900))
WHERE = Address(
    recipient="张伟", phone="13800138000", province="浙江", city="金华", district="", street="稠州北路 1 号"
)


class Stall:
    """A record with one supplier, whose offer o-1 has two SKUs, and a buying company."""

    def __init__(self, home: Path) -> None:
        self.clock = FixedClock(NOW)
        self.record = open_house(home, clock=self.clock)
        self.town = Town(self.record, self.clock)
        self.seller, self.supplier_id = self.town.seller()
        skus = (
            SkuDraft(code="R", values=(("颜色", "红"),), stock=500),
            SkuDraft(code="B", values=(("颜色", "蓝"),), stock=50),
        )
        self.offer = draft("o-1", supplier_id=self.supplier_id, moq=10, tiers=STEPS)
        self.record.publish_offer(draft=self.offer, trade=TradeTerms(skus=skus), request=ADMIN)
        ids: dict[str, str] = dict(rows(self.record, "SELECT code, sku_id FROM skus WHERE offer_id = 'o-1'"))  # type: ignore[arg-type]
        self.red, self.blue = ids["R"], ids["B"]
        self.owner = self.town.company()
        self.record.people.add_address(company_id=self.owner.company_id, address=WHERE, default=True, request=SELF)

    def app(self) -> FastAPI:
        taxonomy = small_taxonomy()
        search = FakeSearch(offers(), taxonomy)
        options = StorefrontOptions(secret="s" * 32, ranking_files=RANKING_FILES, clock=self.clock)
        accounts = Accounts(
            people=self.record.people, authenticator=self.record.authenticator, secret=options.secret, https=False
        )
        router = storefront_router(
            search=search, recommend=FakeRecommend(search), suggester=FakeSuggester(), taxonomy=taxonomy,
            offers=RecordOfferReads(self.record), options=options, accounts=accounts,
            trading=Trading(record=self.record, accounts=accounts), selling=self.record, own_prices=self.record.prices,
        )  # fmt: skip
        return build_app(
            title="pages",
            routers=[router],
            authenticator=self.record.authenticator,
            options=WebOptions(access_log=False),
            error_page=storefront_error_page(options),
        )

    def reprice(self, fen: int) -> None:
        changed = replace(self.offer, tiers=ladder((10, fen)))
        self.record.revise_offer(draft=changed, expected_version=None, request=ADMIN)


def fill(browser: Browser, stall: Stall, red: str = "10", blue: str = "", do: str = "add") -> Any:
    typed = {f"q_{stall.red}": red, f"q_{stall.blue}": blue, "do": do}
    return browser.send("/offer/o-1", "/offer/o-1/lines", **typed)


def alert(page: Any) -> str:
    found = re.search(r'role="alert">(.*?)</p>', page.text, re.S)
    return re.sub(r"<[^>]+>", "", found[1]).strip() if found else ""


def cart_lines(stall: Stall) -> list[tuple[Any, ...]]:
    return rows(stall.record, "SELECT sku_id, quantity, saved FROM cart_lines ORDER BY quantity")


def signed_in(browser: Browser, who: Person) -> Browser:
    assert browser.sign_in(who.login).status_code == 303
    return browser
