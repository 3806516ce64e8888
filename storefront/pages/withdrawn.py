"""An offer that is gone: what it was, and what comes near it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search_api.results import Hit
from storefront.pages.cards import Card, CardMaker
from storefront.state import address


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawnPage:
    title: str
    search_href: str
    cards: Sequence[Card]


def withdrawn_page(title: str, hits: Sequence[Hit], *, maker: CardMaker) -> WithdrawnPage:
    """The page of a withdrawn offer."""
    return WithdrawnPage(title=title, search_href=address([("q", title)]), cards=[maker.card(hit) for hit in hits])
