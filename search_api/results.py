"""What a search gives back: plain values that serialise as they stand (the body of ``GET /api/v1/search``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.prices import OwnPrice


@dataclass(frozen=True, slots=True, kw_only=True)
class TierView:
    min_quantity: int
    unit_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceView:
    """``unit_fen`` None: price on request (面议). ``basis``: ``quantity`` or ``moq``, of the public ladder."""

    unit_fen: int | None
    quantity: int
    tiers: Sequence[TierView]
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierView:
    id: str
    name: str
    verified: bool
    credit_level: int
    factory: bool = False
    region: str = ""
    joined_year: int | None = None
    repeat_buyer_rate: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryView:
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionView:
    signal: str
    label: str
    value: float
    weight: float
    contribution: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationView:
    """Why this rank: the contributions sum to ``score``. ``rank_by_relevance``: without the trade signals."""

    score: float
    contributions: Sequence[ContributionView]
    rank: int
    rank_by_relevance: int
    matched_by: Sequence[str]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One listing. ``highlight`` is the title as escaped HTML with ``<em>`` around what matched. ``own``: what the
    caller's company pays by its own agreement, None where the public price holds; nothing is ordered or filtered by it.
    """

    offer_id: str
    title: str
    highlight: str
    score: float
    price: PriceView
    moq: int
    unit: str
    supplier: SupplierView | None
    category: Sequence[CategoryView]
    picture: str
    tags: Sequence[str]
    sold_count: int
    dispatch_hours: int | None
    units_per_pack: int = 1
    pack_unit: str = ""
    explanation: ExplanationView | None = None
    own: OwnPrice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """Counts as if this facet's own filter were not set. ``field`` is the query parameter that filters by it."""

    field: str
    label: str
    values: Sequence[FacetValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairView:
    original: str
    repaired: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryGuessView:
    id: str
    name: str
    path: Sequence[str]
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """How the query was read. Prices and quantity are those taken from its words and applied as filters."""

    text: str
    words: Sequence[str]
    excluded: Sequence[str]
    quantity: int | None
    price_min_fen: int | None
    price_max_fen: int | None
    quantities: Sequence[str]
    synonyms: Sequence[str]
    categories: Sequence[CategoryGuessView]
    query_class: str
    repair: RepairView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterAdvice:
    """On an empty result: without this filter there would be ``total_without``."""

    field: str
    value: str
    label: str
    total_without: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResponse:
    """One page. ``total_is``: ``exact``, or ``as_of_first_page`` when the index moved on since the first page.
    ``price_basis``: the prices that filters, facets, sorts and ranking went by, whoever asks: the public ones."""

    query: str
    understood: Understood
    total: int
    total_is: str
    rule: str
    legs: dict[str, int]
    hits: Sequence[Hit]
    facets: Sequence[Facet]
    related: Sequence[Hit]
    advice: Sequence[FilterAdvice]
    next_cursor: str | None
    took_ms: float
    degraded: Sequence[str]
    encoder: str
    vectors_pending: int
    price_basis: str = "public"
