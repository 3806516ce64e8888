"""The supplier's credit: the lower bound that ``ranking.credit`` computes."""

from __future__ import annotations

from ranking.batch import Batch, Floats


def signal(batch: Batch) -> Floats:
    """The score in [0, 1]."""
    return batch.columns["credit_milli"] / 1000.0
