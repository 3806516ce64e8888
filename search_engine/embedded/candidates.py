"""Candidates as columns: every leg's exact score for every one of them, whichever way it came in."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tantivy
from tantivy import Occur, Query

from search_engine.embedded.prices import ON_REQUEST_FEN, prices_of
from search_engine.embedded.query import LexicalParts, rows_query, unscored
from search_engine.embedded.snapshot import Hits, Snapshot
from search_engine.port import Candidates
from search_engine.prices import PriceAxis
from search_engine.schema import FIELDS, LEGS, NO_PRICE_FEN

COLUMNS: tuple[str, ...] = tuple(field.name for field in FIELDS if field.column)


def gather(
    snapshot: Snapshot, hits: Hits, *, parts: LexicalParts | None, vector: np.ndarray | None, axis: PriceAxis,
    lexical: np.ndarray, semantic: np.ndarray,
) -> Candidates:
    """The candidates of ``hits``, in their order."""
    prices = prices_of(snapshot, hits, axis)
    return Candidates(
        rows=hits.rows,
        legs=leg_scores(snapshot, hits.rows, parts=parts, vector=vector),
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
        order = np.argsort(rows)
        among = unscored(rows_query(snapshot.schema, rows))
        for leg, query in parts.legs.items():
            found = snapshot.hits(_scored_among(among, query), limit=len(rows))
            legs[leg][order[np.searchsorted(rows, found.rows, sorter=order)]] = found.keys
    if vector is not None and snapshot.vectors is not None:
        legs["vector"] = snapshot.vectors.scores(vector, rows)
    return legs


def _scored_among(among: Query, leg: Query) -> tantivy.Query:
    return Query.boolean_query([(Occur.Must, among), (Occur.Must, leg)])
