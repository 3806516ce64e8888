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
    facet_body,
    price_bodies,
    rows_body,
    rule_bodies,
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
from search_engine.elastic.vectors import Answer, Body, Neighbours, Vectors
from search_engine.elastic.view import Inquiry, View
from search_engine.limits import reachable, unit_vector, why_no_vectors
from search_engine.plan import LexicalQuery, MatchRule, Plan, VectorQuery
from search_engine.port import Candidates, EngineResult, FacetCount


def answer(view: View, plan: Plan, options: ElasticOptions) -> EngineResult:
    """The answer to a plan."""
    lexical = plan.lexical or LexicalQuery()
    inquiry = Inquiry(view, part="lexical")
    vectors = inquiry.vectors
    left_out = _why_no_vectors(vectors, plan.vector)
    meaning = None if left_out else plan.vector
    counting = rule_bodies(lexical)
    answers = inquiry.search_all([*counting, *_nearest_bodies(vectors, meaning)])
    rule, name = _choose_rule(lexical, answers[: len(counting)])
    near = _nearest(vectors, meaning, answers[len(counting) :])
    asked = Question(plan=plan, rule=rule, near=tuple(np.sort(near.rows).tolist()))
    main, hits = _window(inquiry, asked, options)
    narrowed = inquiry.search_all([facet_body(asked, options, group) for group in selected_groups(plan)])
    total = main["hits"]["total"]["value"]
    legs = _leg_counts(main)
    beyond_first = asked.by_score and plan.offset > 0
    total += legs["vector"] if beyond_first else 0
    legs["lexical"] = total - legs["vector"] + legs["both"] if asked.asks_text else 0
    return EngineResult(
        candidates=_candidates(vectors, asked, hits, meaning, near),
        total=total,
        rule=name or ("browse" if asked.browses else "vector"),
        legs=legs,
        facets=_facets(plan, [main, *narrowed]),
        generation=view.state.index,
        reachable=reachable(total, limit=plan.limit, beside=legs["vector"] if plan.sort == "relevance" else 0),
        vectors_pending=view.state.vectors_pending,
        degraded=(*left_out, *inquiry.degraded()),
    )


def _why_no_vectors(vectors: Vectors, query: VectorQuery | None) -> tuple[str, ...]:
    """Why the leg of meaning is missing where it was asked for."""
    if query is None:
        return ()
    if vectors.lost:
        return (f"vector：{vectors.lost}",)
    return why_no_vectors(query, count=vectors.count, dimensions=vectors.dimensions)


def _nearest_bodies(vectors: Vectors, query: VectorQuery | None) -> tuple[Body, ...]:
    return vectors.nearest_bodies(unit_vector(query), limit=query.limit) if query else ()


def _nearest(vectors: Vectors, query: VectorQuery | None, answers: Sequence[Answer]) -> Neighbours:
    """V."""
    if query is None:
        return Neighbours.none()
    return vectors.nearest(unit_vector(query), limit=query.limit, floor=query.floor, answers=answers)


def _cosines(vectors: Vectors, query: VectorQuery, near: Neighbours, rows: np.ndarray) -> np.ndarray:
    """Of all candidates; those of V are known already."""
    cosines = near.scores_of(rows, otherwise=np.nan)
    others = np.isnan(cosines)
    cosines[others] = vectors.scores(unit_vector(query), rows[others])
    return cosines


def _choose_rule(lexical: LexicalQuery, counted: Sequence[Answer]) -> tuple[MatchRule | None, str]:
    """The first rule that enough listings meet before any filter, and its name; no name when no text is asked for."""
    if not asks_for_words(lexical):
        return None, "code" if codes_query(lexical) else ""
    rules = lexical.rules
    if not rules:
        return None, "any"
    for rule, each in zip(rules, counted, strict=False):
        if each["hits"]["total"]["value"] >= rule.enough:
            return rule, rule.name
    return rules[-1], rules[-1].name


def _window(inquiry: Inquiry, asked: Question, options: ElasticOptions) -> tuple[Answer, Hits]:
    """The answer with the counts, and the hits of the window."""
    if not asked.loose_prices:
        main = inquiry.search(search_body(asked, options))
        return main, main["hits"]["hits"]
    by_column, by_tier, main = inquiry.search_all([*price_bodies(asked), totals_body(asked, options)])
    priced = [(hit["sort"][0], hit["sort"][1]) for part in (by_column, by_tier) for hit in part["hits"]["hits"]]
    rows = [row for _, row in sorted(priced)[asked.plan.offset : asked.plan.offset + asked.plan.limit]]
    if not rows:
        return main, []
    place = {row: number for number, row in enumerate(rows)}
    hits = inquiry.search(rows_body(asked, rows))["hits"]["hits"]
    return main, sorted(hits, key=lambda hit: place[hit["sort"][0]])


def _leg_counts(main: Answer) -> dict[str, int]:
    """What the vector's way gave within the filters, and how much of it the text gave too."""
    near = main.get("aggregations", {}).get(NEAR)
    if near is None:
        return {"lexical": 0, "vector": 0, "both": 0}
    return {"lexical": 0, "vector": near["doc_count"], "both": near[BOTH]["doc_count"]}


def _candidates(
    vectors: Vectors, asked: Question, hits: Hits, meaning: VectorQuery | None, near: Neighbours
) -> Candidates:
    plan = asked.plan
    records = records_of(hits)
    rows = rows_of(records)
    legs = leg_scores(hits, plan)
    if meaning is not None:
        legs["vector"] = _cosines(vectors, meaning, near, rows)
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
