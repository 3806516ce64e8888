"""Windows of a result set. Together they hold it exactly, nothing twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from search_engine.embedded.candidates import leg_scores
from search_engine.embedded.matching import Matching
from search_engine.embedded.prices import by_price
from search_engine.embedded.query import TEXT_LEGS, scored
from search_engine.embedded.snapshot import NO_HITS, Hits
from search_engine.plan import Plan

Legs = Mapping[str, np.ndarray]


def window(matching: Matching, plan: Plan, vector: np.ndarray | None) -> tuple[Hits, Legs]:
    """The window at ``plan.offset``, best first, and every leg's score for each of its hits."""
    relevance = plan.sort == "relevance" and not matching.browse
    named = matching.named() if relevance else None
    hits = named if named is not None else _window(matching, plan)
    legs = leg_scores(matching.snapshot, hits.rows, parts=matching.parts, vector=vector)
    if named is not None:
        return _window_of(named, legs, matching, plan)
    if not relevance or plan.offset or not len(hits.rows):
        return hits, legs
    return _taken(hits, legs, _blend(plan, hits.rows, legs))


def _window_of(named: Hits, legs: Legs, matching: Matching, plan: Plan) -> tuple[Hits, Legs]:
    """A window of a result set that is held as rows: the same as the text index would give."""
    near = np.isin(named.rows, matching.near)
    by_text = np.flatnonzero(~near)
    order = np.lexsort((named.rows[by_text], -_combined(plan, legs)[by_text], -legs["code"][by_text]))
    chosen = by_text[order[plan.offset : plan.offset + plan.limit]]
    if not plan.offset:
        chosen = np.concatenate([chosen, np.flatnonzero(near)])
        first = {leg: scores[chosen] for leg, scores in legs.items()}
        chosen = chosen[_blend(plan, named.rows[chosen], first)]
    hits, legs = _taken(named, legs, chosen)
    return replace(hits, matched=len(by_text)), legs


def _taken(hits: Hits, legs: Legs, order: np.ndarray) -> tuple[Hits, Legs]:
    return hits.take(order), {leg: scores[order] for leg, scores in legs.items()}


def _window(matching: Matching, plan: Plan) -> Hits:
    snapshot = matching.snapshot
    match plan.sort:
        case "price":
            return by_price(snapshot, matching.whole(), matching.axis, offset=plan.offset, limit=plan.limit)
        case "newest":
            return snapshot.hits(matching.whole(), limit=plan.limit, offset=plan.offset, order_by="newest_order")
        case "sales":
            return snapshot.hits(matching.whole(), limit=plan.limit, offset=plan.offset, order_by="sales_order")
    if matching.browse:
        return snapshot.hits(matching.whole(), limit=plan.limit, offset=plan.offset, order_by="sales_order")
    return _relevant(matching, plan)


def _relevant(matching: Matching, plan: Plan) -> Hits:
    """Text matches by combined score, a window at a time; the first window holds all of V besides."""
    text = NO_HITS
    if matching.text is not None and matching.parts is not None:
        query = scored(matching.by_text(but_near=True), matching.parts.scoring)
        text = _ties_by_row(matching.snapshot.hits(query, limit=plan.limit, offset=plan.offset, count=True))
    if plan.offset or not len(matching.near):
        return text
    near = matching.near_within().hits
    return Hits(
        matched=text.matched,
        rows=np.concatenate([text.rows, near.rows]),
        keys=np.concatenate([text.keys, np.zeros(len(near.rows))]),
        addresses=[*text.addresses, *near.addresses],
    )


def _blend(plan: Plan, rows: np.ndarray, legs: Legs) -> np.ndarray:
    """Order of the first window: codes first, then text score over the best text score, plus cosine.

    Only the engine's own order, for who does not rank further; both parts lie in [0, 1] and count the same.
    """
    combined = _combined(plan, legs)
    top = combined.max(initial=0.0)
    order: np.ndarray = np.lexsort((rows, -(combined / top if top else combined) - legs["vector"], -legs["code"]))
    return order


def _combined(plan: Plan, legs: Legs) -> np.ndarray:
    """The engine's text score, float64 (n,)."""
    combined = np.zeros(len(legs["code"]), dtype=np.float64)
    for leg, weight in plan.weights:
        if leg in TEXT_LEGS and weight > 0:
            combined += weight * legs[leg]
    return combined


def _ties_by_row(hits: Hits) -> Hits:
    return hits.take(np.lexsort((hits.rows, -hits.keys))) if len(hits.rows) else hits
