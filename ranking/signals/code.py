"""The query is the listing's item code or barcode."""

from __future__ import annotations

from ranking.batch import Batch, Floats


def signal(batch: Batch) -> Floats:
    """1 where it is, else 0."""
    return (batch.leg("code") > 0).astype(float)
