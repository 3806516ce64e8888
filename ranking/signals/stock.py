"""Whether the stock covers the buyer's quantity."""

from __future__ import annotations

import numpy as np

from ranking.batch import Batch, Floats


def signal(batch: Batch) -> Floats:
    """1 when it covers the quantity (one piece when none was said), 0.5 when not stated, 0 when it does not."""
    stock = batch.columns["stock_known"]
    wanted = batch.quantity or 1
    return np.where(stock < 0, 0.5, (stock >= wanted).astype(float))
