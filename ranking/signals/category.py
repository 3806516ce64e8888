"""Category match: the probability that the query means the listing's own leaf."""

from __future__ import annotations

from ranking.batch import Batch, Floats
from ranking.normalise import share_of_best


def signal(batch: Batch) -> Floats:
    """As a share of the likeliest candidate's, so that an unsure query does not lose the signal's whole weight."""
    return share_of_best(batch.category_probability) * min(1.0, 2.0 * float(batch.category_probability.max(initial=0.0)))
