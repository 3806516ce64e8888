"""Price at a quantity over a snapshot: filter, sort, facet and card from one source, to the fen."""

from __future__ import annotations

import numpy as np

from search_engine.embedded.snapshot import Snapshot
from search_engine.plan import PriceFilter
from search_engine.prices import PriceAxis
from search_engine.schema import NO_PRICE_FEN

ON_REQUEST_FEN = -1  # how candidates say that there is no price


def prices_of(snapshot: Snapshot, rows: np.ndarray, axis: PriceAxis) -> np.ndarray:
    """Exact unit prices int64 (n,) in fen; ``NO_PRICE_FEN`` on request.

    Only where a ladder breaks inside the quantity's band do the columns leave it open, and the ladder is read.
    """
    if axis.exact or axis.quantity is None:
        return snapshot.columns.read(axis.low, rows)
    bounds = snapshot.columns.read_all([axis.low, axis.top], rows)
    prices = bounds[axis.low]
    between = np.flatnonzero(prices != bounds[axis.top])
    if len(between):
        prices[between] = snapshot.ladders.prices(rows[between], quantity=axis.quantity)
    return prices


def in_price_range(snapshot: Snapshot, condition: PriceFilter, rows: np.ndarray, axis: PriceAxis) -> np.ndarray:
    """Bool (n,): whose exact price lies in the range; offers without a price never do."""
    low = 0 if condition.low_fen is None else condition.low_fen
    high = NO_PRICE_FEN - 1 if condition.high_fen is None else min(condition.high_fen, NO_PRICE_FEN - 1)
    prices = prices_of(snapshot, rows, axis)
    inside: np.ndarray = (prices >= low) & (prices <= high)
    return inside
