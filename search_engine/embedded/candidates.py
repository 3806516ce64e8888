"""Candidates as columns: every leg's exact score for every one of them, whichever way it came in."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from search_engine.embedded.prices import ON_REQUEST_FEN, prices_of
from search_engine.embedded.query import LexicalParts, unscored
from search_engine.embedded.scores import lexical_scores
from search_engine.embedded.snapshot import Hits, Snapshot
from search_engine.port import Candidates
from search_engine.prices import PriceAxis
from search_engine.schema import FIELDS, LEGS, NO_PRICE_FEN

# Listings that may carry one item code: a code that more of them share tells nothing apart.
CODED_MAX = 10_000

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
        legs |= lexical_scores(snapshot, rows, parts.asked)
        if parts.codes is not None:
            legs["code"] = np.isin(rows, snapshot.hits(unscored(parts.codes), limit=CODED_MAX).rows).astype(np.float32)
    if vector is not None and snapshot.vectors is not None:
        legs["vector"] = snapshot.vectors.scores(vector, rows)
    return legs
