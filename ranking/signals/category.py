"""Category match: the probability that the query means the listing's own leaf."""

from __future__ import annotations

from ranking.batch import Batch, Floats
from ranking.normalise import share_of_best


def signal(batch: Batch) -> Floats:
    """As a share of the likeliest candidate's, times how sure the category is at all: a query that names a head noun
    (手机壳) is sure of its kinds together, not of one."""
    return share_of_best(batch.category_probability) * batch.category_known
