"""A basket of one supplier with all that its price depends on: what every processor of the price line reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from catalog_service.domain.prices.terms import BuyerGroup, FreightTemplate, SupplierTerms
from catalog_service.domain.prices.values import PriceStep, Wanted
from catalog_service.domain.skus.values import NO_TERMS, OfferTerms, Sku
from kernel.offers import Offer
from kernel.prices import PriceTier

# One order pays less than this. Ten trillion yuan is beyond any; all sums stay exact in JSON numbers (2^53).
ORDER_FEN_MAX = 10**15


class Purpose(StrEnum):
    """What the goods are for: each has its own price and minimum."""

    WHOLESALE = "wholesale"
    SAMPLE = "sample"
    DROPSHIP = "dropship"


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuFacts:
    """What the record says of one SKU. ``live``: its offer is before the buyers."""

    sku: Sku
    offer: Offer
    live: bool
    available: int | None
    terms: OfferTerms = NO_TERMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the record says of a basket. ``private``: agreed ladders of the buyer's group by SKU or offer id."""

    supplier_id: str
    buyer_company_id: str
    skus: Mapping[str, SkuFacts]
    supplier: SupplierTerms
    group: BuyerGroup | None = None
    private: Mapping[str, tuple[PriceTier, ...]] = field(default_factory=dict)
    freight: Mapping[str, FreightTemplate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why something cannot be ordered as it is. ``facts``: the figures that would mend it."""

    code: str
    message: str
    sku_id: str = ""
    offer_id: str = ""
    facts: Mapping[str, int | str] = field(default_factory=dict)

    def as_json(self) -> dict[str, int | str]:
        return {
            "code": self.code, "message": self.message, "sku_id": self.sku_id, "offer_id": self.offer_id, **self.facts,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One SKU on its way through the processors. ``counted``: the pieces that ladder and minimum count, over the
    offer's SKUs together unless the offer says otherwise."""

    facts: SkuFacts
    quantity: int
    counted: int
    steps: tuple[PriceStep, ...] = ()

    @property
    def unit_fen(self) -> int | None:
        """What the last step said; None while nobody gave a price (面议)."""
        return self.steps[-1].fen if self.steps else None

    @property
    def amount_fen(self) -> int:
        return (self.unit_fen or 0) * self.quantity

    def with_step(self, step: PriceStep) -> Line:
        return replace(self, steps=(*self.steps, step))


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """Lines in the order of their SKU ids. ``region`` "" while nobody said where it goes: freight is then left out."""

    facts: Facts
    purpose: Purpose
    region: str
    lines: tuple[Line, ...]

    @property
    def goods_fen(self) -> int:
        return sum(line.amount_fen for line in self.lines)


def basket_of(facts: Facts, wanted: Sequence[Wanted], *, region: str, purpose: Purpose) -> Basket:
    """The basket of what is known among the wanted; the same SKU named twice is one line (1 + 1 = 2)."""
    quantities: dict[str, int] = {}
    for each in wanted:
        quantities[each.sku_id] = quantities.get(each.sku_id, 0) + each.quantity
    of_offer: dict[str, int] = {}
    for sku_id, quantity in quantities.items():
        if sku_id in facts.skus:
            offer_id = facts.skus[sku_id].offer.offer_id
            of_offer[offer_id] = of_offer.get(offer_id, 0) + quantity
    lines = []
    for sku_id in sorted(quantities.keys() & facts.skus.keys()):
        known, quantity = facts.skus[sku_id], quantities[sku_id]
        counted = quantity if known.terms.moq_per_sku else of_offer[known.offer.offer_id]
        lines.append(Line(facts=known, quantity=quantity, counted=counted))
    return Basket(facts=facts, purpose=purpose, region=region, lines=tuple(lines))
