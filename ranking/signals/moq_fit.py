"""Whether the buyer's quantity reaches the minimum order."""

from __future__ import annotations

import numpy as np

from ranking.batch import Batch, Floats


def signal(batch: Batch) -> Floats:
    """1 when it does (or no quantity was said), else quantity / MOQ."""
    if batch.quantity is None:
        return np.ones(len(batch))
    return np.minimum(1.0, batch.quantity / np.maximum(batch.columns["moq"], 1))
