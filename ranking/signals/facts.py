"""Match of the category, synonyms, attributes and brand: BM25, as a share of the best score of facts or title."""

from __future__ import annotations

from ranking.batch import Batch, Floats


def signal(batch: Batch) -> Floats:
    """(n,) in [0, 1]; all zero when no candidate matches.

    Measured against the best title as well: where little more than a guessed category is known of the listings, their
    facts answer less of the query than the titles do, and must not count as if they answered all of it.
    """
    facts = batch.leg("facts")
    best = max(float(facts.max(initial=0.0)), float(batch.leg("characters").max(initial=0.0)))
    return facts / best if best > 0 else facts
