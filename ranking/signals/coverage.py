"""How much of what was asked is there: the share of the words found in title or facts, themselves or by a synonym."""

from __future__ import annotations

import numpy as np

from ranking.batch import Batch, Floats


def signal(batch: Batch) -> Floats:
    """(n,) in [0, 1]. Unlike BM25 it does not grow with rare words or short texts: a listing that has all words stands
    above one that says half of them often, also where the match rule had to relax."""
    return np.clip(batch.leg("coverage"), 0.0, 1.0)
