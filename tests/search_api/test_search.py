"""What a search gives back, over a dozen offers whose right answers are known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kernel.errors import NotFound, Unavailable
from search_api.requests import SearchRequest
from search_engine.fake import InMemoryStore
from search_engine.port import VectorSpace
from tests.search_api.house import BagEncoder, Shop, offer, with_floor


def test_every_hit_has_the_words_and_the_total_counts_exactly_them(shop: Shop) -> None:
    answer = shop.search("水杯")
    assert {hit.offer_id for hit in answer.hits if "水杯" in hit.title} == {"cup1", "cup2", "cup3", "cup4", "cup5"}
    assert answer.total >= 5
    assert answer.total == len(answer.hits)
    assert answer.legs["lexical"] + answer.legs["vector"] - answer.legs["both"] == answer.total


def test_an_empty_query_browses_everything(shop: Shop) -> None:
    answer = shop.search()
    assert answer.total == 12
    assert answer.understood.query_class == "browse"


def test_repeated_values_are_alternatives_and_different_filters_must_all_hold(shop: Shop) -> None:
    assert set(shop.ids(supplier="s1")) == {"cup1", "cup5", "screw1", "screw2"}
    assert set(shop.ids(supplier=["s1", "s3"])) == {"cup1", "cup5", "screw1", "screw2", "cup3", "case1", "dress2"}
    assert set(shop.ids(supplier=["s1", "s3"], region="广东")) == {"cup3", "case1", "dress2"}
    assert set(shop.ids(supplier=["s1", "s3"], region="广东", attr_material="硅胶")) == {"case1"}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"verified": "true"}, {"cup1", "cup3", "cup5", "case1", "dress2", "screw1", "screw2"}),
        ({"verified": "false"}, {"cup2", "cup4", "case2", "case3", "dress1"}),
        ({"factory": "true"}, {"cup1", "cup5", "screw1", "screw2"}),
        ({"dropship": "true"}, {"cup1"}),
        ({"sample": "true"}, {"dress2"}),
        ({"customisation": "true"}, {"cup5"}),
        ({"invoice": "true"}, {"cup5"}),
        ({"freight_free": "true"}, {"dress1"}),
        ({"in_stock": "true"}, {"cup1"}),
        ({"in_stock": "false"}, {"cup3"}),
        ({"dispatch_hours_max": 24}, {"cup3"}),
        ({"moq_max": 2, "q": "水杯"}, {"cup1", "cup2", "cup4"}),
        ({"region": "浙江/义乌"}, {"cup2", "cup4", "case2", "dress1"}),
        ({"attr_material": ["硅胶", "TPU"]}, {"case1", "case2"}),
        ({"attr_color": "银色", "attr_material": "304不锈钢"}, {"cup1", "cup2"}),
    ],
)
def test_each_filter_keeps_exactly_what_it_says(shop: Shop, parameters: dict[str, object], expected: set[str]) -> None:
    answer = shop.search(**{"size": 100, **parameters})
    cups = "q" in parameters
    assert {hit.offer_id for hit in answer.hits if not cups or "cup" in hit.offer_id} == expected


@pytest.mark.parametrize(
    ("quantity", "high", "expected"),
    [
        (None, 900, {"cup3"}),
        (1000, 900, {"cup1", "cup3"}),
        (1000, 899, {"cup3"}),
        (100, 1200, {"cup1", "cup3", "cup5"}),
        (99, 1200, {"cup3", "cup5"}),
        (100, 1400, {"cup1", "cup2", "cup3", "cup5"}),
    ],
)
def test_the_price_filter_is_exact_to_the_fen_at_the_buyers_quantity(
    shop: Shop, quantity: int | None, high: int, expected: set[str]
) -> None:
    wanted = {"quantity": quantity} if quantity else {}
    found = shop.ids("水杯", price_max_fen=high, size=100, **wanted)
    assert {offer_id for offer_id in found if offer_id.startswith("cup")} == expected


def test_filter_sort_and_card_agree_on_the_price(shop: Shop) -> None:
    answer = shop.search("水杯", quantity=1000, sort="price", size=100)
    prices = [hit.price.unit_fen for hit in answer.hits]
    known = [price for price in prices if price is not None]
    assert known == sorted(known)
    assert dict(zip([hit.offer_id for hit in answer.hits], prices, strict=True))["cup1"] == 900


def test_price_on_request_sorts_last_and_never_meets_a_price_range(shop: Shop) -> None:
    answer = shop.search(sort="price", size=100)
    assert answer.hits[-1].offer_id == "cup4"
    assert answer.hits[-1].price.unit_fen is None
    assert answer.hits[-1].price.basis == "on_request"
    assert "cup4" not in shop.ids(price_min_fen=0, size=100)


def test_sales_and_newest_sort_exactly(shop: Shop) -> None:
    shop.put((replace(offer("new1", "刚上架的梳子"), published_at=2_000_000_000), None))
    assert shop.ids(sort="sales")[:2] == ["cup1", "cup2"]
    assert shop.ids(sort="newest")[0] == "new1"


def test_adding_a_filter_never_raises_the_total(shop: Shop) -> None:
    for query in ("", "水杯", "不锈钢水杯 500ml", "手机壳 苹果15", "完全不相干的东西"):
        total = shop.search(query).total
        for filters in ({"region": "浙江"}, {"verified": "true"}, {"price_max_fen": 1000}, {"attr_material": "硅胶"}):
            narrower = shop.search(query, **filters).total
            assert narrower <= total
            assert shop.search(query, **filters, supplier="s1").total <= narrower


def test_a_facet_counts_as_if_its_own_filter_were_not_set(shop: Shop) -> None:
    open_counts = counts(shop, "region")
    assert open_counts == {"浙江": 8, "广东": 3}
    narrowed = counts(shop, "region", region="广东")
    assert (narrowed["浙江"], narrowed["广东"]) == (8, 3)
    assert counts(shop, "attr.material", attr_material="硅胶")["304不锈钢"] == 2


def test_a_facets_count_is_the_total_that_choosing_it_gives(shop: Shop) -> None:
    for facet in shop.search("水杯").facets:
        if facet.field == "price":
            continue
        for value in facet.values:
            chosen = shop.search("水杯", **{facet.field.replace("attr.", "attr_"): value.value})
            assert chosen.total == value.count, (facet.field, value.value)


def test_a_chosen_value_stays_visible_when_nothing_is_left_in_it(shop: Shop) -> None:
    facet = {f.field: f for f in shop.search("连衣裙", region="西藏").facets}["region"]
    assert [(v.value, v.count) for v in facet.values if v.selected] == [("西藏", 0)]


def test_the_explanation_sums_to_the_score_and_says_why(shop: Shop) -> None:
    answer = shop.search("不锈钢水杯", explain="true", size=100)
    for rank, hit in enumerate(answer.hits, 1):
        assert hit.explanation is not None
        parts = sum(part.contribution for part in hit.explanation.contributions)
        assert parts == pytest.approx(hit.explanation.score, abs=1e-9)
        assert hit.score == pytest.approx(hit.explanation.score, abs=1e-6)
        assert hit.explanation.rank == rank
        assert set(hit.explanation.matched_by) <= {"lexical", "vector"}
        assert hit.explanation.matched_by
    assert answer.hits[0].explanation is not None
    assert answer.hits[0].explanation.summary


def test_without_being_asked_for_there_is_no_explanation(shop: Shop) -> None:
    assert [hit.explanation for hit in shop.search("水杯").hits if hit.explanation] == []


def test_what_the_buyer_excludes_is_absent(shop: Shop) -> None:
    answer = shop.search("手机壳 不要硅胶")
    assert "case1" not in [hit.offer_id for hit in answer.hits]
    assert "case2" in [hit.offer_id for hit in answer.hits]
    assert answer.understood.excluded == ["硅胶"]


def test_a_price_said_in_words_filters(shop: Shop) -> None:
    answer = shop.search("水杯 10元以下")
    assert answer.understood.price_max_fen in (999, 1000)
    assert all(hit.price.unit_fen is not None and hit.price.unit_fen <= 1000 for hit in answer.hits)
    assert {"cup3", "cup5"} <= {hit.offer_id for hit in answer.hits}


def test_what_a_parameter_says_wins_over_the_words(shop: Shop) -> None:
    answer = shop.search("水杯 10元以下", price_max_fen=1400)
    assert answer.understood.price_max_fen == 1400
    assert "cup2" in [hit.offer_id for hit in answer.hits]


def test_item_code_and_barcode_match_whole(shop: Shop) -> None:
    assert shop.ids("GB70-M8X30")[0] == "screw1"
    assert shop.ids("gb70-m8x30")[0] == "screw1"
    assert shop.ids("6901234567892")[0] == "screw1"


def test_pinyin_is_repaired_and_said(shop: Shop) -> None:
    answer = shop.search("lianyiqun")
    assert answer.understood.repair is not None
    assert (answer.understood.repair.original, answer.understood.repair.repaired) == ("lianyiqun", "连衣裙")
    assert {hit.offer_id for hit in answer.hits[:2]} == {"dress1", "dress2"}


def test_repair_can_be_declined(shop: Shop) -> None:
    assert shop.search("lianyiqun", repair="false").understood.repair is None


def test_titles_are_escaped_and_marked(shop: Shop) -> None:
    shop.put((offer("evil", "<script>alert(1)</script> 水杯 & 壶"), None))
    hit = next(hit for hit in shop.search("水杯", size=100).hits if hit.offer_id == "evil")
    assert "<script>" not in hit.highlight
    assert "<em>水杯</em>" in hit.highlight
    assert hit.title == "<script>alert(1)</script> 水杯 & 壶"


def test_a_category_that_does_not_exist_is_not_found(shop: Shop) -> None:
    with pytest.raises(NotFound):
        shop.search("水杯", category="999999")


def test_an_index_of_another_encoder_searches_by_text_and_says_so(shop: Shop) -> None:
    class Other(BagEncoder):
        fingerprint = "bag-2"

    shop.reopen(replace(shop.parts, encoder=Other()))
    answer = shop.search("水杯")
    assert answer.degraded == ["vector：索引由另一编码器写入，请运行 pifa rebuild"]
    assert answer.legs["vector"] == 0
    assert answer.legs["lexical"] == answer.total > 0
    assert answer.related == []


def test_without_an_encoder_text_is_searched_and_it_is_said(shop: Shop) -> None:
    shop.reopen(replace(shop.parts, encoder=None))
    answer = shop.search("水杯")
    assert answer.degraded == ["vector：没有编码器"]
    assert answer.encoder == ""
    assert answer.total > 0
    english = shop.search_service.search(SearchRequest(q="水杯"), language="en")
    assert english.degraded == ["vector: no encoder"]


def test_advice_to_lift_a_filter_is_told(shop: Shop) -> None:
    for asked, label in (({"region": ("西藏",)}, "Tibet"), ({"flags": {"sample": True}}, "Sample")):
        request = SearchRequest(q="水杯", **asked)  # type: ignore[arg-type]
        answer = shop.search_service.search(request, language="en")
        assert [advice.label for advice in answer.advice] == [label]


def test_a_listing_that_no_word_matches_enters_by_meaning_above_the_floor_only(shop: Shop) -> None:
    low = with_floor(shop.parts, 0.05)
    shop.reopen(low)
    wide = shop.search("连衣裙 法式")
    shop.reopen(with_floor(shop.parts, 0.999))
    narrow = shop.search("连衣裙 法式")
    assert narrow.legs["vector"] == 0
    assert wide.legs["vector"] > 0
    assert wide.total == wide.legs["lexical"] + wide.legs["vector"] - wide.legs["both"]


def test_a_thin_result_has_related_listings_that_are_not_counted(shop: Shop) -> None:
    answer = shop.search("翻盖 皮革 手机壳")
    shown = {hit.offer_id for hit in answer.hits}
    assert answer.related
    assert not shown & {hit.offer_id for hit in answer.related}
    assert answer.total == len(shown)


def test_an_empty_result_says_which_filter_to_lift(shop: Shop) -> None:
    answer = shop.search("连衣裙", attr_material="硅胶")
    assert answer.total == 0
    assert answer.hits == []
    assert [(advice.field, advice.value) for advice in answer.advice] == [("attr.material", "硅胶")]
    assert answer.advice[0].total_without == shop.search("连衣裙").total


def test_without_an_index_it_is_unavailable_with_the_command() -> None:
    with pytest.raises(Unavailable, match="pifa rebuild"):
        InMemoryStore().reader()


def test_vectors_to_come_are_counted(shop: Shop) -> None:
    with shop.store.rebuild(vector_space=VectorSpace(fingerprint="bag-1", dimensions=64)) as writer:
        writer.apply(shop.assembler.documents([(offer("a", "水杯"), None)]))
    shop.parts.engine.refresh()
    answer = shop.search("水杯")
    assert answer.vectors_pending == 1
    assert answer.total == 1


def counts(shop: Shop, field: str, **parameters: object) -> dict[str, int]:
    facet = {facet.field: facet for facet in shop.search(size=1, **parameters).facets}[field]
    return {value.value: value.count for value in facet.values}
