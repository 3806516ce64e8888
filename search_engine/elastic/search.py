"""One plan against one view: the rule, the window, the counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from search_engine.blend import blended_order, combined_score
from search_engine.elastic.body import (
    BOTH,
    NEAR,
    Question,
    count_body,
    facet_body,
    price_bodies,
    rows_body,
    search_body,
    selected_groups,
    totals_body,
)
from search_engine.elastic.facets import counts
from search_engine.elastic.hits import (
    Hits,
    candidates_of,
    leg_scores,
    records_of,
    rows_of,
    text_matches,
)
from search_engine.elastic.options import ElasticOptions
from search_engine.elastic.query import asks_for_words, codes_query
from search_engine.elastic.view import View, degraded
from search_engine.limits import reachable, unit_vector, why_no_vectors
from search_engine.plan import LexicalQuery, MatchRule, Plan, VectorQuery
from search_engine.port import Candidates, EngineResult, FacetCount

Answer = Mapping[str, Any]


def answer(view: View, plan: Plan, options: ElasticOptions) -> EngineResult:
    """The answer to a plan."""
    lexical = plan.lexical or LexicalQuery()
    near, left_out = _nearest(view, plan.vector)
    rule, name = _choose_rule(view, lexical)
    asked = Question(plan=plan, rule=rule, near=tuple(near.tolist()))
    main, hits = _window(view, asked, options)
    narrowed = view.search_all([facet_body(asked, options, group) for group in selected_groups(plan)])
    total = main["hits"]["total"]["value"]
    legs = _leg_counts(main)
    beyond_first = asked.by_score and plan.offset > 0
    total += legs["vector"] if beyond_first else 0
    legs["lexical"] = total - legs["vector"] + legs["both"] if asked.asks_text else 0
    return EngineResult(
        candidates=_candidates(view, asked, hits, with_vector=not left_out),
        total=total,
        rule=name or ("browse" if asked.browses else "vector"),
        legs=legs,
        facets=_facets(plan, [main, *narrowed]),
        generation=view.state.index,
        reachable=reachable(total, limit=plan.limit, beside=legs["vector"] if plan.sort == "relevance" else 0),
        vectors_pending=view.state.vectors_pending,
        degraded=(*left_out, *degraded([main, *narrowed])),
    )


def _nearest(view: View, query: VectorQuery | None) -> tuple[np.ndarray, tuple[str, ...]]:
    """V, ascending, and why it is missing where it is."""
    nobody = np.empty(0, dtype=np.int64)
    if query is None:
        return nobody, ()
    left_out = why_no_vectors(query, count=view.vectors.count, dimensions=view.vectors.dimensions)
    if left_out:
        return nobody, left_out
    return np.sort(view.vectors.nearest(unit_vector(query), limit=query.limit, floor=query.floor)), ()


def _choose_rule(view: View, lexical: LexicalQuery) -> tuple[MatchRule | None, str]:
    """The first rule that enough listings meet before any filter, and its name; no name when no text is asked for."""
    if not asks_for_words(lexical):
        return None, "code" if codes_query(lexical) else ""
    rules = lexical.rules
    if not rules:
        return None, "any"
    answers = view.search_all([count_body(lexical, rule) for rule in rules[:-1]])
    for rule, counted in zip(rules, answers, strict=False):
        if counted["hits"]["total"]["value"] >= rule.enough:
            return rule, rule.name
    return rules[-1], rules[-1].name


def _window(view: View, asked: Question, options: ElasticOptions) -> tuple[Answer, Hits]:
    """The answer with the counts, and the hits of the window."""
    if not asked.loose_prices:
        main = view.search(search_body(asked, options))
        return main, main["hits"]["hits"]
    by_column, by_tier, main = view.search_all([*price_bodies(asked), totals_body(asked, options)])
    priced = [(hit["sort"][0], hit["sort"][1]) for part in (by_column, by_tier) for hit in part["hits"]["hits"]]
    rows = [row for _, row in sorted(priced)[asked.plan.offset : asked.plan.offset + asked.plan.limit]]
    if not rows:
        return main, []
    place = {row: number for number, row in enumerate(rows)}
    hits = view.search(rows_body(asked, rows))["hits"]["hits"]
    return main, sorted(hits, key=lambda hit: place[hit["sort"][0]])


def _leg_counts(main: Answer) -> dict[str, int]:
    """What the vector's way gave within the filters, and how much of it the text gave too."""
    near = main.get("aggregations", {}).get(NEAR)
    if near is None:
        return {"lexical": 0, "vector": 0, "both": 0}
    return {"lexical": 0, "vector": near["doc_count"], "both": near[BOTH]["doc_count"]}


def _candidates(view: View, asked: Question, hits: Hits, *, with_vector: bool) -> Candidates:
    plan = asked.plan
    records = records_of(hits)
    rows = rows_of(records)
    legs = leg_scores(hits, plan)
    if plan.vector is not None and with_vector:
        legs["vector"] = view.vectors.scores(unit_vector(plan.vector), rows)
    lexical = text_matches(hits)
    semantic = np.isin(rows, np.array(asked.near, dtype=np.int64))
    if asked.by_score:
        kept = _blended_order(plan, rows, legs, semantic)
        records, lexical, semantic = records[kept], lexical[kept], semantic[kept]
        legs = {leg: scores[kept] for leg, scores in legs.items()}
    return candidates_of(records, legs=legs, lexical=lexical, semantic=semantic, quantity=plan.quantity)


def _blended_order(plan: Plan, rows: np.ndarray, legs: Mapping[str, np.ndarray], near: np.ndarray) -> np.ndarray:
    """Which hits the window holds, and their order: by text a window at a time, ties by row; the first holds all of V
    besides, and is ordered by code, then text over the best text plus cosine."""
    combined = combined_score(plan, legs)
    by_text = np.flatnonzero(~near)
    by_text = by_text[np.lexsort((rows[by_text], -combined[by_text], -legs["code"][by_text]))][: plan.limit]
    if plan.offset:
        return by_text
    chosen = np.concatenate([by_text, np.flatnonzero(near)])
    within = {leg: scores[chosen] for leg, scores in legs.items()}
    blended: np.ndarray = chosen[blended_order(plan, rows[chosen], within)]
    return blended


def _facets(plan: Plan, answers: Sequence[Answer]) -> dict[str, tuple[FacetCount, ...]]:
    """Every facet asked for, from whichever answer counted it."""
    counted: dict[str, Any] = {}
    for each in answers:
        counted |= each.get("aggregations", {})
    return {request.name: counts(request, counted[request.name])[: request.size or None] for request in plan.facets}
