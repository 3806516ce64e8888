"""Whole request bodies: pure functions of the plan, the rule taken and the nearest rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from search_engine.elastic.facets import aggregations
from search_engine.elastic.mapping import PACKED
from search_engine.elastic.options import ElasticOptions
from search_engine.elastic.query import (
    NOTHING,
    Query,
    any_of,
    asks_for_words,
    breaks,
    codes_query,
    every,
    excluded_queries,
    filter_queries,
    leg_queries,
    rule_query,
    tier_sort,
    units,
)
from search_engine.plan import FacetRequest, LexicalQuery, MatchRule, Plan
from search_engine.prices import PriceAxis, price_axis

Body = dict[str, Any]

# Codes come before every text score, and the nearest, which the first window holds all of, before both. Scores are
# single precision: these are as small as they can be, so that text scores keep three decimals beside them.
CODE_BOOST: Final = 1 << 12
NEAR_BOOST: Final = 1 << 14
NEAR: Final = "#near"  # no facet has such a name
BOTH: Final = "both"
TEXT: Final = "text"
CODE: Final = "code"
GROUP: Final = "group-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A plan with what was found out before its own request: ``near``, the nearest rows of the whole catalog, and
    the rule that is taken (None: any token)."""

    plan: Plan
    rule: MatchRule | None
    near: tuple[int, ...]

    @property
    def lexical(self) -> LexicalQuery:
        return self.plan.lexical or LexicalQuery()

    @property
    def axis(self) -> PriceAxis:
        return price_axis(self.plan.quantity)

    @property
    def asks_text(self) -> bool:
        """Whether words or codes are looked for."""
        return asks_for_words(self.lexical) or codes_query(self.lexical) is not None

    @property
    def browses(self) -> bool:
        """Everything within the filters."""
        return not self.asks_text and self.plan.vector is None

    @property
    def by_score(self) -> bool:
        return self.plan.sort == "relevance" and not self.browses

    @property
    def loose_prices(self) -> bool:
        """Sorted by a price that no column holds for every offer."""
        return self.plan.sort == "price" and not self.axis.exact


def count_body(lexical: LexicalQuery, rule: MatchRule) -> Body:
    """Whether a rule matches enough of the whole catalog."""
    query = every(must=[rule_query(lexical, rule)], without=excluded_queries(lexical))
    return {"query": query, "size": 0, "track_total_hits": max(rule.enough, 1)}


def rule_bodies(lexical: LexicalQuery) -> list[Body]:
    """What must be counted before a rule is taken: every rule but the last, which is taken anyway."""
    return [count_body(lexical, rule) for rule in lexical.rules[:-1]] if asks_for_words(lexical) else []


def search_body(asked: Question, options: ElasticOptions) -> Body:
    """The window, the total and the facets that no filter of their own narrows."""
    plan = asked.plan
    first = plan.offset == 0
    body = _set_body(asked, options, plan.facets)
    body |= {
        "from": plan.offset,
        "size": plan.limit + (len(asked.near) if asked.by_score and first else 0),
        "sort": _sort(asked),
        **_candidate_fields(),
    }
    if asked.by_score and not first and asked.near:
        body["post_filter"] = {"bool": {"must_not": [near_query(asked.near)]}}
    return body


def totals_body(asked: Question, options: ElasticOptions) -> Body:
    """Total and facets without a window."""
    return {**_set_body(asked, options, asked.plan.facets), "size": 0}


def facet_body(asked: Question, options: ElasticOptions, group: str) -> Body:
    """The facets of one group, its own filters left out."""
    requests = [request for request in asked.plan.facets if request.group == group]
    return {
        "query": _result_set(asked, but_group=group),
        "size": 0,
        "track_total_hits": False,
        "aggs": aggregations(requests, asked.axis, shard_size=options.facet_shard_size),
    }


def selected_groups(plan: Plan) -> list[str]:
    """The groups of facets that a filter narrows."""
    filtered = {each.group for each in plan.filters}
    return list(dict.fromkeys(request.group for request in plan.facets if request.group in filtered))


