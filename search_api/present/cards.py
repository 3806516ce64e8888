"""The stored card of a listing: written by the indexer, read here. Field names are the contract between the two."""

from __future__ import annotations

import msgspec

from kernel.prices import PriceTier, QuotedPrice, price_at
from search_api.results import CategoryView, PriceView, SupplierView, TierView
from taxonomy.model import Taxonomy


class SupplierCard(msgspec.Struct, frozen=True, omit_defaults=True):
    id: str
    name: str
    verified: bool = False
    factory: bool = False
    credit_level: int = 0
    region: str = ""
    joined_year: int | None = None
    repeat_buyer_rate: float | None = None


class Card(msgspec.Struct, frozen=True, omit_defaults=True):
    """Prices in fen; ``tiers`` pairs of (quantity from, unit price)."""

    offer_id: str
    title: str
    tiers: tuple[tuple[int, int], ...] = ()
    moq: int = 1
    unit: str = "件"
    units_per_pack: int = 1
    pack_unit: str = ""
    category_id: str = ""
    picture: str = ""
    tags: tuple[str, ...] = ()
    sold_count: int = 0
    dispatch_hours: int | None = None
    attributes: dict[str, list[str]] = {}
    brand: str = ""
    item_code: str = ""
    supplier: SupplierCard | None = None

    def ladder(self) -> tuple[PriceTier, ...]:
        return tuple(PriceTier(min_quantity=q, unit_price_fen=fen) for q, fen in self.tiers)

    def price(self, quantity: int | None) -> QuotedPrice | None:
        """The public unit price at a quantity; None on request."""
        return price_at(self.ladder(), moq=self.moq, quantity=quantity)


decode_card = msgspec.json.Decoder(Card).decode


def price_view(card: Card, quantity: int | None) -> PriceView:
    """The card's price at the buyer's quantity, with the whole ladder."""
    quoted = card.price(quantity)
    tiers = [TierView(min_quantity=q, unit_fen=fen) for q, fen in card.tiers]
    if quoted is None:
        return PriceView(unit_fen=None, quantity=max(quantity or card.moq, card.moq), tiers=tiers, basis="on_request")
    return PriceView(unit_fen=quoted.unit_fen, quantity=quoted.quantity, tiers=tiers, basis=quoted.basis)


def supplier_view(card: Card) -> SupplierView | None:
    """The supplier as a hit shows it."""
    if card.supplier is None:
        return None
    s = card.supplier
    return SupplierView(
        id=s.id,
        name=s.name,
        verified=s.verified,
        credit_level=s.credit_level,
        factory=s.factory,
        region=s.region,
        joined_year=s.joined_year,
        repeat_buyer_rate=s.repeat_buyer_rate,
    )


def category_views(card: Card, taxonomy: Taxonomy) -> list[CategoryView]:
    """The path from sector to leaf; empty when the listing has none or the category is gone."""
    if card.category_id not in taxonomy.nodes:
        return []
    return [CategoryView(id=node.id, name=node.name) for node in taxonomy.path(card.category_id)]
