"""Windows of a result set. Together they hold it exactly, nothing twice."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from search_engine.blend import blended_order, combined_score
from search_engine.embedded.bits import from_rows, holds
from search_engine.embedded.candidates import leg_scores
from search_engine.embedded.matching import ResultSet
from search_engine.embedded.prices import prices_of
from search_engine.embedded.query import scored_query
from search_engine.plan import Plan, TermFilter

Legs = Mapping[str, np.ndarray]
# When too few of the best texts pass the ranges, so many times more are fetched.
FETCH_GROWS = 4


def window(found: ResultSet, plan: Plan, vector: np.ndarray | None) -> tuple[np.ndarray, Legs]:
    """The rows of the window at ``plan.offset``, best first, and every leg's score for each of them."""
    if plan.sort != "relevance" or found.base.browses:
        rows = _by_column(found, plan)
        return rows, leg_scores(found, rows, vector=vector)
    rows = found.rows()
    if len(rows) > found.snapshot.scored_max:
        return _by_text(found, plan, vector)
    return _scored(found, plan, leg_scores(found, rows, vector=vector))


def _by_column(found: ResultSet, plan: Plan) -> np.ndarray:
    """A window by price, newness or sales; listings without a price last, ties by row."""
    rows, columns = found.rows(), found.snapshot.columns
    if plan.sort == "price":
        keys = prices_of(found.snapshot, rows, found.axis)
    else:
        keys = -columns.read("newest_order" if plan.sort == "newest" else "sales_order", rows)
    last = plan.offset + plan.limit
    if last < len(rows):
        few = np.flatnonzero(keys <= np.partition(keys, last - 1)[last - 1])
        rows, keys = rows[few], keys[few]
    order = np.lexsort((rows, keys))
    chosen: np.ndarray = rows[order[plan.offset : last]]
    return chosen


def _scored(found: ResultSet, plan: Plan, legs: Legs) -> tuple[np.ndarray, Legs]:
    """A window of a result set whose every listing is scored: text matches by combined score, a window at a time; the
    first window holds all of V besides."""
    rows = found.rows()
    near = holds(found.base.near, rows)
    by_text = np.flatnonzero(~near)
    order = np.lexsort((rows[by_text], -combined_score(plan, legs)[by_text], -legs["code"][by_text]))
    chosen = by_text[order[plan.offset : plan.offset + plan.limit]]
    if plan.offset:
        return rows[chosen], _take(legs, chosen)
    chosen = np.concatenate([chosen, np.flatnonzero(near)])
    return _blended(plan, rows[chosen], _take(legs, chosen))


def _by_text(found: ResultSet, plan: Plan, vector: np.ndarray | None) -> tuple[np.ndarray, Legs]:
    """The same window of a large result set: tantivy finds the best texts."""
    rows = found.rows()
    near = holds(found.base.near, rows)
    chosen = _best_texts(found, plan, rows[~near])
    if not plan.offset:
        chosen = np.concatenate([chosen, rows[near]])
    legs = leg_scores(found, chosen, vector=vector)
    return (chosen, legs) if plan.offset else _blended(plan, chosen, legs)


def _best_texts(found: ResultSet, plan: Plan, rows: np.ndarray) -> np.ndarray:
    """The window of ``rows`` (ascending) by text score, ties by row."""
    snapshot, last = found.snapshot, plan.offset + plan.limit
    members = from_rows(rows, len(found.base.near))
    query = scored_query(
        found.lexical,
        plan.weights,
        snapshot.schema,
        required=found.base.text.required,
        filters=[each for each in found.filters if isinstance(each, TermFilter)],
    )
    fetch = last + plan.limit  # V is passed over, and has as many as a window at most
    while True:
        best, scores = snapshot.best(query, limit=fetch)
        exhausted = len(best) < fetch
        inside = best < snapshot.manifest.next_row
        inside[inside] = holds(members, best[inside])
        if exhausted or int(np.count_nonzero(inside)) >= last:
            break
        fetch *= FETCH_GROWS
    best, scores = best[inside], scores[inside]
    if len(best) < last:  # whoever meets the rule by its facts alone has no score, and comes last
        best = np.concatenate([best, np.setdiff1d(rows, best, assume_unique=True)])
        scores = np.concatenate([scores, np.zeros(len(best) - len(scores))])
    best, scores = best[plan.offset : last], scores[plan.offset : last]
    ordered: np.ndarray = best[np.lexsort((best, -scores))]
    return ordered


def _blended(plan: Plan, rows: np.ndarray, legs: Legs) -> tuple[np.ndarray, Legs]:
    order = blended_order(plan, rows, legs)
    return rows[order], _take(legs, order)


def _take(legs: Legs, order: np.ndarray) -> Legs:
    return {leg: scores[order] for leg, scores in legs.items()}
