"""Candidates as columns: every leg's exact score for every one of them, whichever way it came in."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from search_engine.embedded.matching import ResultSet
from search_engine.embedded.prices import ON_REQUEST_FEN, prices_of
from search_engine.embedded.scores import lexical_scores
from search_engine.embedded.snapshot import Snapshot
from search_engine.port import Candidates
from search_engine.prices import PriceAxis
from search_engine.schema import FIELDS, LEGS, NO_PRICE_FEN

COLUMNS: tuple[str, ...] = tuple(field.name for field in FIELDS if field.column)


def gather(
    snapshot: Snapshot,
    rows: np.ndarray,
    *,
    legs: Mapping[str, np.ndarray],
    axis: PriceAxis,
    lexical: np.ndarray,
    semantic: np.ndarray,
) -> Candidates:
    """The candidates of ``rows``, in their order; ``legs`` are their scores."""
    prices = prices_of(snapshot, rows, axis)
    return Candidates(
        rows=rows,
        legs=legs,
        lexical=lexical,
        semantic=semantic,
        price_fen=np.where(prices >= NO_PRICE_FEN, ON_REQUEST_FEN, prices),
        columns=snapshot.columns.read_all(COLUMNS, rows),
    )


def leg_scores(found: ResultSet, rows: np.ndarray, *, vector: np.ndarray | None) -> Mapping[str, np.ndarray]:
    """float32 (n,) for every leg; 0 where a leg was not asked or does not match."""
    legs = {leg: np.zeros(len(rows), dtype=np.float32) for leg in LEGS}
    if not len(rows):
        return legs
    snapshot = found.snapshot
    if not found.base.browses:
        legs |= lexical_scores(snapshot, rows, found.lexical)
        legs["code"] = np.isin(rows, found.base.text.code_rows).astype(np.float32)
    if vector is not None and snapshot.vectors is not None:
        legs["vector"] = snapshot.vectors.scores(vector, rows)
    return legs
