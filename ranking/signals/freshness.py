"""How new the listing is."""

from __future__ import annotations

import numpy as np

from ranking.batch import Batch, Floats

HALF_LIFE_SECONDS = 180 * 86_400  # half a year: two seasons of wholesale goods


def signal(batch: Batch) -> Floats:
    """1 when published now, half after half a year."""
    age = np.maximum(batch.now - batch.columns["published_at"], 0)
    return np.exp2(-age / HALF_LIFE_SECONDS)
