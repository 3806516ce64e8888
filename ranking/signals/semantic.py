"""Nearness of meaning: cosine of query and listing."""

from __future__ import annotations

import numpy as np

from ranking.batch import Batch, Floats


def signal(batch: Batch) -> Floats:
    """The cosine itself, cut to [0, 1]: unlike BM25 it has a scale that queries share.

    A listing whose vector is still to come (its cosine is exactly 0) takes the median of the others: nothing is known
    of it yet, so it neither gains nor loses, and what was published a moment ago can stand first by its words.
    """
    cosine = batch.leg("vector")
    known = cosine != 0
    if known.any() and not known.all():
        cosine = np.where(known, cosine, np.median(cosine[known]))
    return np.clip(cosine, 0.0, 1.0)
