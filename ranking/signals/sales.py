"""Pieces sold, on a logarithmic scale: the hundredth piece says more than the ten-thousandth."""

from __future__ import annotations

import numpy as np

from ranking.batch import Batch, Floats

SOLD_FULL = 100_000  # pieces at which the signal is 1: about the best percentile of wholesale listings


def signal(batch: Batch) -> Floats:
    """log(1 + sold) / log(1 + SOLD_FULL), cut at 1."""
    sold = np.maximum(batch.columns["sold_count"], 0)
    share: Floats = np.log1p(sold) / np.log1p(SOLD_FULL)
    return np.minimum(1.0, share)
