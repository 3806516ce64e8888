"""What a recommendation gives back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search_api.results import Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """A listing, how like it is (0 to 1), and why it is shown."""

    hit: Hit
    similarity: float
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendations:
    """``kind``: ``similar`` (nearest first) or ``same_item`` (cheapest at the buyer's quantity first)."""

    offer_id: str
    kind: str
    quantity: int | None
    items: Sequence[Recommended]
    degraded: Sequence[str]
