"""Hits to candidates: scores by their names, columns from the packed value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from search_engine.blend import TEXT_LEGS
from search_engine.elastic.body import CODE, GROUP, TEXT
from search_engine.elastic.mapping import PACKED
from search_engine.elastic.packed import CANDIDATE, columns_of, prices_of, unpack
from search_engine.plan import Plan
from search_engine.port import Candidates
from search_engine.schema import LEGS

Hits = Sequence[Mapping[str, Any]]


def records_of(hits: Hits) -> np.ndarray:
    """``CANDIDATE`` records (n,) of hits that carry the packed value."""
    if not hits:
        return np.empty(0, dtype=CANDIDATE)
    return unpack([hit["fields"][PACKED][0] for hit in hits])


def rows_of(records: np.ndarray) -> np.ndarray:
    """int64 rows (n,)."""
    return columns_of(records)["row"]


def leg_scores(hits: Hits, plan: Plan) -> dict[str, np.ndarray]:
    """float32 (n,) for every leg but the vector's, which is 0."""
    named = [hit.get("matched_queries") or {} for hit in hits]
    weights = dict(plan.weights)
    legs = {leg: np.zeros(len(hits), dtype=np.float32) for leg in LEGS}
    for leg in TEXT_LEGS:
        # BM25 without a leg's weight, which the server's score holds, in the measure that all backends share.
        weight = weights.get(leg, 0.0)
        scores = np.array([each.get(leg, 0.0) for each in named], dtype=np.float32)
        legs[leg] = scores / np.float32(weight if weight > 0 else 1.0)
    groups = len(plan.lexical.groups) if plan.lexical else 0
    if groups:
        of_groups = {f"{GROUP}{place}" for place in range(groups)}
        there = [len(of_groups & each.keys()) for each in named]
        legs["coverage"] = np.array(there, dtype=np.float32) / np.float32(groups)
    legs["code"] = np.array([CODE in each for each in named], dtype=np.float32)
    return legs


def text_matches(hits: Hits) -> np.ndarray:
    """Bool (n,): which hits match by words or codes."""
    return np.array([TEXT in (hit.get("matched_queries") or {}) for hit in hits], dtype=bool)


def candidates_of(
    records: np.ndarray,
    *,
    legs: Mapping[str, np.ndarray],
    lexical: np.ndarray,
    semantic: np.ndarray,
    quantity: int | None,
    degraded: tuple[str, ...] = (),
) -> Candidates:
    """The candidates of records, in their order."""
    columns = columns_of(records)
    return Candidates(
        rows=columns["row"],
        legs=legs,
        lexical=lexical,
        semantic=semantic,
        price_fen=prices_of(records, quantity),
        columns=columns,
        degraded=degraded,
    )
