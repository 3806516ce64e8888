"""What the pages need of other rooms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from catalog_service.domain.skus.values import NO_TERMS, OfferTerms, SkuView
from kernel.offers import Offer, Supplier
from kernel.prices import OwnPrice
from ranking.credit import CreditScore
from search_api.recommend.results import Recommendations
from search_api.requests import SearchRequest
from search_api.results import SearchResponse
from search_api.suggest.suggester import Suggestion

OwnRead = Callable[[Sequence[str], int | None], Mapping[str, OwnPrice]]
"""Offers and a quantity to the caller's own prices among them: asked once for all that a page shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferView:
    """One offer of the record. ``credit`` is the evidence behind the supplier's level; ``live`` False: withdrawn."""

    offer: Offer
    supplier: Supplier | None = None
    credit: CreditScore | None = None
    supplier_offers: int = 0
    live: bool = True
    skus: Sequence[SkuView] = ()
    terms: OfferTerms = NO_TERMS


class OfferReads(Protocol):
    """The record. None for what never was or was taken down: a taken-down title is shown to nobody."""

    def offer(self, offer_id: str) -> OfferView | None: ...


class Searching(Protocol):
    """``search_api.service.SearchService``."""

    def search(self, request: SearchRequest, *, facets: bool = True, language: str = "zh") -> SearchResponse: ...


class Recommending(Protocol):
    """``search_api.recommend.service.RecommendService``; both raise ``NotFound`` for an offer that is not indexed."""

    def similar(self, offer_id: str, request: SearchRequest, *, language: str = "zh") -> Recommendations: ...

    def same_item(self, offer_id: str, request: SearchRequest, *, language: str = "zh") -> Recommendations: ...


class Suggesting(Protocol):
    """``search_api.suggest.suggester.Suggester``."""

    def suggest(self, typed: str, *, limit: int = 10) -> Sequence[Suggestion]: ...
