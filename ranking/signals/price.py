"""Price at the buyer's quantity against the batch's own middle."""

from __future__ import annotations

import numpy as np

from ranking.batch import Batch, Floats


def signal(batch: Batch) -> Floats:
    """0.5 at the median price of the candidates, towards 1 below it and 0 above; 0 for price on request.

    A price under a fifth of the median earns no more than one at a fifth: bait prices gain nothing further.
    """
    priced = batch.price_fen > 0
    values = np.zeros(len(batch))
    if not priced.any():
        return values
    median = float(np.median(batch.price_fen[priced]))
    ratio = np.maximum(batch.price_fen[priced] / median, 0.2)
    values[priced] = 1.0 / (1.0 + ratio)
    return values