def price_bodies(asked: Question) -> tuple[Body, Body]:
    """The cheapest rows up to the window's end, of offers whose price a column holds and of those whose tiers do."""
    last = asked.plan.offset + asked.plan.limit
    parts: list[Body] = []
    for broken in (False, True):
        step = {"filter": [breaks(asked.axis)]} if broken else {"must_not": [breaks(asked.axis)]}
        query = {"bool": {"filter": [_result_set(asked), {"bool": step}]}}
        by = tier_sort(asked.axis) if broken else {asked.axis.top: "asc"}
        order = [by, {"row": "asc"}]
        parts.append({"query": query, "size": last, "sort": order, "track_total_hits": False, "_source": False})
    return parts[0], parts[1]


def rows_body(asked: Question, rows: Sequence[int]) -> Body:
    """These rows with every score of the plan, in no order."""
    return {
        "query": {"bool": {"filter": [every(must=[{"terms": {"row": list(rows)}}])], "should": _scored(asked)}},
        "size": len(rows),
        "track_total_hits": False,
        "sort": ["row"],
        **_candidate_fields(),
    }


def near_query(rows: Sequence[int]) -> Query:
    """The nearest rows."""
    return {"terms": {"row": list(rows)}} if rows else NOTHING


def _candidate_fields() -> Body:
    return {"_source": False, "docvalue_fields": [PACKED]}


def _set_body(asked: Question, options: ElasticOptions, requests: Sequence[FacetRequest]) -> Body:
    """The result set, scored, with its counts."""
    narrowed = selected_groups(asked.plan)
    counted = [request for request in requests if request.group not in narrowed]
    aggs = aggregations(counted, asked.axis, shard_size=options.facet_shard_size)
    if asked.near:
        aggs[NEAR] = {"filter": near_query(asked.near), "aggs": {BOTH: {"filter": _text(asked)}}}
    query: Query = {"bool": {"filter": [_result_set(asked)], "should": _scored(asked)}}
    counted_by = {"aggs": aggs} if aggs else {}
    return {"query": query, "track_total_hits": True, "track_scores": asked.by_score, **counted_by}


def _result_set(asked: Question, *, but_group: str | None = None) -> Query:
    """(text + V) within the filters, without what is excluded."""
    conditions = filter_queries(asked.plan.filters, asked.axis, but_group=but_group)
    if not asked.browses:
        ways = [_text(asked)] if asked.asks_text else []
        ways += [near_query(asked.near)] if asked.near else []
        conditions.append(any_of(ways))
    return every(must=conditions, without=excluded_queries(asked.lexical))


def _text(asked: Question) -> Query:
    """What matches by its words or codes."""
    codes = codes_query(asked.lexical)
    ways = [rule_query(asked.lexical, asked.rule)] if asks_for_words(asked.lexical) else []
    return any_of([*ways, *([codes] if codes else [])])


def _scored(asked: Question) -> list[Query]:
    """Every score by its name; those that do not order the text add nothing."""
    if asked.browses:
        return []
    lexical = asked.lexical
    scored = leg_queries(lexical, asked.plan.weights)
    scored += [_constant(query, 0.0, f"{GROUP}{place}") for place, query in enumerate(units(lexical, "group"))]
    codes = codes_query(lexical)
    if codes:
        scored.append(_constant(codes, CODE_BOOST, CODE))
    if asked.asks_text:
        scored.append(_constant(_text(asked), 0.0, TEXT))
    if asked.near:
        first = asked.by_score and not asked.plan.offset
        scored.append(_constant(near_query(asked.near), NEAR_BOOST if first else 0.0, NEAR))
    return scored


def _constant(query: Query, boost: float, name: str) -> Query:
    return {"constant_score": {"filter": query, "boost": boost, "_name": name}}


def _sort(asked: Question) -> list[Any]:
    """A total order: ties by row."""
    if asked.by_score:
        return [{"_score": "desc"}, {"row": "asc"}]
    match asked.plan.sort:
        case "price":
            return [{asked.axis.top: "asc"}, {"row": "asc"}]
        case "newest":
            return [{"newest_order": "desc"}]
    return [{"sales_order": "desc"}]
