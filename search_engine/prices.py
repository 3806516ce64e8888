"""Price columns: what a ladder becomes so that an engine can filter, sort and count by price at a quantity.

Inside a quantity band the price of an offer lies between a low and a top column. Most quantities that buyers type are
the band edges themselves, where the top column is exact; at any other quantity only ladders that break inside the band
(low differs from top) are looked up one by one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from kernel.prices import QUANTITY_MAX, PriceTier
from search_engine.schema import NO_PRICE_FEN, PRICE_AT_MOQ, QUANTITY_BANDS, price_field, price_top_field


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceAxis:
    """Where the unit price at a plan's quantity is found: exactly in ``low`` when ``low == top``, else in between."""

    quantity: int | None
    low: str
    top: str

    @property
    def exact(self) -> bool:
        return self.low == self.top


def price_axis(quantity: int | None) -> PriceAxis:
    """The columns that hold the unit price at ``quantity`` (None: at each offer's own MOQ)."""
    if quantity is None:
        return PriceAxis(quantity=None, low=PRICE_AT_MOQ, top=PRICE_AT_MOQ)
    asked = min(max(quantity, 1), QUANTITY_MAX)
    band = bisect_right(QUANTITY_BANDS, asked) - 1
    top = price_top_field(band)
    return PriceAxis(quantity=asked, low=top if QUANTITY_BANDS[band] == asked else price_field(band), top=top)


def price_columns(tiers: Sequence[PriceTier], *, moq: int) -> dict[str, int]:
    """Every price column of one offer, in fen; ``NO_PRICE_FEN`` throughout when there is no ladder.

    The ladder is one that ``kernel.prices.validate_ladder`` accepts: steps rise, prices never do.
    """
    if not tiers:
        return dict.fromkeys(_ALL_COLUMNS, NO_PRICE_FEN)
    prices = [tier.unit_price_fen for tier in tiers]
    if len(tiers) == 1 or tiers[-1].min_quantity <= moq:
        return dict.fromkeys(_ALL_COLUMNS, prices[-1])
    steps = [tier.min_quantity for tier in tiers]
    # The same price as kernel.prices.price_at (a test holds them together), without its cost 27 times a document.
    values = [prices[max(bisect_right(steps, asked if asked > moq else moq) - 1, 0)] for asked in _QUANTITIES]
    return dict(zip(_ALL_COLUMNS, values, strict=True))


_BAND_LAST = (*(edge - 1 for edge in QUANTITY_BANDS[1:]), QUANTITY_MAX)
# The quantity that each column stands for: none (the MOQ), where each band ends (low), where it begins (top).
_QUANTITIES: tuple[int, ...] = (0, *_BAND_LAST, *QUANTITY_BANDS)
_ALL_COLUMNS: tuple[str, ...] = (
    PRICE_AT_MOQ,
    *(price_field(band) for band in range(len(QUANTITY_BANDS))),
    *(price_top_field(band) for band in range(len(QUANTITY_BANDS))),
)
