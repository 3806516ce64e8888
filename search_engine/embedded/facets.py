"""Disjunctive facets: each counted over the result set with its own filters left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tantivy import Query

from kernel.errors import Invalid
from search_engine.embedded.prices import price_counts, range_counts
from search_engine.embedded.snapshot import Snapshot
from search_engine.plan import FacetRequest
from search_engine.port import FacetCount
from search_engine.prices import PriceAxis
from search_engine.schema import FIELDS

# Buckets that each segment hands up: above every field's distinct values within a result set, so counts are exact.
SEGMENT_BUCKETS = 100_000

_COUNTED = {field.name for field in FIELDS if field.facet}
_INTEGERS = {field.name for field in FIELDS if field.kind == "integer"}

Matching = Callable[[str | None], Query]  # the result set without the filters of one group


def count_facets(
    snapshot: Snapshot, requests: Sequence[FacetRequest], *, selected: frozenset[str], matching: Matching,
    axis: PriceAxis,
) -> Mapping[str, tuple[FacetCount, ...]]:
    """Counts of every request; those whose group has no filter share one pass over the result set."""
    result: dict[str, tuple[FacetCount, ...]] = {}
    passes: dict[str | None, list[FacetRequest]] = {}
    for request in requests:
        _validate(request)
        passes.setdefault(request.group if request.group in selected else None, []).append(request)
    for group, together in passes.items():
        query = matching(group)
        result.update(_count_terms(snapshot, query, [request for request in together if not request.edges]))
        for request in together:
            if request.edges:
                result[request.name] = _count_ranges(snapshot, query, request, axis)
    return {request.name: result[request.name] for request in requests}


def _count_terms(
    snapshot: Snapshot, query: Query, requests: Sequence[FacetRequest]
) -> dict[str, tuple[FacetCount, ...]]:
    if not requests:
        return {}
    prefixes: dict[str, list[str]] = {}
    for request in requests:
        if request.prefix:
            prefixes.setdefault(request.field, []).append(request.prefix)
    # One pass over a field serves all prefixes asked of it: the pass is what costs, not the buckets.
    wanted = {request.name: _terms(request.field, request.size) for request in requests if not request.prefix}
    wanted |= {f"prefixes of {field}": _prefixed(field, starts) for field, starts in prefixes.items()}
    found = snapshot.searcher.aggregate(query, wanted)
    return {
        request.name: _ordered(found[f"prefixes of {request.field}" if request.prefix else request.name], request)
        for request in requests
    }


def _terms(field: str, size: int) -> dict[str, Any]:
    return {"terms": {"field": field, "size": size, "segment_size": SEGMENT_BUCKETS}}


def _prefixed(field: str, prefixes: Sequence[str]) -> dict[str, Any]:
    start = "|".join(re.escape(prefix) for prefix in prefixes)
    return {"terms": {"field": field, "size": SEGMENT_BUCKETS, "include": f"({start}).*"}}


def _ordered(found: Mapping[str, Any], request: FacetRequest) -> tuple[FacetCount, ...]:
    counts = [
        FacetCount(value=bucket["key"], count=bucket["doc_count"])
        for bucket in found["buckets"]
        if bucket["key"].startswith(request.prefix)
    ]
    counts.sort(key=lambda counted: (-counted.count, counted.value))
    return tuple(counts[: request.size])


def _count_ranges(
    snapshot: Snapshot, query: Query, request: FacetRequest, axis: PriceAxis
) -> tuple[FacetCount, ...]:
    if request.field == "price":
        counts = price_counts(snapshot, query, request.edges, axis)
    else:
        counts = range_counts(snapshot, query, request.field, request.edges, last=None)
    ends = [*(str(edge) for edge in request.edges[1:]), ""]
    return tuple(
        FacetCount(value=f"{low}-{high}", count=count)
        for low, high, count in zip(request.edges, ends, counts, strict=True)
    )


def _validate(request: FacetRequest) -> None:
    if request.edges:
        if request.field != "price" and request.field not in _INTEGERS:
            raise Invalid(f"字段 {request.field} 不能分段统计", parameter=request.name)
        if list(request.edges) != sorted(set(request.edges)) or request.edges[0] < 0:
            raise Invalid("分段的边界必须递增且不为负", parameter=request.name)
    elif request.field not in _COUNTED:
        raise Invalid(f"字段 {request.field} 不能统计", parameter=request.name)
    elif not 1 <= request.size <= SEGMENT_BUCKETS:
        raise Invalid(f"统计的个数必须在 1 到 {SEGMENT_BUCKETS} 之间", parameter=request.name)
