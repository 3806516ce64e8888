"""One application a test over the market in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from kernel.clock import FixedClock
from kernel.principal import ANONYMOUS, Principal
from storefront.options import StorefrontOptions
from storefront.router import storefront_error_page, storefront_router
from taxonomy.model import Taxonomy
from tests.storefront.market import (
    NOW,
    RANKING_FILES,
    FakeOffers,
    FakeRecommend,
    FakeSearch,
    FakeSuggester,
    offers,
    small_taxonomy,
)
from tests.storefront.stall import Stall
from tests.storefront.test_accounts import Browser
from web.app import build_app
from web.options import WebOptions


class Nobody:
    """Everyone is anonymous."""

    def authenticate(self, *, authorization: str | None) -> Principal:
        return ANONYMOUS


class Market:
    """The application and the fakes behind it."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.offers = FakeOffers({offer.offer_id: offer for offer in offers()})
        self.search = FakeSearch(offers(), taxonomy)
        self.options = StorefrontOptions(secret="s" * 32, ranking_files=RANKING_FILES, clock=FixedClock(NOW))
        router = storefront_router(
            search=self.search,
            recommend=FakeRecommend(self.search),
            suggester=FakeSuggester(),
            taxonomy=taxonomy,
            offers=self.offers,
            options=self.options,
        )
        self.app: FastAPI = build_app(
            title="pages",
            routers=[router],
            authenticator=Nobody(),
            options=WebOptions(access_log=False),
            error_page=storefront_error_page(self.options),
        )


@pytest.fixture
def market() -> Market:
    return Market(small_taxonomy())


@pytest.fixture
def client(market: Market) -> TestClient:
    """A browser without JavaScript."""
    return TestClient(market.app, headers={"accept": "text/html,*/*"}, follow_redirects=False)


@pytest.fixture
def stall(tmp_path: Path) -> Iterator[Stall]:
    made = Stall(tmp_path / "home")
    yield made
    made.record.close()


@pytest.fixture
def browser(stall: Stall) -> Browser:
    """Before the pages of the stall."""
    return Browser(stall.app())
