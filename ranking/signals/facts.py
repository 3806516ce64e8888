"""Match of the category, synonyms, attributes and brand: BM25, as a share of the best candidate's."""

from __future__ import annotations

from ranking.batch import Batch, Floats
from ranking.normalise import share_of_best


def signal(batch: Batch) -> Floats:
    """(n,) in [0, 1]; all zero when no candidate matches."""
    return share_of_best(batch.leg("facts"))
