"""The supplier's identity was checked."""

from __future__ import annotations

from ranking.batch import Batch, Floats


def signal(batch: Batch) -> Floats:
    """1 when verified, else 0."""
    return batch.columns["verified"].astype(float)
