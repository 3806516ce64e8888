"""An offer (a listing) and its supplier as every room knows them: plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kernel.prices import PriceTier

NO_ATTRIBUTES: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """A supplier as buyers see it. ``credit_score``: the lower bound in [0, 1] of ``ranking.credit``; level 0 to 5."""

    supplier_id: str
    name: str
    province: str = ""
    city: str = ""
    joined_year: int | None = None
    verified: bool = False
    factory: bool = False
    credit_score: float = 0.0
    credit_level: int = 0
    repeat_buyer_rate: float | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One listing. Prices in fen per ``unit``; ``tiers`` empty means price on request (面议).

    ``attributes`` maps an attribute id of the taxonomy (or the supplier's own name for one) to its values.
    ``stock`` None means not stated. ``picture`` is the first of its pictures, the one on cards, in carts and on orders;
    ``more_pictures`` come after it. Times are whole seconds since the epoch, UTC.
    """

    offer_id: str
    title: str
    supplier_id: str | None = None
    version: int = 1
    category_id: str | None = None
    tiers: tuple[PriceTier, ...] = ()
    moq: int = 1
    pack_multiple: int = 1
    units_per_pack: int = 1
    pack_unit: str = ""
    unit: str = "件"
    stock: int | None = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NO_ATTRIBUTES)
    brand: str = ""
    item_code: str = ""
    barcode: str = ""
    description: str = ""
    origin: str = ""
    dropship: bool = False
    dropship_price_fen: int | None = None
    sample_price_fen: int | None = None
    customisation: bool = False
    invoice: bool = False
    freight_free: bool = False
    dispatch_hours: int | None = None
    picture: str = ""
    more_pictures: tuple[str, ...] = ()
    sold_count: int = 0
    published_at: int = 0

    @property
    def images(self) -> tuple[str, ...]:
        """All its pictures in their order."""
        return (self.picture, *self.more_pictures) if self.picture else ()
