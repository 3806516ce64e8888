"""Disjunctive facets: each counted over the result set with its own filters left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from kernel.errors import Invalid
from search_engine.embedded.mapping import numbers_field
from search_engine.embedded.matching import Matching
from search_engine.embedded.prices import counts_of, ranges, undecided_counts
from search_engine.embedded.values import ValueReader
from search_engine.plan import FacetRequest
from search_engine.port import FacetCount
from search_engine.schema import FIELDS, NO_PRICE_FEN

# Values that each segment hands up: above every field's distinct values within a result set, so counts are exact.
BUCKETS_MAX = 100_000

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
    wanted: dict[str, Any] = {
        f"values of {field}": _terms(field, [request for request in requests if request.field == field])
        for field in {request.field for request in requests if not request.edges}
    }
    for request in requests:
        if request.edges and (request.field != "price" or axis.exact):
            column, last = (axis.low, NO_PRICE_FEN) if request.field == "price" else (request.field, None)
            wanted[request.name] = ranges(column, request.edges, last=last)
    found = snapshot.searcher.aggregate(query, wanted) if wanted else {}
    result = {}
    for request in requests:
        if not request.edges:
            result[request.name] = _commonest(found[f"values of {request.field}"]["buckets"], request, snapshot.values)
        elif request.name in wanted:
            result[request.name] = _labelled(request, counts_of(found[request.name], request.edges))
        else:
            result[request.name] = _labelled(request, undecided_counts(snapshot, query, request.edges, axis))
    return result


def _terms(field: str, requests: Sequence[FacetRequest]) -> dict[str, Any]:
    """One pass over a field serves all requests for it. A prefix may be of rare values, so it asks for all of them;
    otherwise only what is shown is handed over, since that costs more than the counting."""
    size = BUCKETS_MAX if any(request.prefix for request in requests) else max(request.size for request in requests)
    return {"terms": {"field": numbers_field(field), "size": size, "segment_size": BUCKETS_MAX}}


def _commonest(
    buckets: Sequence[Mapping[str, Any]], request: FacetRequest, values: ValueReader
) -> tuple[FacetCount, ...]:
    """The most frequent values, ties by value; buckets come with the most frequent first."""
    if request.prefix:
        named = ((-bucket["doc_count"], values[int(bucket["key"])]) for bucket in buckets)
        counts = sorted((count, value) for count, value in named if value.startswith(request.prefix))[: request.size]
    else:
        counts = sorted((-bucket["doc_count"], values[int(bucket["key"])]) for bucket in buckets[: request.size])
    return tuple(FacetCount(value=value, count=-count) for count, value in counts)


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
    elif not 1 <= request.size <= BUCKETS_MAX:
        raise Invalid(f"统计的个数必须在 1 到 {BUCKETS_MAX} 之间", parameter=request.name)
