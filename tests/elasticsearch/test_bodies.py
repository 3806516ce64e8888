"""What is sent to the server is a pure function of the plan, and does not change unseen: every body as a file.

``PIFA_GOLDEN_WRITE=1 pytest tests/elasticsearch/test_bodies.py`` writes them anew; read the difference before it is
committed.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from search_engine.elastic import ElasticOptions
from search_engine.elastic.body import Question, count_body, facet_body, price_bodies, search_body, totals_body
from search_engine.elastic.mapping import index_body
from search_engine.plan import (
    FacetRequest,
    LexicalQuery,
    MatchRule,
    Plan,
    PriceFilter,
    RangeFilter,
    Term,
    TermFilter,
    TermGroup,
    VectorQuery,
)

GOLDEN = Path(__file__).with_name("golden")
OPTIONS = ElasticOptions()
RULE = MatchRule(name="all_words", unit="group", share=1.0, enough=20, because="-", shown_by="-")
HALF = replace(RULE, name="half_characters", unit="character", share=0.5, enough=0)
WORDS = LexicalQuery(
    words=(Term("保温杯"), Term("水杯", 0.5)),
    characters=(Term("保"), Term("温"), Term("杯")),
    bigrams=(Term("保温"), Term("温杯")),
    facts=(Term("304不锈钢"),),
    groups=(
        TermGroup(text="保温杯", alternatives=(("保", "温", "杯"), ("水杯",))),
        TermGroup(text="304", alternatives=(("304",),)),
    ),
    excluded=(TermGroup(text="硅胶", alternatives=(("硅", "胶"),)),),
    rules=(RULE, HALF),
)
MEANING = VectorQuery(vector=np.array([1.0], dtype=np.float32), floor=0.5)
FACETS = (
    FacetRequest(name="category", field="category", group="category", size=200),
    FacetRequest(name="price", field="price", group="price", size=3, edges=(0, 100, 1000)),
    FacetRequest(name="attr.材质", field="attribute", group="attr.材质", size=50, prefix="材质="),
)
FILTERS = (
    TermFilter(field="category", values=("c1", "c2"), group="category"),
    RangeFilter(field="moq", low=None, high=50, group="moq"),
    PriceFilter(low_fen=100, high_fen=2500),
)


def asked(plan: Plan, *, rule: MatchRule | None = RULE, near: tuple[int, ...] = ()) -> Question:
    return Question(plan=plan, rule=rule, near=near)


WHOLE = Plan(lexical=WORDS, filters=FILTERS, facets=FACETS, quantity=77, limit=20)
BODIES: dict[str, Any] = {
    "mapping": index_body(OPTIONS),
    "mapping_with_vectors": index_body(replace(OPTIONS, vectors="int8_hnsw", shards=4), dimensions=512),
    "count_of_a_rule": count_body(WORDS, RULE),
    "words_alone": search_body(asked(Plan(lexical=WORDS, limit=20)), OPTIONS),
    "words_and_near": search_body(asked(Plan(lexical=WORDS, limit=20), near=(3, 17)), OPTIONS),
    "second_window": search_body(asked(Plan(lexical=WORDS, limit=20, offset=20), near=(3, 17)), OPTIONS),
    "relaxed_to_characters": search_body(asked(Plan(lexical=WORDS, limit=20), rule=HALF), OPTIONS),
    "a_code": search_body(asked(Plan(lexical=LexicalQuery(codes=("AG525",)), limit=20), rule=None), OPTIONS),
    "near_alone": search_body(asked(Plan(vector=MEANING, limit=20), rule=None, near=(5,)), OPTIONS),
    "filters_and_facets": search_body(asked(WHOLE, near=(3,)), OPTIONS),
    "one_facet_without_its_filter": facet_body(asked(WHOLE, near=(3,)), OPTIONS, "category"),
    "totals": totals_body(asked(WHOLE), OPTIONS),
    "browse_newest": search_body(asked(Plan(sort="newest", limit=20, filters=FILTERS[:1]), rule=None), OPTIONS),
    "browse_by_sales": search_body(asked(Plan(sort="sales", limit=20), rule=None), OPTIONS),
    "cheapest_at_the_moq": search_body(asked(Plan(lexical=WORDS, sort="price", limit=20)), OPTIONS),
    "cheapest_inside_a_band": price_bodies(asked(replace(WHOLE, sort="price"))),
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies_are_as_they_were(name: str) -> None:
    path = GOLDEN / f"{name}.json"
    body = orjson.dumps(BODIES[name], option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if os.environ.get("PIFA_GOLDEN_WRITE"):
        path.write_bytes(body)
    assert orjson.loads(path.read_bytes()) == orjson.loads(body)


def test_no_file_is_left_behind() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(BODIES)
