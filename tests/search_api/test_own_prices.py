"""Private prices on hits: one batched question a page, for companies alone, and no other hits for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from kernel.prices import OwnPrice
from search_api.parameters import parse_search
from tests.search_api.house import Shop


@dataclass
class Agreements:
    """Everything one fen, and what was asked."""

    asked: list[tuple[tuple[str, ...], int | None, str]] = field(default_factory=list)

    def own_prices(self, offer_ids: Sequence[str], *, quantity: int | None, company_id: str) -> Mapping[str, OwnPrice]:
        self.asked.append((tuple(offer_ids), quantity, company_id))
        return {each: OwnPrice(unit_fen=1, quantity=quantity or 1, basis="quantity", because="") for each in offer_ids}


@pytest.fixture
def agreements(shop: Shop) -> Agreements:
    made = Agreements()
    shop.reopen(replace(shop.parts, own_prices=made))
    return made


def test_a_page_asks_once_for_all_that_it_shows(shop: Shop, agreements: Agreements) -> None:
    request = parse_search([("q", "水杯"), ("quantity", "30")])
    mine = shop.search_service.search(request, company_id="c-1")
    shown = [hit.offer_id for hit in (*mine.hits, *mine.related)]
    assert shown
    assert agreements.asked == [(tuple(shown), 30, "c-1")]
    assert {hit.own.unit_fen for hit in (*mine.hits, *mine.related) if hit.own} == {1}
    assert mine.price_basis == "public"


def test_which_hits_and_in_which_order_is_the_same_for_everybody(shop: Shop, agreements: Agreements) -> None:
    for sort in ("relevance", "price", "sales"):
        request = parse_search([("q", "水杯"), ("sort", sort), ("price_min_fen", "100")])
        mine, public = shop.search_service.search(request, company_id="c-1"), shop.search_service.search(request)
        assert [replace(hit, own=None) for hit in mine.hits] == list(public.hits)
        assert (mine.total, mine.facets) == (public.total, public.facets)


def test_a_visitor_asks_nothing_of_the_record(shop: Shop, agreements: Agreements) -> None:
    answer = shop.search("水杯")
    assert {hit.own for hit in (*answer.hits, *answer.related)} == {None}
    assert agreements.asked == []


def test_a_recommendation_asks_once_too(shop: Shop, agreements: Agreements) -> None:
    offer_id = shop.ids("水杯")[0]
    found = shop.recommend.similar(offer_id, parse_search([("quantity", "30")]), company_id="c-1")
    assert found.items
    assert agreements.asked == [(tuple(item.hit.offer_id for item in found.items), 30, "c-1")]
    assert {item.hit.own.unit_fen for item in found.items if item.hit.own} == {1}
    public = shop.recommend.similar(offer_id, parse_search([("quantity", "30")]))
    assert [item.hit.offer_id for item in public.items] == [item.hit.offer_id for item in found.items]
