"""Disjunctive facets: each counted over the result set with its own filters left out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from kernel.errors import Invalid
from search_engine.embedded.matching import Matching
from search_engine.embedded.prices import counts_of, ranges, undecided_counts
from search_engine.plan import FacetRequest
from search_engine.port import FacetCount
from search_engine.schema import FIELDS, NO_PRICE_FEN

# Buckets that each segment hands up: above every field's distinct values within a result set, so counts are exact.
SEGMENT_BUCKETS = 100_000

_COUNTED = {field.name for field in FIELDS if field.facet}
_INTEGERS = {field.name for field in FIELDS if field.kind == "integer"}

Counts = Mapping[str, tuple[FacetCount, ...]]


def count_facets(matching: Matching, requests: Sequence[FacetRequest], *, selected: frozenset[str]) -> Counts:
    """Counts of every request; those whose group has no filter share one pass over the result set.

    A pass is remembered by what it counted, so that a page with another filter of the same group does not repeat it.
    """
    result: dict[str, tuple[FacetCount, ...]] = {}
    passes: dict[str | None, list[FacetRequest]] = {}
    for request in requests:
        _validate(request)
        passes.setdefault(request.group if request.group in selected else None, []).append(request)
    for group, together in passes.items():
        key = ("facets", matching.conditions_key(group), tuple(together))
        result.update(matching.snapshot.remember(key, partial(_one_pass, matching, group, tuple(together))))
    return {request.name: result[request.name] for request in requests}


def _one_pass(matching: Matching, group: str | None, requests: Sequence[FacetRequest]) -> Counts:
    """One aggregation for all requests; only a price between the columns' bounds needs a look of its own."""
    snapshot, axis, query = matching.snapshot, matching.axis, matching.whole(group)
    wanted: dict[str, Any] = {}
    for request in requests:
        if not request.edges and not request.prefix:
            wanted[request.name] = _terms(request.field, request.size)
        elif request.edges and (request.field != "price" or axis.exact):
            column, last = (axis.low, NO_PRICE_FEN) if request.field == "price" else (request.field, None)
            wanted[request.name] = ranges(column, request.edges, last=last)
    for field in {request.field for request in requests if request.prefix and not request.edges}:
        starts = [request.prefix for request in requests if request.field == field and request.prefix]
        wanted[f"prefixes of {field}"] = _prefixed(field, starts)
    found = snapshot.searcher.aggregate(query, wanted) if wanted else {}
    result = {}
    for request in requests:
        if not request.edges:
            result[request.name] = _ordered(
                found[f"prefixes of {request.field}" if request.prefix else request.name], request
            )
        elif request.name in wanted:
            result[request.name] = _labelled(request, counts_of(found[request.name], request.edges))
        else:
            result[request.name] = _labelled(request, undecided_counts(snapshot, query, request.edges, axis))
    return result


def _terms(field: str, size: int) -> dict[str, Any]:
    return {"terms": {"field": field, "size": size, "segment_size": SEGMENT_BUCKETS}}


def _prefixed(field: str, prefixes: Sequence[str]) -> dict[str, Any]:
    # One pass over a field serves all prefixes asked of it: the pass is what costs, not the buckets.
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


def _labelled(request: FacetRequest, counts: Sequence[int]) -> tuple[FacetCount, ...]:
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
