"""Queries as the server takes them: pure functions of a plan's parts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any, Final

from kernel.errors import Invalid
from search_engine.blend import TEXT_LEGS
from search_engine.elastic.mapping import BREAKS, LADDER, LEFT_OUT, LIVE, STATUS
from search_engine.plan import (
    Filter,
    LexicalQuery,
    MatchRule,
    PriceFilter,
    RangeFilter,
    Term,
    TermFilter,
)
from search_engine.prices import PriceAxis
from search_engine.schema import FIELDS, NO_PRICE_FEN, QUANTITY_BANDS
from search_engine.units import Alternatives, alternatives_of, needed, units_of

Query = dict[str, Any]

# Lucene leaves the factor k1 + 1 out of BM25, which changes no order; with it scores are those of the other backends.
BM25_FACTOR: Final = 2.2
INTEGER_MAX: Final = (1 << 63) - 1
_TERMS = frozenset(field.name for field in FIELDS if field.kind == "keyword" and field.filter)
INTEGERS = frozenset(field.name for field in FIELDS if field.kind == "integer") - LEFT_OUT

EVERYTHING_LIVE: Final[Query] = {"term": {STATUS: LIVE}}
NOTHING: Final[Query] = {"match_none": {}}


def every(*, must: Iterable[Query] = (), without: Iterable[Query] = ()) -> Query:
    """All of ``must`` and none of ``without``, unscored, live offers alone."""
    refused = list(without)
    return {"bool": {"filter": [EVERYTHING_LIVE, *must], **({"must_not": refused} if refused else {})}}


def any_of(queries: Sequence[Query], *, least: int = 1) -> Query:
    """At least so many of the queries."""
    if not queries:
        return NOTHING
    if len(queries) == 1:
        return queries[0]
    return {"bool": {"should": list(queries), "minimum_should_match": least}}


# --- what matches -------------------------------------------------------------------------------------------------


def asks_for_words(lexical: LexicalQuery) -> bool:
    """Whether there is any word to look for."""
    return bool(units(lexical, "group")) or any(_terms(getattr(lexical, leg)) for leg in TEXT_LEGS)


def units(lexical: LexicalQuery, unit: str) -> list[Query]:
    """What a rule counts, as queries."""
    return [_having(alternatives) for alternatives in units_of(lexical, unit)]


def rule_query(lexical: LexicalQuery, rule: MatchRule | None) -> Query:
    """What meets a rule; without rules or units, any scored token."""
    counted = units(lexical, rule.unit) if rule is not None else []
    if rule is None or not counted:
        tokens = [query for leg in TEXT_LEGS for query in _leg_terms(leg, getattr(lexical, leg))]
        return any_of(tokens)
    least = needed(rule.share, len(counted))
    if least == len(counted):
        return {"bool": {"filter": counted}}
    return any_of(counted, least=least)


def excluded_queries(lexical: LexicalQuery) -> list[Query]:
    """What no result may have."""
    return [_having(alternatives) for group in lexical.excluded if (alternatives := alternatives_of(group))]


def codes_query(lexical: LexicalQuery) -> Query | None:
    """Item codes and barcodes, whole; None when none was asked for."""
    codes = [code for code in lexical.codes if code]
    return {"terms": {"codes": codes}} if codes else None


def _having(alternatives: Alternatives) -> Query:
    """All tokens of any one alternative."""
    return any_of([_all_tokens(tokens) for tokens in alternatives])


def _all_tokens(tokens: Sequence[str]) -> Query:
    return _token(tokens[0]) if len(tokens) == 1 else {"bool": {"filter": [_token(token) for token in tokens]}}


def _token(token: str) -> Query:
    return {"term": {"coverage": token}}


# --- what scores ----------------------------------------------------------------------------------------------------


def leg_queries(lexical: LexicalQuery, weights: Sequence[tuple[str, float]]) -> list[Query]:
    """The text legs, weighted; each carries its name, so that its score is given back with every hit. A leg without
    weight is asked for all the same, and adds nothing."""
    weight_of = {name: weight for name, weight in weights if weight > 0}
    queries = []
    for leg in TEXT_LEGS:
        terms = _leg_terms(leg, getattr(lexical, leg))
        if not terms:
            continue
        scored: Query = {"bool": {"should": terms, "boost": BM25_FACTOR * weight_of.get(leg, 1.0), "_name": leg}}
        queries.append(scored if leg in weight_of else {"constant_score": {"filter": scored, "boost": 0.0}})
    return queries


def _terms(terms: Sequence[Term]) -> list[Term]:
    return [term for term in terms if term.text and term.weight > 0]


def _leg_terms(leg: str, terms: Sequence[Term]) -> list[Query]:
    return [{"term": {leg: {"value": term.text, "boost": term.weight}}} for term in _terms(terms)]


# --- filters --------------------------------------------------------------------------------------------------------


def filter_query(condition: Filter, axis: PriceAxis) -> Query:
    """One filter; raises Invalid that names a field which cannot be filtered."""
    match condition:
        case TermFilter():
            if condition.field not in _TERMS:
                raise Invalid(f"字段 {condition.field} 不能筛选", parameter=condition.field)
            return {"terms": {condition.field: [value for value in condition.values if value]}}
        case RangeFilter():
            if condition.field not in INTEGERS:
                raise Invalid(f"字段 {condition.field} 不能按范围筛选", parameter=condition.field)
            return _between(condition.field, condition.low, condition.high)
        case PriceFilter():
            high = NO_PRICE_FEN - 1 if condition.high_fen is None else min(condition.high_fen, NO_PRICE_FEN - 1)
            return price_between(axis, 0 if condition.low_fen is None else condition.low_fen, high)


def filter_queries(filters: Iterable[Filter], axis: PriceAxis, *, but_group: str | None = None) -> list[Query]:
    """All filters, one group left out on demand."""
    return [filter_query(each, axis) for each in filters if each.group != but_group]


def price_between(axis: PriceAxis, low: int, high: int) -> Query:
    """Unit price at the axis's quantity in [low, high] fen: in the band's column, or where the ladder has a step
    inside the band in its tiers."""
    column = _between(axis.top, low, high)
    if axis.exact:
        return column
    settled = {"bool": {"filter": [column], "must_not": [breaks(axis)]}}
    tier = {"bool": {"filter": [_between(f"{LADDER}.price", low, high), _tier_at(axis)]}}
    return any_of([settled, {"bool": {"filter": [breaks(axis), {"nested": {"path": LADDER, "query": tier}}]}}])


def breaks(axis: PriceAxis) -> Query:
    """Offers whose ladder has a step inside the band of the axis's quantity."""
    return {"term": {BREAKS: str(band_of(axis))}}


def band_of(axis: PriceAxis) -> int:
    """Which band the quantity falls in."""
    return bisect_right(QUANTITY_BANDS, axis.quantity or 1) - 1


def tier_sort(axis: PriceAxis) -> Query:
    """Ascending by the price of the tier at the axis's quantity."""
    return {f"{LADDER}.price": {"order": "asc", "mode": "min", "nested": {"path": LADDER, "filter": _tier_at(axis)}}}


def _tier_at(axis: PriceAxis) -> Query:
    return {"term": {f"{LADDER}.quantity": axis.quantity}}


def _between(field: str, low: int | None, high: int | None) -> Query:
    """``low <= field <= high``; bounds beyond 64 bits are only large."""
    if (low is not None and low > INTEGER_MAX) or (high is not None and high < -INTEGER_MAX):
        return NOTHING
    if low is not None and high is not None and low > high:
        return NOTHING
    stated: Query = {} if low is None else {"gte": max(low, -INTEGER_MAX)}
    stated |= {} if high is None else {"lte": min(high, INTEGER_MAX)}
    return {"range": {field: stated}} if stated else {"exists": {"field": field}}
