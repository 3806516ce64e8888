"""Nearness of meaning: cosine of query and listing."""

from __future__ import annotations

import numpy as np

from ranking.batch import Batch, Floats


def signal(batch: Batch) -> Floats:
    """The cosine itself, cut to [0, 1]: unlike BM25 it has a scale that queries share."""
    return np.clip(batch.leg("vector"), 0.0, 1.0)
