"""The batch: n candidates as columns. Nothing here knows where they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """n candidates and the buyer's question.

    ``legs``: raw scores (n,) by name: ``words``, ``characters``, ``bigrams``, ``facts`` BM25, ``coverage`` the
    share of the words asked for that is there, ``vector`` cosine, ``code`` 1 when the item code is the query.
    ``price_fen`` -1 for price on request. ``columns``: ``moq``, ``credit_milli``, ``verified``, ``sold_count``,
    ``published_at``, ``supplier_key``, ``stock_known``, ``leaf``. ``category_probability`` (n,): that the query
    means the candidate's leaf; ``category_known``: how sure the query's category is at all, 0 to 1. ``quantity``:
    pieces the buyer wants, or None. ``now``: seconds since the epoch.
    """

    legs: Mapping[str, np.ndarray]
    price_fen: Integers
    columns: Mapping[str, Integers]
    category_probability: Floats
    quantity: int | None
    now: int
    category_known: float = 1.0

    def __len__(self) -> int:
        return len(self.price_fen)

    def leg(self, name: str) -> Floats:
        """A leg's raw scores, zeros when the leg did not run."""
        scores = self.legs.get(name)
        return np.zeros(len(self)) if scores is None else scores.astype(np.float64)
