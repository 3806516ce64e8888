"""The engine's own order of candidates, for who does not rank further; the same for every backend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from search_engine.plan import Plan

TEXT_LEGS: Final[tuple[str, ...]] = ("words", "characters", "bigrams", "facts")


def combined_score(plan: Plan, legs: Mapping[str, np.ndarray]) -> np.ndarray:
    """The text score, float64 (n,)."""
    combined = np.zeros(len(legs["code"]), dtype=np.float64)
    for leg, weight in plan.weights:
        if leg in TEXT_LEGS and weight > 0:
            combined += weight * legs[leg]
    return combined


def blended_order(plan: Plan, rows: np.ndarray, legs: Mapping[str, np.ndarray]) -> np.ndarray:
    """Places (n,) of the first window in its order: codes first, then text score over the best text score, plus
    cosine, ties by row. Both parts lie in [0, 1] and count the same."""
    combined = combined_score(plan, legs)
    top = combined.max(initial=0.0)
    order: np.ndarray = np.lexsort((rows, -(combined / top if top else combined) - legs["vector"], -legs["code"]))
    return order
