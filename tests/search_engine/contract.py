"""What every backend promises, as tests over a store; each backend's module says which store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from kernel.errors import Invalid
from kernel.prices import price_at
from search_engine.documents import IndexDocument, Withdrawal
from search_engine.limits import DEPTH_MAX
from search_engine.plan import (
    FacetRequest,
    Filter,
    Plan,
    PriceFilter,
    RangeFilter,
    Sort,
    Term,
    TermFilter,
    TermGroup,
    VectorQuery,
)
from search_engine.port import IndexMissing, IndexStore, SearchEngine, WriterBusy
from tests.search_engine.catalog import (
    DIMENSIONS,
    RULES,
    build,
    embed_pending,
    ladder,
    listing,
    market,
    query,
    rule,
    vector_of,
)


def ids(engine: SearchEngine, documents: Sequence[IndexDocument], rows: np.ndarray) -> list[str]:
    """Offer ids of rows, in their order."""
    by_row = {row: offer_id for offer_id, row in engine.find([each.offer_id for each in documents]).items()}
    return [by_row[row] for row in rows.tolist()]


def found(engine: SearchEngine, documents: Sequence[IndexDocument], plan: Plan) -> list[str]:
    """Offer ids of one window."""
    return ids(engine, documents, engine.search(plan).candidates.rows)


def rebuild_and_fail(store: IndexStore) -> None:
    """A rebuild that raises after its first commit."""
    with store.rebuild(vector_space=None) as writer:
        writer.apply([listing("b", "螺丝")])
        writer.commit(feed_cursor=7)
        raise RuntimeError("半途")


class EngineContract:
    """Subclass it with a fixture ``store``."""

    @pytest.fixture
    def documents(self) -> list[IndexDocument]:
        return market()

    @pytest.fixture
    def engine(self, store: IndexStore, documents: list[IndexDocument]) -> SearchEngine:
        build(store, documents)
        return store.reader()

    # --- the store and the writer ---------------------------------------------------------------------------------

    def test_a_store_without_an_index_says_so(self, store: IndexStore) -> None:
        assert not store.exists()
        with pytest.raises(IndexMissing, match="pifa rebuild"):
            store.reader()

    def test_a_second_writer_is_refused(self, store: IndexStore) -> None:
        build(store, [])
        with store.writer(), pytest.raises(WriterBusy), store.writer():
            pass
        with store.writer() as writer:
            assert writer.documents == 0

    def test_a_writer_names_its_generation_as_the_reader_does(self, store: IndexStore) -> None:
        named = []
        for _ in range(2):
            with store.rebuild(vector_space=None) as writer:
                writer.commit(feed_cursor=1)
                named.append(writer.generation)
            assert store.reader().status().generation == named[-1]
            with store.writer() as writer:
                assert writer.generation == named[-1]
        assert named[0] != named[1]

    def test_nothing_is_visible_before_the_commit_and_the_refresh(self, store: IndexStore) -> None:
        build(store, [listing("a", "螺丝")])
        engine = store.reader()
        with store.writer() as writer:
            writer.apply([listing("b", "螺丝")])
            assert not engine.refresh()
            writer.commit(feed_cursor=9)
            assert engine.search(Plan()).total == 1
            assert engine.refresh()
        assert engine.search(Plan()).total == 2
        assert engine.status().feed_cursor == 9
        assert not engine.refresh()

    def test_what_was_not_committed_is_dropped(self, store: IndexStore) -> None:
        build(store, [listing("a", "螺丝")])
        with store.writer() as writer:
            writer.apply([listing("b", "螺丝")])
        with store.writer() as writer:
            assert writer.documents == 1
            writer.commit(feed_cursor=2)
        assert store.reader().search(Plan()).total == 1

    def test_an_older_version_never_replaces_a_newer(self, store: IndexStore) -> None:
        build(store, [listing("a", "螺丝", version=5)])
        engine = store.reader()
        with store.writer() as writer:
            writer.apply([listing("a", "水杯", version=4)], [Withdrawal(offer_id="a", version=3)])
            writer.commit(feed_cursor=2)
            writer.apply([listing("a", "手套", version=7), listing("a", "水杯", version=6)])
            writer.commit(feed_cursor=3)
        engine.refresh()
        assert engine.search(Plan()).total == 1
        assert engine.cards([engine.find(["a"])["a"]]) == [b'{"offer_id": "a", "version": 7}']

    def test_an_older_publication_does_not_bring_a_withdrawn_offer_back(self, store: IndexStore) -> None:
        build(store, [listing("a", "螺丝", version=1)])
        with store.writer() as writer:
            writer.apply([], [Withdrawal(offer_id="a", version=5), Withdrawal(offer_id="unheard", version=3)])
            writer.commit(feed_cursor=2)
        with store.writer() as writer:
            writer.apply([listing("a", "螺丝", version=4), listing("unheard", "螺丝", version=2)])
            writer.commit(feed_cursor=3)
            assert writer.documents == 0
            writer.apply([listing("a", "螺丝", version=6)])
            writer.commit(feed_cursor=4)
            assert writer.documents == 1
            assert writer.feed_cursor == 4

    def test_the_same_version_may_be_written_again(self, store: IndexStore) -> None:
        build(store, [listing("a", "螺丝", supplier_id="s1")])
        with store.writer() as writer:
            writer.apply([listing("a", "螺丝", supplier_id="s2")])
            writer.commit(feed_cursor=2)
        engine = store.reader()
        plan = Plan(filters=(TermFilter(field="supplier", values=("s2",), group="supplier"),))
        assert engine.search(plan).total == 1
        assert engine.search(Plan()).total == 1

    def test_an_unchanged_text_keeps_its_vector_and_a_changed_one_waits_for_a_new(self, store: IndexStore) -> None:
        build(store, [listing("a", "螺丝"), listing("b", "水杯")])
        with store.writer() as writer:
            writer.apply([listing("a", "螺丝", version=2, sold_count=5), listing("b", "手套", version=2)])
            writer.commit(feed_cursor=2)
            rows, texts = writer.pending_vector_texts(limit=10)
            assert texts == ["手套"]
            engine = store.reader()
            assert engine.status().vectors_pending == 1
            kept = engine.vector(engine.find(["a"])["a"])
            assert kept is not None
            assert kept == pytest.approx(vector_of("螺丝"), abs=1e-3)
            assert engine.vector(int(rows[0])) is None
            embed_pending(writer)
        engine.refresh()
        assert engine.status().vectors_pending == 0
        assert engine.status().vectors == 2

    def test_a_rebuild_that_fails_leaves_the_old_index(self, store: IndexStore) -> None:
        build(store, [listing("a", "螺丝")])
        before = store.reader().status()
        with pytest.raises(RuntimeError, match="半途"):
            rebuild_and_fail(store)
        engine = store.reader()
        assert engine.status() == before
        assert list(engine.find(["a", "b"])) == ["a"]

    def test_a_reader_moves_to_a_rebuilt_index(self, store: IndexStore) -> None:
        build(store, [listing("a", "螺丝")])
        engine = store.reader()
        build(store, [listing("b", "螺丝"), listing("c", "螺丝")])
        assert engine.search(Plan()).total == 1
        assert engine.refresh()
        assert set(engine.find(["a", "b", "c"])) == {"b", "c"}

    def test_text_is_searchable_before_its_vectors(self, store: IndexStore) -> None:
        with store.rebuild(vector_space=None) as writer:
            writer.apply([listing("a", "螺丝")])
            writer.commit(feed_cursor=1)
        plan = Plan(lexical=query("螺丝"), vector=VectorQuery(vector=vector_of("螺丝"), floor=0.5))
        result = store.reader().search(plan)
        assert result.total == 1
        assert result.degraded == ("vector：索引里没有向量",)

    def test_vectors_of_another_size_leave_the_leg_out_and_say_so(self, engine: SearchEngine) -> None:
        plan = Plan(lexical=query("螺丝"), vector=VectorQuery(vector=np.ones(3, dtype=np.float32), floor=0.5))
        result = engine.search(plan)
        assert result.degraded == (f"vector：索引是 {DIMENSIONS} 维，查询是 3 维",)
        assert result.total == engine.search(replace(plan, vector=None)).total > 0

    def test_cards_come_in_the_order_asked_and_empty_when_gone(self, engine: SearchEngine) -> None:
        rows = engine.find(["o5", "o2"])
        assert engine.cards([rows["o5"], 10_000, rows["o2"], rows["o5"]]) == [
            b'{"offer_id": "o5", "version": 1}',
            b"",
            b'{"offer_id": "o2", "version": 1}',
            b'{"offer_id": "o5", "version": 1}',
        ]

    # --- the result set -------------------------------------------------------------------------------------------

    def test_the_first_rule_with_enough_matches_is_taken(self, store: IndexStore) -> None:
        documents = [listing("both", "螺丝 红色"), listing("one", "螺丝 蓝色"), listing("other", "手套")]
        build(store, documents, vectors=False)
        engine = store.reader()
        strict = engine.search(Plan(lexical=query("螺丝", "红色", rules=(rule("all", "group", 1, 1), *RULES))))
        assert (strict.rule, strict.total) == ("all", 1)
        relaxed = engine.search(Plan(lexical=query("螺丝", "红色")))
        assert (relaxed.rule, relaxed.total) == ("most", 2)
        last = engine.search(Plan(lexical=query("螺母", "水杯")))
        assert (last.rule, last.total) == ("characters", 0)

    def test_the_rule_does_not_change_with_filters(self, engine: SearchEngine) -> None:
        plan = Plan(lexical=query("螺丝", "红色"))
        narrow = replace(plan, filters=(TermFilter(field="offer_id", values=("o0",), group="x"),))
        assert engine.search(narrow).rule == engine.search(plan).rule

    def test_an_alternative_matches_as_well_as_the_buyers_own_word(self, store: IndexStore) -> None:
        build(store, [listing("a", "水杯"), listing("b", "手套"), listing("c", "螺丝")], vectors=False)
        asked = query("水杯", rules=(rule("all", "group", 1, 1),))
        both = replace(asked, groups=(TermGroup(text="水杯", alternatives=(("水", "杯"), ("手", "套"))),))
        assert store.reader().search(Plan(lexical=both)).total == 2

    def test_facts_count_for_the_rule(self, store: IndexStore) -> None:
        build(store, [listing("a", "螺丝", facts="五金"), listing("b", "螺丝")], vectors=False)
        result = store.reader().search(Plan(lexical=query("螺丝", "五金", rules=(rule("all", "group", 1, 1),))))
        assert (result.total, result.rule) == (1, "all")

    def test_excluded_groups_remove_from_both_ways(self, engine: SearchEngine, documents: list[IndexDocument]) -> None:
        vector = VectorQuery(vector=vector_of("螺丝红色"), floor=-1.0, limit=200)
        without = (TermGroup(text="红色", alternatives=(("红",),)),)
        plan = Plan(lexical=query("螺丝", excluded=without), vector=vector)
        result = engine.search(plan)
        assert result.total == sum("红" not in each.coverage for each in documents)
        assert all("红色" not in offer for offer in found(engine, documents, plan))

    def test_only_exclusions_browse_the_rest(self, engine: SearchEngine, documents: list[IndexDocument]) -> None:
        lexical = replace(query(), excluded=(TermGroup(text="红色", alternatives=(("红",),)),))
        result = engine.search(Plan(lexical=lexical))
        assert result.total == sum("红" not in each.coverage for each in documents)
        assert result.rule == "browse"

    def test_a_code_enters_and_comes_first(self, engine: SearchEngine, documents: list[IndexDocument]) -> None:
        plan = Plan(lexical=query("螺丝", codes=("M2",)), vector=VectorQuery(vector=vector_of("螺丝"), floor=0.2))
        assert "螺丝" not in documents[2].words
        assert found(engine, documents, plan)[0] == "o2"
        only = Plan(lexical=replace(query(), codes=("M7",)))
        assert found(engine, documents, only) == ["o7"]

    def test_near_listings_enter_above_the_floor_and_are_fixed_before_the_filters(
        self, engine: SearchEngine, documents: list[IndexDocument]
    ) -> None:
        target = vector_of(documents[3].vector_text)
        plan = Plan(vector=VectorQuery(vector=target, floor=0.6, limit=5))
        result = engine.search(plan)
        assert (result.rule, result.total, result.legs["vector"]) == ("vector", 5, 5)
        cosines = result.candidates.legs["vector"]
        assert (cosines >= 0.6 - 1e-3).all()
        assert (np.diff(cosines) <= 0).all()
        one = ids(engine, documents, result.candidates.rows)[2]
        narrow = replace(plan, filters=(TermFilter(field="offer_id", values=(one, "o1"), group="x"),))
        assert found(engine, documents, narrow) == [one]

    def test_candidates_carry_the_score_of_every_leg(
        self, engine: SearchEngine, documents: list[IndexDocument]
    ) -> None:
        plan = Plan(
            lexical=query("螺丝", "红色"), vector=VectorQuery(vector=vector_of("螺丝红色"), floor=0.4), limit=100
        )
        candidates = engine.search(plan).candidates
        by_id = {each.offer_id: each for each in documents}
        for position, offer_id in enumerate(ids(engine, documents, candidates.rows)):
            document = by_id[offer_id]
            for leg, terms in (("words", plan.lexical.words), ("bigrams", plan.lexical.bigrams)):  # type: ignore[union-attr]
                there = any(term.text in getattr(document, leg).split() for term in terms)
                assert (candidates.legs[leg][position] > 0) == there
            expected = float(vector_of(document.vector_text) @ vector_of("螺丝红色"))
            assert candidates.legs["vector"][position] == pytest.approx(expected, abs=2e-3)
        assert (candidates.lexical | candidates.semantic).all()
        assert candidates.columns["moq"].tolist() == [
            by_id[offer_id].moq for offer_id in ids(engine, documents, candidates.rows)
        ]

    def test_a_lighter_term_counts_less(self, store: IndexStore) -> None:
        build(store, [listing("a", "螺丝"), listing("b", "手套"), listing("c", "水杯")], vectors=False)
        engine = store.reader()
        lexical = replace(
            query("螺丝", "手套", rules=(rule("any", "group", 0.1, 1),)), words=(Term("螺丝", 0.25), Term("手套"))
        )
        candidates = engine.search(Plan(lexical=lexical)).candidates
        scores = dict(zip(candidates.rows.tolist(), candidates.legs["words"].tolist(), strict=True))
        rows = engine.find(["a", "b"])
        assert scores[rows["a"]] == pytest.approx(scores[rows["b"]] / 4, rel=1e-4)

    @pytest.mark.parametrize("sort", ["relevance", "price", "sales", "newest"])
    def test_windows_hold_the_result_set_exactly(
        self, engine: SearchEngine, documents: list[IndexDocument], sort: Sort
    ) -> None:
        plan = Plan(
            lexical=query("螺丝", "红色"),
            vector=VectorQuery(vector=vector_of("水杯"), floor=0.3),
            limit=7,
            sort=sort,
            quantity=12,
        )
        total = engine.search(plan).total
        rows = [
            row for offset in range(0, 70, 7) for row in engine.search(replace(plan, offset=offset)).candidates.rows
        ]
        assert len(rows) == len(set(rows)) == total > 14
        assert all(engine.search(replace(plan, offset=offset)).total == total for offset in (7, 63))

    def test_windows_of_a_browse_hold_everything(self, engine: SearchEngine, documents: list[IndexDocument]) -> None:
        rows = [
            row for offset in range(0, 60, 20) for row in engine.search(Plan(limit=20, offset=offset)).candidates.rows
        ]
        assert sorted(rows) == sorted(engine.find([each.offer_id for each in documents]).values())

    def test_a_window_beyond_the_depth_or_askew_is_refused(self, engine: SearchEngine) -> None:
        for plan in (Plan(offset=DEPTH_MAX), Plan(offset=5, limit=10), Plan(offset=-10, limit=10), Plan(limit=0)):
            with pytest.raises(Invalid):
                engine.search(plan)

    # --- sorts, prices, facets --------------------------------------------------------------------------------------

    def test_sales_and_newest_order_exactly_with_ties_by_row(
        self, engine: SearchEngine, documents: list[IndexDocument]
    ) -> None:
        order = {each.offer_id: number for number, each in enumerate(documents)}
        by_sales = sorted(documents, key=lambda each: (-each.sold_count, order[each.offer_id]))
        by_date = sorted(documents, key=lambda each: (-each.published_at, order[each.offer_id]))
        assert found(engine, documents, Plan(sort="sales", limit=60)) == [each.offer_id for each in by_sales]
        assert found(engine, documents, Plan(sort="newest", limit=60)) == [each.offer_id for each in by_date]

    @pytest.mark.parametrize("quantity", [None, 1, 3, 7, 8, 29, 30, 31, 500, 699, 700, 20_000])
    def test_price_sort_filter_facet_and_candidates_agree_with_the_kernel(
        self, engine: SearchEngine, documents: list[IndexDocument], quantity: int | None
    ) -> None:
        exact = {each.offer_id: price_at(each.tiers, moq=each.moq, quantity=quantity) for each in documents}
        prices = {offer_id: -1 if price is None else price.unit_fen for offer_id, price in exact.items()}
        plan = Plan(sort="price", quantity=quantity, limit=60)
        candidates = engine.search(plan).candidates
        offers = ids(engine, documents, candidates.rows)
        assert candidates.price_fen.tolist() == [prices[offer_id] for offer_id in offers]
        number = {each.offer_id: position for position, each in enumerate(documents)}
        cheapest = sorted(prices, key=lambda each: (prices[each] < 0, prices[each], number[each]))
        assert offers == cheapest
        for low, high in ((None, 200), (150, 260), (212, None), (None, None), (300, 100)):
            filtered = replace(plan, filters=(PriceFilter(low_fen=low, high_fen=high),))
            expected = [
                each
                for each in cheapest
                if prices[each] >= 0 and (low is None or prices[each] >= low) and (high is None or prices[each] <= high)
            ]
            assert found(engine, documents, filtered) == expected
        edges = (0, 150, 200, 275)
        facet = FacetRequest(name="price", field="price", group="price", size=4, edges=edges)
        counted = engine.search(replace(plan, facets=(facet,))).facets["price"]
        known = [price for price in prices.values() if price >= 0]
        assert [(each.value, each.count) for each in counted] == [
            ("0-150", sum(price < 150 for price in known)),
            ("150-200", sum(150 <= price < 200 for price in known)),
            ("200-275", sum(200 <= price < 275 for price in known)),
            ("275-", sum(price >= 275 for price in known)),
        ]

    def test_a_facet_that_is_cut_keeps_the_first_of_equals_by_value(self, store: IndexStore) -> None:
        # Written from the last value to the first, so that the order of writing cannot pass for that of the values.
        places = [f"地{number:02d}" for number in reversed(range(40))]
        build(store, [listing(place, "水杯", regions=(place,)) for place in places], vectors=False)
        facet = FacetRequest(name="region", field="region", group="region", size=5)
        counted = store.reader().search(Plan(facets=(facet,))).facets["region"]
        assert [(each.value, each.count) for each in counted] == [(place, 1) for place in sorted(places)[:5]]

    def test_facets_leave_their_own_group_out(self, engine: SearchEngine, documents: list[IndexDocument]) -> None:
        chosen = (
            TermFilter(field="region", values=("广东",), group="region"),
            TermFilter(field="attribute", values=("color=1",), group="color"),
        )
        facets = (
            FacetRequest(name="region", field="region", group="region", size=10),
            FacetRequest(name="color", field="attribute", group="color", size=10, prefix="color="),
            FacetRequest(name="size", field="attribute", group="size", size=10, prefix="size="),
            FacetRequest(name="moq", field="moq", group="moq", size=10, edges=(1, 2)),
        )
        counted = engine.search(Plan(filters=chosen, facets=facets)).facets
        red = [each for each in documents if "color=1" in each.attributes]
        south = [each for each in documents if "广东" in each.regions]
        both = [each for each in red if each in south]
        assert {each.value: each.count for each in counted["region"]} == Counter(
            region for each in red for region in each.regions
        )
        assert {each.value: each.count for each in counted["color"]} == Counter(
            value for each in south for value in each.attributes if value.startswith("color=")
        )
        assert {each.value: each.count for each in counted["size"]} == Counter(
            value for each in both for value in each.attributes if value.startswith("size=")
        )
        assert [(each.value, each.count) for each in counted["moq"]] == [
            ("1-2", sum(each.moq == 1 for each in both)),
            ("2-", sum(each.moq >= 2 for each in both)),
        ]

    def test_an_unknown_field_is_refused_by_name(self, engine: SearchEngine) -> None:
        plans = (
            Plan(filters=(TermFilter(field="colour", values=("1",), group="x"),)),
            Plan(filters=(RangeFilter(field="words", low=1, high=2, group="x"),)),
            Plan(facets=(FacetRequest(name="codes", field="codes", group="x", size=5),)),
        )
        for plan in plans:
            with pytest.raises(Invalid) as caught:
                engine.search(plan)
            assert caught.value.parameter in {"colour", "words", "codes"}

    def test_bounds_beyond_64_bits_are_only_large(self, engine: SearchEngine) -> None:
        wide = RangeFilter(field="moq", low=-(1 << 80), high=1 << 80, group="moq")
        none = PriceFilter(low_fen=1 << 80, high_fen=None)
        assert engine.search(Plan(filters=(wide,))).total == 60
        assert engine.search(Plan(filters=(none,))).total == 0

    # --- neighbours ---------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        "filters",
        [(), (TermFilter(field="region", values=("广东",), group="r"),), (PriceFilter(low_fen=150, high_fen=300),)],
    )
    def test_nearest_listings_within_filters_are_the_true_ones(
        self, engine: SearchEngine, documents: list[IndexDocument], filters: tuple[Filter, ...]
    ) -> None:
        target = vector_of("不锈钢水杯")
        within = set(found(engine, documents, Plan(filters=filters, quantity=12, limit=100)))
        expected = sorted(
            (float(vector_of(each.vector_text) @ target) for each in documents if each.offer_id in within), reverse=True
        )
        candidates = engine.nearest(target, filters=filters, limit=10, quantity=12)
        assert set(ids(engine, documents, candidates.rows)) <= within
        assert candidates.legs["vector"] == pytest.approx(expected[:10], abs=2e-3)
        floored = engine.nearest(target, filters=filters, limit=60, quantity=12, floor=0.5)
        assert len(floored.rows) == sum(cosine >= 0.5 for cosine in expected)

    def test_empty_things_are_answered(self, store: IndexStore) -> None:
        build(store, [])
        engine = store.reader()
        result = engine.search(Plan(lexical=query("螺丝"), vector=VectorQuery(vector=vector_of("螺丝"), floor=0.1)))
        assert (result.total, result.reachable, len(result.candidates.rows)) == (0, 0, 0)
        assert len(engine.nearest(vector_of("螺丝"), filters=(), limit=5).rows) == 0
        assert engine.search(Plan(sort="price")).total == 0
        assert list(engine.cards([])) == []
        assert engine.find([]) == {}

    def test_the_same_ladder_is_found_after_a_revision(self, store: IndexStore) -> None:
        build(store, [listing("a", "螺丝", tiers=ladder((1, 500), (30, 400)))])
        with store.writer() as writer:
            writer.apply([listing("a", "螺丝", version=2, tiers=ladder((1, 500), (40, 300)))])
            writer.commit(feed_cursor=2)
        engine = store.reader()
        prices = [engine.search(Plan(quantity=quantity)).candidates.price_fen.tolist() for quantity in (35, 45)]
        assert prices == [[500], [300]]
