"""Rerank: the engine's candidates to the buyer's order."""

from __future__ import annotations

import numpy as np

from ranking.batch import Batch
from ranking.profiles import Profile
from ranking.rank import Ranking, rank
from search_api.understand.understanding import Understanding
from search_engine.port import Candidates


def rerank(
    candidates: Candidates, understanding: Understanding, profile: Profile, *, page_size: int, now: int
) -> Ranking:
    """Rank one window of candidates by a profile."""
    batch = Batch(
        legs=candidates.legs,
        price_fen=candidates.price_fen,
        columns=candidates.columns,
        category_probability=_category_probability(candidates.columns["leaf"], understanding),
        category_known=min(1.0, sum(guess.probability for guess in understanding.categories)),
        quantity=understanding.quantity,
        now=now,
    )
    return rank(batch, profile, page_size=page_size)


def _category_probability(leaf: np.ndarray, understanding: Understanding) -> np.ndarray:
    """(n,) probability that the query means each candidate's leaf."""
    probability = np.zeros(len(leaf))
    for guess in understanding.categories:
        probability[leaf == int(guess.category_id)] = guess.probability
    return probability
