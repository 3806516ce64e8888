"""Rows of the engine to hits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from search_api.present.cards import category_views, price_view, supplier_view
from search_api.present.highlight import marked
from search_api.results import ExplanationView, Hit
from search_engine.card import Card, decode_card
from taxonomy.model import Taxonomy
from text_analysis.values import Span

Highlighter = Callable[[str], Sequence[Span]]


def decode_cards(cards: Sequence[bytes]) -> list[Card | None]:
    """Stored cards, None where the row is gone."""
    return [decode_card(card) if card else None for card in cards]


def hit_of(
    card: Card,
    *,
    score: float,
    quantity: int | None,
    taxonomy: Taxonomy,
    highlighter: Highlighter | None = None,
    explanation: ExplanationView | None = None,
) -> Hit:
    """One hit at the buyer's quantity."""
    return Hit(
        offer_id=card.offer_id,
        title=card.title,
        highlight=marked(card.title, highlighter(card.title) if highlighter else ()),
        score=score,
        price=price_view(card, quantity),
        moq=card.moq,
        unit=card.unit,
        supplier=supplier_view(card),
        category=category_views(card, taxonomy),
        picture=card.picture,
        tags=card.tags,
        sold_count=card.sold_count,
        dispatch_hours=card.dispatch_hours,
        units_per_pack=card.units_per_pack,
        pack_unit=card.pack_unit,
        explanation=explanation,
    )
