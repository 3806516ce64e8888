"""Similar listings and the same item from other suppliers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from search_api.parameters import parse_search
from search_api.recommend.results import Recommendations
from search_api.recommend.service import OfferNotIndexed
from search_engine.port import Candidates, SearchEngine, VectorSpace
from tests.search_api.house import STEEL, YIWU, YONGKANG, Shop, offer

TITLE = "304不锈钢水杯 500ml 大容量"


def ids(answer: Recommendations) -> list[str]:
    return [item.hit.offer_id for item in answer.items]


def similar(shop: Shop, offer_id: str, *items: tuple[str, str]) -> Recommendations:
    return shop.recommend.similar(offer_id, parse_search(items))


def same_item(shop: Shop, offer_id: str, *items: tuple[str, str]) -> Recommendations:
    return shop.recommend.same_item(offer_id, parse_search(items))


def test_similar_listings_are_nearest_first_without_the_listing_itself(shop: Shop) -> None:
    answer = similar(shop, "cup1")
    assert "cup1" not in ids(answer)
    assert ids(answer)[0] == "cup2"
    likeness = [item.similarity for item in answer.items]
    assert likeness == sorted(likeness, reverse=True)


def test_at_most_two_similar_listings_are_of_one_supplier(shop: Shop) -> None:
    suppliers = [item.hit.supplier.id for item in similar(shop, "cup1").items if item.hit.supplier]
    assert max(suppliers.count(supplier) for supplier in suppliers) == 2


def test_filters_and_size_hold(shop: Shop) -> None:
    answer = similar(shop, "cup1", ("region", "广东"), ("size", "2"))
    assert len(answer.items) == 2
    assert {item.hit.supplier.id for item in answer.items if item.hit.supplier} == {"s3"}


def test_every_recommendation_says_why(shop: Shop) -> None:
    first = similar(shop, "cup1").items[0]
    assert "便宜 7%" in first.reasons
    assert any("304不锈钢" in reason for reason in first.reasons)


def test_the_same_item_comes_from_other_suppliers_the_cheapest_at_my_quantity_first(shop: Shop) -> None:
    shop.put(
        (offer("same1", TITLE, tiers=((1, 1000), (500, 990)), supplier_id="s2", attributes=STEEL), YIWU),
        (
            offer("same2", TITLE, tiers=((1, 1300), (500, 500)), supplier_id="s9", attributes=STEEL),
            replace(YIWU, supplier_id="s9"),
        ),
        (offer("same3", TITLE, supplier_id="s8", attributes=STEEL), replace(YIWU, supplier_id="s8")),
        (offer("mine", TITLE, tiers=((1, 1),), supplier_id="s1", attributes=STEEL), YONGKANG),
        (
            offer("brand", TITLE, tiers=((1, 1),), supplier_id="s7", attributes={"material": ("塑料",)}),
            replace(YIWU, supplier_id="s7"),
        ),
    )
    assert ids(same_item(shop, "cup1")) == ["same1", "same2", "same3"]
    assert ids(same_item(shop, "cup1", ("quantity", "500"))) == ["same2", "same1", "same3"]


def test_of_one_supplier_the_same_item_is_shown_once_at_its_best_price(shop: Shop) -> None:
    for number, fen in enumerate((900, 700, 800)):
        shop.put((offer(f"same{number}", TITLE, tiers=((1, fen),), supplier_id="s2", attributes=STEEL), YIWU))
    assert ids(same_item(shop, "cup1")) == ["same1"]


def test_a_new_listing_without_a_vector_is_served_at_once(shop: Shop) -> None:
    with shop.store.writer() as writer:
        writer.apply(shop.assembler.documents([(offer("new", TITLE, supplier_id="s2", attributes=STEEL), YIWU)]))
        writer.commit(feed_cursor=99)
    shop.parts.engine.refresh()
    answer = similar(shop, "new")
    assert ids(answer)[0] == "cup1"
    assert answer.degraded == ["vector：1 条货品还没有向量"]


def test_neighbours_that_may_be_others_are_said_by_recommendations_and_by_a_search(shop: Shop) -> None:
    why = "nearest：2 个分片中有 1 个没有应答（node disconnected）"

    class PartialNeighbours:
        """The shop's engine, one shard of it away."""

        def __init__(self, engine: SearchEngine) -> None:
            self._engine = engine

        def __getattr__(self, name: str) -> object:
            return getattr(self._engine, name)

        def nearest(self, *vector: np.ndarray, **asked: object) -> Candidates:
            return replace(self._engine.nearest(*vector, **asked), degraded=(why,))  # type: ignore[arg-type]

    assert similar(shop, "cup1").degraded == []
    shop.reopen(replace(shop.parts, engine=PartialNeighbours(shop.parts.engine)))  # type: ignore[arg-type]
    assert similar(shop, "cup1").degraded == [why]
    assert same_item(shop, "cup1").degraded == [why]
    assert shop.search("水杯").degraded == [why]


@pytest.mark.parametrize("offer_id", ["unknown", "", "杯", "x" * 500])
def test_an_offer_that_is_not_there_is_not_found_by_name(shop: Shop, offer_id: str) -> None:
    with pytest.raises(OfferNotIndexed) as caught:
        similar(shop, offer_id)
    assert caught.value.parameter == "offer_id"


def test_an_index_without_vectors_recommends_nothing_rather_than_anything(shop: Shop) -> None:
    with shop.store.rebuild(vector_space=VectorSpace(fingerprint="other", dimensions=8)) as writer:
        writer.apply(shop.assembler.documents([(offer("a", TITLE), None), (offer("b", TITLE), None)]))
    shop.parts.engine.refresh()
    assert ids(similar(shop, "a")) == []
