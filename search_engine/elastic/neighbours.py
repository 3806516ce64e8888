"""Filtered nearest neighbours: rows from wherever the vectors are, everything else of them from the index."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search_engine.elastic.body import Question, rows_body
from search_engine.elastic.hits import candidates_of, leg_scores, records_of, rows_of, text_matches
from search_engine.elastic.query import filter_queries
from search_engine.elastic.view import Inquiry, View
from search_engine.plan import Filter, Plan
from search_engine.port import Candidates
from search_engine.prices import price_axis


def nearest(
    view: View, vector: np.ndarray, *, filters: Sequence[Filter], limit: int, quantity: int | None, floor: float
) -> Candidates:
    """At most ``limit`` candidates within the filters, nearest first, ties by row."""
    inquiry = Inquiry(view, part="nearest")
    vectors = inquiry.vectors
    conditions = filter_queries(filters, price_axis(quantity))
    rows = vectors.nearest_within(conditions, vector, limit=limit, floor=floor)
    hits = []
    if len(rows):
        asked = Question(plan=Plan(quantity=quantity), rule=None, near=())
        hits = inquiry.search(rows_body(asked, rows.tolist()))["hits"]["hits"]
    records = records_of(hits)
    found = rows_of(records)
    cosines = vectors.scores(vector, found)
    order = np.lexsort((found, -cosines))[:limit]
    legs = {leg: scores[order] for leg, scores in leg_scores(hits, Plan()).items()}
    legs["vector"] = cosines[order]
    lost = (f"vector：{vectors.lost}",) if vectors.lost else ()
    return candidates_of(
        records[order],
        legs=legs,
        lexical=text_matches(hits)[order],
        semantic=np.ones(len(order), dtype=bool),
        quantity=quantity,
        degraded=(*lost, *inquiry.degraded()),
    )
