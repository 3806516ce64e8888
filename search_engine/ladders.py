"""Exact price ladders as records of fixed size: what an array of offers is priced from at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from kernel.prices import TIERS_MAX, PriceTier

LADDER: Final = np.dtype(
    [("count", "<i4"), ("moq", "<i8"), ("quantity", "<i4", (TIERS_MAX,)), ("price", "<i8", (TIERS_MAX,))]
)


def ladder_records(ladders: Sequence[tuple[Sequence[PriceTier], int]]) -> np.ndarray:
    """``LADDER`` records (n,) of (tiers, MOQ); no tiers make a record of count 0."""
    batch = np.zeros(len(ladders), dtype=LADDER)
    for record, (tiers, moq) in zip(batch, ladders, strict=True):
        steps = len(tiers)
        record["count"], record["moq"] = steps, moq
        record["quantity"][:steps] = [tier.min_quantity for tier in tiers]
        record["price"][:steps] = [tier.unit_price_fen for tier in tiers]
    return batch


def prices_at(records: np.ndarray, quantity: int | None) -> np.ndarray:
    """Unit prices in fen, int64 (n,), of records with at least one tier: ``kernel.prices.price_at``, vectorised."""
    asked = records["moq"] if quantity is None else np.maximum(records["moq"], quantity)
    reached = (records["quantity"] <= asked[:, None]) & (np.arange(TIERS_MAX) < records["count"][:, None])
    step = np.maximum(np.count_nonzero(reached, axis=1) - 1, 0)
    found: np.ndarray = records["price"][np.arange(len(records)), step].astype(np.int64)
    return found
