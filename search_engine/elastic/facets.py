"""Facets as aggregations, and their counts out of the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kernel.errors import Invalid
from search_engine.elastic.query import INTEGER_MAX, INTEGERS, Query, price_between
from search_engine.plan import FacetRequest
from search_engine.port import FacetCount
from search_engine.prices import PriceAxis
from search_engine.schema import FIELDS, NO_PRICE_FEN

_FACETS = frozenset(field.name for field in FIELDS if field.facet)
_RESERVED = re.compile(r'([.?+*|{}\[\]()"\\#@&<>~^$-])')  # of Lucene's regular expressions


def aggregations(requests: Iterable[FacetRequest], axis: PriceAxis, *, shard_size: int) -> dict[str, Query]:
    """One aggregation a facet, by its name; raises Invalid that names one which cannot be counted."""
    return {request.name: _aggregation(request, axis, shard_size) for request in requests}


def counts(request: FacetRequest, answer: Mapping[str, Any]) -> tuple[FacetCount, ...]:
    """The counts of one facet."""
    buckets = answer["buckets"]
    if request.edges:
        names = _interval_names(request.edges)
        return tuple(FacetCount(value=name, count=buckets[name]["doc_count"]) for name in names)
    return tuple(FacetCount(value=each["key"], count=each["doc_count"]) for each in buckets)


def _aggregation(request: FacetRequest, axis: PriceAxis, shard_size: int) -> Query:
    if request.edges:
        return {"filters": {"filters": _intervals(request, axis)}}
    if request.field not in _FACETS:
        raise Invalid(f"字段 {request.field} 不能统计", parameter=request.name)
    terms: Query = {
        "field": request.field,
        "size": max(request.size, 1),
        "shard_size": max(request.size, shard_size),
        "order": [{"_count": "desc"}, {"_key": "asc"}],
    }
    if request.prefix:
        terms["include"] = _RESERVED.sub(r"\\\1", request.prefix) + ".*"
    return {"terms": terms}


def _intervals(request: FacetRequest, axis: PriceAxis) -> dict[str, Query]:
    ends = [*(edge - 1 for edge in request.edges[1:]), None]
    intervals = zip(_interval_names(request.edges), request.edges, ends, strict=True)
    if request.field == "price":
        return {
            name: price_between(axis, low, NO_PRICE_FEN - 1 if high is None else high) for name, low, high in intervals
        }
    if request.field not in INTEGERS:
        raise Invalid(f"字段 {request.field} 不能统计", parameter=request.name)
    return {
        name: {"range": {request.field: {"gte": low, "lte": INTEGER_MAX if high is None else high}}}
        for name, low, high in intervals
    }


def _interval_names(edges: Sequence[int]) -> list[str]:
    """``low-high``, the last one open."""
    return [f"{low}-{high}" for low, high in zip(edges, [*map(str, edges[1:]), ""], strict=True)]
