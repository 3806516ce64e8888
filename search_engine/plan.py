"""A plan: everything that a search asks of an engine, frozen. Both backends are a function of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Sort = Literal["relevance", "price", "sales", "newest"]


@dataclass(frozen=True, slots=True)
class Term:
    """A token to score, with its weight (1 for the buyer's own word, less for a synonym)."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TermGroup:
    """One thing asked for. It is there when all tokens of any one alternative are in the field ``coverage``."""

    text: str
    alternatives: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRule:
    """What must be there for a lexical match.

    ``unit`` group: ``share`` of the groups; character: ``share`` of the distinct characters asked for (at least one).
    ``enough``: the rule is taken when it matches at least so many listings of the whole catalog, before any filter
    (so that adding a filter never changes the rule and never raises a count); the last rule is taken regardless.
    """

    name: str
    unit: Literal["group", "character"]
    share: float
    enough: int
    because: str
    shown_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LexicalQuery:
    """The lexical legs: one bag of terms a field, what must match, what must not."""

    words: tuple[Term, ...] = ()
    characters: tuple[Term, ...] = ()
    bigrams: tuple[Term, ...] = ()
    facts: tuple[Term, ...] = ()
    groups: tuple[TermGroup, ...] = ()
    excluded: tuple[TermGroup, ...] = ()
    codes: tuple[str, ...] = ()
    rules: tuple[MatchRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VectorQuery:
    """The semantic leg: unit vector, float32 (dimensions,); at most ``limit`` nearest with cosine >= ``floor``."""

    vector: np.ndarray
    floor: float
    limit: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFilter:
    """Any of ``values`` in a keyword field. Filters of the same ``group`` are one facet: counted as if not selected."""

    field: str
    values: tuple[str, ...]
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeFilter:
    """``low <= field <= high`` (either may be open) on an integer field."""

    field: str
    low: int | None
    high: int | None
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFilter:
    """Unit price in fen at the plan's quantity, exact to the fen; offers without a price never match."""

    low_fen: int | None
    high_fen: int | None
    group: str = "price"


Filter = TermFilter | RangeFilter | PriceFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetRequest:
    """Counts of a keyword field's ``size`` most frequent values over the result set, its own filter group left out
    (disjunctive); most frequent first, ties by value, also at the cut.

    ``prefix`` keeps the values that start with it (``material=`` of field ``attribute``). ``edges`` asks for a
    histogram instead, of field ``price`` (fen at the plan's quantity) or of an integer field: values ``low-high``,
    half open [low, high), the last one ``low-`` and open; offers without a price are in none.
    """

    name: str
    field: str
    group: str
    size: int
    prefix: str = ""
    edges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """One search. No lexical and no vector part: browse, everything within the filters."""

    lexical: LexicalQuery | None = None
    vector: VectorQuery | None = None
    filters: tuple[Filter, ...] = ()
    facets: tuple[FacetRequest, ...] = ()
    sort: Sort = "relevance"
    quantity: int | None = None
    offset: int = 0
    limit: int = 200
    weights: tuple[tuple[str, float], ...] = (("words", 1.0), ("bigrams", 1.0), ("characters", 1.0), ("facts", 0.5))
