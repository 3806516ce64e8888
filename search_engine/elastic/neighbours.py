"""Filtered nearest neighbours with FAISS beside the cluster: exact within a narrow filter, the graph for a wide one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search_engine.elastic.body import Question, rows_body
from search_engine.elastic.hits import candidates_of, leg_scores, records_of, rows_of, text_matches
from search_engine.elastic.query import every, filter_queries
from search_engine.elastic.view import View
from search_engine.plan import Filter, Plan
from search_engine.port import Candidates
from search_engine.prices import price_axis

# Up to so many listings a filter's rows are fetched and compared exactly, in about 20 ms; it is also the most that
# one page of the server holds.
NARROW_ROWS = 10_000
# Neighbours pass a filter unevenly, so more are asked for than its share says, as on the embedded engine.
MARGIN = 6.0
GROWS = 4
TERMS_MAX = 65_536  # the server's bound for the values of one terms query


def nearest(
    view: View, vector: np.ndarray, *, filters: Sequence[Filter], limit: int, quantity: int | None, floor: float
) -> Candidates:
    """At most ``limit`` candidates within the filters, nearest first, ties by row."""
    rows = _nearest_rows(view, vector, filters=filters, limit=limit, quantity=quantity, floor=floor)
    hits = []
    if len(rows):
        asked = Question(plan=Plan(quantity=quantity), rule=None, near=())
        hits = view.search(rows_body(asked, rows.tolist()))["hits"]["hits"]
    records = records_of(hits)
    found = rows_of(records)
    cosines = view.vectors.scores(vector, found)
    order = np.lexsort((found, -cosines))[:limit]
    legs = {leg: scores[order] for leg, scores in leg_scores(hits, Plan()).items()}
    legs["vector"] = cosines[order]
    return candidates_of(
        records[order],
        legs=legs,
        lexical=text_matches(hits)[order],
        semantic=np.ones(len(order), dtype=bool),
        quantity=quantity,
    )


def _nearest_rows(
    view: View, vector: np.ndarray, *, filters: Sequence[Filter], limit: int, quantity: int | None, floor: float
) -> np.ndarray:
    """Rows of the nearest, the live ones among them at least ``limit`` where there are so many."""
    if not view.vectors.count:
        return np.empty(0, dtype=np.int64)
    if not filters:
        return view.vectors.nearest(vector, limit=limit, floor=floor, thorough=True)
    conditions = filter_queries(filters, price_axis(quantity))
    within = every(must=conditions)
    counted = view.search({"query": within, "size": 0, "track_total_hits": True})["hits"]["total"]["value"]
    if counted <= NARROW_ROWS:
        return _exact(view, vector, _rows(view, within, counted), limit=limit, floor=floor)
    fetch = int(limit * view.documents / counted * MARGIN) + limit
    while True:
        fetch = min(fetch, TERMS_MAX, view.vectors.count)
        near = view.vectors.nearest(vector, limit=fetch, floor=floor, thorough=True)
        inside = _rows(view, every(must=[*conditions, {"terms": {"row": near.tolist()}}]), len(near))
        exhausted = len(near) < fetch or fetch in (TERMS_MAX, view.vectors.count)
        if len(inside) >= limit or exhausted:
            return _exact(view, vector, inside, limit=limit, floor=floor)
        fetch *= GROWS


def _rows(view: View, query: dict[str, object], most: int) -> np.ndarray:
    """int64 rows that meet a query, at most one page of them."""
    if not most:
        return np.empty(0, dtype=np.int64)
    body = {
        "query": query,
        "size": min(most, NARROW_ROWS),
        "sort": ["_doc"],
        "_source": False,
        "docvalue_fields": ["row"],
        "track_total_hits": False,
    }
    hits = view.search(body)["hits"]["hits"]
    return np.array([hit["fields"]["row"][0] for hit in hits], dtype=np.int64)


def _exact(view: View, vector: np.ndarray, rows: np.ndarray, *, limit: int, floor: float) -> np.ndarray:
    rows = rows[view.vectors.has(rows)]
    scores = view.vectors.scores(vector, rows)
    rows, scores = rows[scores >= floor], scores[scores >= floor]
    chosen: np.ndarray = rows[np.lexsort((rows, -scores))[:limit]]
    return chosen
