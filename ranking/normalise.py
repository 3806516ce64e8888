"""Bringing raw scores to [0, 1]."""

from __future__ import annotations

import numpy as np

from ranking.batch import Floats


def share_of_best(scores: Floats) -> Floats:
    """Scores as a share of the greatest; BM25 has no scale of its own that two queries share."""
    best = float(scores.max(initial=0.0))
    return scores / best if best > 0 else np.zeros_like(scores)
