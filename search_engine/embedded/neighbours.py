"""Filtered nearest neighbours without loss of recall: exact within a narrow filter, the graph for a wide one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from tantivy import Query

from search_engine.embedded.candidates import gather, leg_scores
from search_engine.embedded.prices import price_query
from search_engine.embedded.query import all_of, filter_query, unscored
from search_engine.embedded.snapshot import NO_HITS, Hits, Snapshot
from search_engine.plan import Filter, PriceFilter
from search_engine.port import Candidates
from search_engine.prices import PriceAxis, price_axis

# Looking up one row of a filter and its exact cosine costs about as much as a tenth of one neighbour in the graph.
ROWS_A_NEIGHBOUR = 10
# Over-fetch: neighbours pass a filter unevenly, so more are asked for than its share says.
MARGIN = 2.0


def nearest(
    snapshot: Snapshot, vector: np.ndarray, *, filters: Sequence[Filter], limit: int, quantity: int | None, floor: float
) -> Candidates:
    """At most ``limit`` candidates within the filters, nearest first, ties by row."""
    axis = price_axis(quantity)
    rows = _nearest_rows(snapshot, vector, _conjunction(snapshot, filters, axis), limit=limit, floor=floor)
    hits = _in_order(snapshot.hits_of(rows), rows)
    no, yes = np.zeros(len(hits.rows), dtype=bool), np.ones(len(hits.rows), dtype=bool)
    legs = leg_scores(snapshot, hits.rows, parts=None, vector=vector)
    return gather(snapshot, hits, legs=legs, axis=axis, lexical=no, semantic=yes)


def _nearest_rows(
    snapshot: Snapshot, vector: np.ndarray, condition: Query | None, *, limit: int, floor: float
) -> np.ndarray:
    vectors = snapshot.vectors
    if vectors is None or vectors.count == 0 or limit <= 0:
        return np.empty(0, dtype=np.int64)
    if condition is None:
        return vectors.nearest(vector, limit=limit, floor=floor)[0]
    matching = snapshot.count(condition)
    share = matching / max(snapshot.documents, 1) / MARGIN
    found = vectors.try_nearest(
        vector,
        limit=limit,
        floor=floor,
        share=share,
        fetch_max=matching // ROWS_A_NEIGHBOUR,
        wanted=lambda rows: np.isin(rows, snapshot.rows_within(condition, rows)),
    )
    if found is not None:
        return found[0]
    rows = snapshot.all_hits(unscored(condition)).rows
    rows = rows[vectors.has(rows)]
    scores = vectors.scores(vector, rows)
    rows, scores = rows[scores >= floor], scores[scores >= floor]
    order = np.lexsort((rows, -scores))[:limit]
    nearest_rows: np.ndarray = rows[order]
    return nearest_rows


def _conjunction(snapshot: Snapshot, filters: Sequence[Filter], axis: PriceAxis) -> Query | None:
    return all_of(
        [
            unscored(
                price_query(snapshot, condition, axis, among=Query.all_query(), among_key=None)
                if isinstance(condition, PriceFilter)
                else filter_query(condition, snapshot.schema)
            )
            for condition in filters
        ]
    )


def _in_order(hits: Hits, rows: np.ndarray) -> Hits:
    if not len(hits.rows):
        return NO_HITS
    position = {row: i for i, row in enumerate(hits.rows.tolist())}
    return hits.take(np.array([position[row] for row in rows.tolist() if row in position], dtype=np.int64))
