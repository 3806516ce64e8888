"""A stored card's parts as views."""

from __future__ import annotations

from search_api.results import CategoryView, PriceView, SupplierView, TierView
from search_engine.card import Card
from taxonomy.model import Taxonomy


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
