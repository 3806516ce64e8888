"""Candidates as columns: every leg's exact score for every one of them, whichever way it came in."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from tantivy import Occur, Query

from search_engine.embedded.prices import ON_REQUEST_FEN, prices_of
from search_engine.embedded.query import LexicalParts, rows_query, unscored
from search_engine.embedded.snapshot import Hits, Snapshot
from search_engine.port import Candidates
from search_engine.prices import PriceAxis
from search_engine.schema import FIELDS, LEGS, NO_PRICE_FEN

# A leg of so few matches a candidate is read whole, which spares looking each candidate up.
SCAN_A_LEG = 2

COLUMNS: tuple[str, ...] = tuple(field.name for field in FIELDS if field.column)


def gather(
    snapshot: Snapshot,
    hits: Hits,
    *,
    legs: Mapping[str, np.ndarray],
    axis: PriceAxis,
    lexical: np.ndarray,
    semantic: np.ndarray,
) -> Candidates:
    """The candidates of ``hits``, in their order; ``legs`` is what ``leg_scores`` gave for them."""
    prices = prices_of(snapshot, hits, axis)
    return Candidates(
        rows=hits.rows,
        legs=legs,
        lexical=lexical,
        semantic=semantic,
        price_fen=np.where(prices >= NO_PRICE_FEN, ON_REQUEST_FEN, prices),
        columns={name: hits.rows if name == "row" else snapshot.column(name, hits.addresses) for name in COLUMNS},
    )


def leg_scores(
    snapshot: Snapshot, rows: np.ndarray, *, parts: LexicalParts | None, vector: np.ndarray | None
) -> Mapping[str, np.ndarray]:
    """float32 (n,) for every leg; 0 where a leg was not asked or does not match."""
    legs = {leg: np.zeros(len(rows), dtype=np.float32) for leg in LEGS}
    if not len(rows):
        return legs
    if parts is not None:
        among = unscored(rows_query(snapshot.schema, rows))
        for leg, query in parts.legs.items():
            _place(legs[leg], rows, _leg_hits(snapshot, leg, query, parts, among, count=len(rows)))
        for leg, constant in (("coverage", parts.coverage), ("code", _one(parts.codes))):
            if constant is not None:
                both = Query.boolean_query([(Occur.Must, among), (Occur.Must, constant)])
                found = snapshot.hits(both, limit=len(rows))
                _place(legs[leg], rows, found)
    if vector is not None and snapshot.vectors is not None:
        legs["vector"] = snapshot.vectors.scores(vector, rows)
    return legs


def _one(query: Query | None) -> Query | None:
    """The same documents, each with score 1."""
    return None if query is None else Query.const_score_query(query, 1.0)


def _leg_hits(snapshot: Snapshot, leg: str, query: Query, parts: LexicalParts, among: Query, *, count: int) -> Hits:
    """Scores of one leg for all candidates that it matches."""
    matches_max = sum(snapshot.searcher.doc_freq(leg, token) for token in parts.tokens[leg])
    if matches_max <= count * SCAN_A_LEG:
        return snapshot.hits(query, limit=max(matches_max, 1))
    return snapshot.hits(Query.boolean_query([(Occur.Must, among), (Occur.Must, query)]), limit=count)


def _place(scores: np.ndarray, rows: np.ndarray, found: Hits) -> None:
    """Write the found scores to the positions of their rows."""
    order = np.argsort(rows)
    position = np.minimum(np.searchsorted(rows, found.rows, sorter=order), len(rows) - 1)
    there = rows[order[position]] == found.rows
    scores[order[position[there]]] = found.keys[there]
