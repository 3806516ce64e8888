"""Both engines give the same answer to any plan, and filters only ever take away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.prices import price_at
from search_engine.embedded import EmbeddedOptions, EmbeddedStore
from search_engine.fake import InMemoryStore
from search_engine.plan import (
    FacetRequest,
    Filter,
    LexicalQuery,
    Plan,
    PriceFilter,
    RangeFilter,
    TermFilter,
    TermGroup,
    VectorQuery,
)
from search_engine.port import SearchEngine
from search_engine.prices import price_axis, price_columns
from search_engine.schema import NO_PRICE_FEN
from tests.search_engine.catalog import RULES, WORDS, build, ladder, market, query, vector_of

Engines = tuple[SearchEngine, SearchEngine]
FACETS = (
    FacetRequest(name="category", field="category", group="category", size=50),
    FacetRequest(name="flag", field="flag", group="flag", size=50),
    FacetRequest(name="color", field="attribute", group="color", size=50, prefix="color="),
    FacetRequest(name="price", field="price", group="price", size=50, edges=(0, 120, 180, 333)),
)


@pytest.fixture(scope="module", params=[1_000, 0], ids=["small results", "large results"])
def engines(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engines:
    """The embedded engine treats results of more than ``scored_max`` listings otherwise: both ways must agree."""
    documents = market(60)
    options = EmbeddedOptions(scored_max=request.param)
    stores = (InMemoryStore(), EmbeddedStore(tmp_path_factory.mktemp("home"), options))
    for store in stores:
        build(store, documents)
    return stores[0].reader(), stores[1].reader()


prices = st.none() | st.integers(0, 600)
filters = st.one_of(
    st.builds(
        lambda values: TermFilter(field="category", values=tuple(values), group="category"),
        st.lists(st.sampled_from(["03", "0300", "0301", "0302", "none"]), min_size=1, max_size=3),
    ),
    st.builds(
        lambda value: TermFilter(field="flag", values=(value,), group="flag"), st.sampled_from(["verified", "sample"])
    ),
    st.builds(
        lambda value: TermFilter(field="attribute", values=(f"color={value}",), group="color"), st.integers(0, 3)
    ),
    st.builds(lambda low, high: RangeFilter(field="moq", low=low, high=high, group="moq"), prices, prices),
    st.builds(lambda low, high: PriceFilter(low_fen=low, high_fen=high), prices, prices),
)
groups = st.sampled_from(WORDS).map(lambda word: TermGroup(text=word, alternatives=(tuple(dict.fromkeys(word)),)))


@st.composite
def lexicals(draw: st.DrawFn) -> LexicalQuery | None:
    words = draw(st.lists(st.sampled_from([*WORDS, "批发", "五金", "没有的词"]), max_size=3, unique=True))
    excluded = tuple(draw(st.lists(groups, max_size=1)))
    codes = tuple(draw(st.lists(st.sampled_from(["M1", "M33", "M999"]), max_size=1)))
    rules = draw(st.sampled_from([RULES, RULES[:1], RULES[2:], ()]))
    lexical = replace(query(*words, excluded=excluded, codes=codes), rules=rules)
    return draw(st.sampled_from([lexical, lexical, None]))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    vector = None
    if draw(st.booleans()):
        target = vector_of(draw(st.sampled_from(WORDS)))
        vector = VectorQuery(
            vector=target, floor=draw(st.sampled_from([0.31, 0.72])), limit=draw(st.sampled_from([3, 200]))
        )
    return Plan(
        lexical=draw(lexicals()),
        vector=vector,
        filters=tuple(draw(st.lists(filters, max_size=3))),
        facets=FACETS,
        sort=draw(st.sampled_from(["relevance", "price", "sales", "newest"])),
        quantity=draw(st.none() | st.sampled_from([1, 2, 7, 8, 25, 30, 31, 699, 1000])),
        limit=draw(st.sampled_from([5, 40, 100])),
    )


examples = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@examples
@given(plan=plans())
def test_totals_legs_and_facets_are_those_of_counting_one_by_one(engines: Engines, plan: Plan) -> None:
    naive, embedded = (engine.search(plan) for engine in engines)
    assert (embedded.total, embedded.rule, embedded.legs) == (naive.total, naive.rule, naive.legs)
    assert embedded.facets == naive.facets
    assert embedded.reachable == naive.reachable
    assert set(embedded.candidates.columns) == set(naive.candidates.columns)


@examples
@given(plan=plans())
def test_windows_hold_the_same_listings_in_the_same_order_outside_ties(engines: Engines, plan: Plan) -> None:
    naive, embedded = (engine.search(plan).candidates for engine in engines)
    if plan.sort != "relevance" or (plan.lexical is None and plan.vector is None):
        assert embedded.rows.tolist() == naive.rows.tolist()
        assert embedded.price_fen.tolist() == naive.price_fen.tolist()
    order_naive, order_embedded = np.argsort(naive.rows), np.argsort(embedded.rows)
    if np.array_equal(naive.rows[order_naive], embedded.rows[order_embedded]):
        for leg, scores in naive.legs.items():
            np.testing.assert_allclose(embedded.legs[leg][order_embedded], scores[order_naive], rtol=1e-4, atol=2e-3)
        assert embedded.lexical[order_embedded].tolist() == naive.lexical[order_naive].tolist()
        assert embedded.semantic[order_embedded].tolist() == naive.semantic[order_naive].tolist()
    else:  # the last places of a full window may fall among ties
        differing = np.setxor1d(naive.rows, embedded.rows)
        assert len(naive.rows) == len(embedded.rows)
        assert len(_combined_scores(plan, naive, differing) | _combined_scores(plan, embedded, differing)) == 1


@examples
@given(plan=plans(), more=filters)
def test_adding_a_filter_never_raises_a_count(engines: Engines, plan: Plan, more: Filter) -> None:
    embedded = engines[1]
    wide = embedded.search(plan)
    narrow = embedded.search(replace(plan, filters=(*plan.filters, more)))
    assert narrow.rule == wide.rule
    assert narrow.total <= wide.total
    assert all(narrow.legs[leg] <= count for leg, count in wide.legs.items())


@examples
@given(plan=plans())
def test_windows_partition_the_set(engines: Engines, plan: Plan) -> None:
    embedded = engines[1]
    plan = replace(plan, limit=20, facets=())
    rows = [
        row for offset in range(0, 100, 20) for row in embedded.search(replace(plan, offset=offset)).candidates.rows
    ]
    assert len(rows) == len(set(rows)) == embedded.search(plan).total


@st.composite
def ladders(draw: st.DrawFn) -> tuple[tuple[tuple[int, int], ...], int]:
    steps = sorted(draw(st.sets(st.integers(1, 30_000), min_size=1, max_size=6)))
    fens = sorted(draw(st.lists(st.integers(1, 10_000), min_size=len(steps), max_size=len(steps))), reverse=True)
    return tuple(zip(steps, fens, strict=True)), draw(st.integers(steps[0], 40_000))


@settings(max_examples=200, deadline=None)
@given(case=ladders(), quantity=st.none() | st.integers(1, 50_000))
def test_price_columns_enclose_the_kernels_price(
    case: tuple[tuple[tuple[int, int], ...], int], quantity: int | None
) -> None:
    steps, moq = case
    tiers = ladder(*steps)
    columns, axis = price_columns(tiers, moq=moq), price_axis(quantity)
    quoted = price_at(tiers, moq=moq, quantity=quantity)
    assert quoted is not None
    assert columns[axis.low] <= quoted.unit_fen <= columns[axis.top]
    if axis.exact:
        assert columns[axis.low] == quoted.unit_fen


def test_offers_without_a_price_lie_beyond_every_range() -> None:
    assert set(price_columns((), moq=1).values()) == {NO_PRICE_FEN}


def _combined_scores(plan: Plan, candidates: object, rows: np.ndarray) -> set[float]:
    legs, all_rows = candidates.legs, candidates.rows  # type: ignore[attr-defined]
    combined = sum(weight * legs[leg] for leg, weight in plan.weights)
    return {round(float(score), 2) for row, score in zip(all_rows, combined, strict=True) if row in rows}
