"""A company sees its own price wherever a price stands: beside the public one, from one read a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kernel.clock import FixedClock
from kernel.prices import OwnPrice
from storefront.accounts import Accounts
from storefront.options import StorefrontOptions
from storefront.router import storefront_router
from tests.catalog_service.house import NOW, open_house
from tests.catalog_service.town import Person, Town
from tests.storefront.market import (
    RANKING_FILES,
    FakeOffers,
    FakeRecommend,
    FakeSearch,
    FakeSuggester,
    offers,
    small_taxonomy,
)
from tests.storefront.test_accounts import Browser
from web.app import build_app
from web.options import WebOptions

PAGES = ("/", "/category/16", "/search?q=连衣裙", "/offer/d001", "/compare?offer=d001&offer=d002", "/favourites")


@dataclass
class Agreements:
    """Ten yuan for every dress; and what was asked."""

    asked: list[tuple[Sequence[str], int | None]] = field(default_factory=list)
    starting: bool = False

    def own_prices(self, offer_ids: Sequence[str], *, quantity: int | None, company_id: str) -> Mapping[str, OwnPrice]:
        self.asked.append((offer_ids, quantity))
        own = OwnPrice(
            unit_fen=1_000, quantity=quantity or 2, basis="quantity" if quantity else "moq", because="老客户",
            starting=self.starting,
        )  # fmt: skip
        return {offer_id: own for offer_id in offer_ids if offer_id.startswith("d")}


@dataclass
class Mall:
    agreements: Agreements
    owner: Person
    browser: Browser


@pytest.fixture
def mall(tmp_path: Path) -> Iterator[Mall]:
    clock = FixedClock(NOW)
    record = open_house(tmp_path / "home", clock=clock)
    town, taxonomy, agreements = Town(record, clock), small_taxonomy(), Agreements()
    search = FakeSearch(offers(), taxonomy)
    options = StorefrontOptions(secret="s" * 32, ranking_files=RANKING_FILES, clock=clock)
    accounts = Accounts(people=record.people, authenticator=record.authenticator, secret=options.secret, https=False)
    router = storefront_router(
        search=search, recommend=FakeRecommend(search), suggester=FakeSuggester(), taxonomy=taxonomy,
        offers=FakeOffers({offer.offer_id: offer for offer in offers()}), options=options, accounts=accounts,
        own_prices=agreements,
    )  # fmt: skip
    app = build_app(
        title="pages", routers=[router], authenticator=record.authenticator, options=WebOptions(access_log=False)
    )
    yield Mall(agreements, town.company(), Browser(app))
    record.close()


def keep(mall: Mall) -> None:
    mall.browser.client.post("/favourites", data={"offer_id": "d001", "keep": "true"})


@pytest.mark.parametrize("path", PAGES)
def test_a_company_sees_its_own_price_with_the_public_one_beside_it(mall: Mall, path: str) -> None:
    keep(mall)
    assert mall.browser.sign_in(mall.owner.login).status_code == 303
    page = mall.browser.get(path)
    assert page.status_code == 200
    assert '<span class="whole">10</span>' in page.text
    assert re.search(
        r'class="own-price" title="老客户"><span class="own-tag">专属价</span><span>公开价 <s>¥4\d', page.text
    )
    assert page.headers["Cache-Control"].startswith("private")
    assert "Cookie" in page.headers["Vary"]


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_sees_public_prices_and_the_record_is_asked_nothing(mall: Mall, path: str) -> None:
    keep(mall)
    page = mall.browser.get(path)
    assert page.status_code == 200
    assert ("own-price" in page.text, mall.agreements.asked) == (False, [])


@pytest.mark.parametrize("path", [path for path in PAGES if not path.startswith("/offer")])
def test_a_page_asks_once(mall: Mall, path: str) -> None:
    keep(mall)
    mall.browser.sign_in(mall.owner.login)
    mall.browser.get(path)
    assert len(mall.agreements.asked) == 1


def test_an_offers_page_asks_once_for_all_it_shows_and_once_for_each_step_of_its_ladder(mall: Mall) -> None:
    mall.browser.sign_in(mall.owner.login)
    page = mall.browser.get("/offer/d001?quantity=10").text
    (first, at), next_step, *steps = mall.agreements.asked
    assert (first[0], len(first) > 1, at) == ("d001", True, 10)
    assert next_step == (["d001"], 50)
    assert [step for step in steps if step[0] != ["d001"]] == []
    ladder = re.search(r'<table class="tiers">.*?</table>', page, re.S)
    assert ladder is not None
    assert len(steps) == ladder[0].count('<th scope="col"')
    public, own = re.findall(r'<tr><th scope="row">(公开价|专属价)</th>(.*?)</tr>', ladder[0], re.S)
    assert "¥4" in public[1]
    assert own[1].count("¥10<") == len(steps)  # this company pays the same at every step
    assert "单价省" not in page  # fifty cost this company the same
    assert "<strong>¥100</strong>" in page


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("language", "said"), [("zh", "专属价起"), ("en", "Your price from")])
def test_where_other_skus_cost_more_the_price_is_one_to_start_from(
    mall: Mall, path: str, language: str, said: str
) -> None:
    mall.agreements.starting = True
    keep(mall)
    mall.browser.client.cookies.set("pifa_language", language)
    mall.browser.sign_in(mall.owner.login)
    assert f'<span class="own-tag">{said}</span>' in mall.browser.get(path).text
