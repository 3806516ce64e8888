"""Disjunctive facets: each counted over the result set with its own filters left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from kernel.errors import Invalid
from search_engine.embedded.mapping import TOGETHER, numbers_field
from search_engine.embedded.matching import Matching
from search_engine.embedded.prices import counts_of, prices_of, ranges, undecided_counts
from search_engine.embedded.snapshot import Hits
from search_engine.embedded.values import ValueReader
from search_engine.plan import FacetRequest
from search_engine.port import FacetCount
from search_engine.schema import FIELDS, NO_PRICE_FEN

# Values that each segment hands up: above every field's distinct values within a result set, so counts are exact.
BUCKETS_MAX = 100_000

INTEGER_END = 1 << 62  # above every value of an integer field

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
    """All requests over one result set: a small one is counted row by row, a large one by the text index."""
    named = matching.named(group)
    if named is not None:
        return _count_rows(matching, named, requests)
    return _count_columns(matching, group, requests)


def _count_rows(matching: Matching, hits: Hits, requests: Sequence[FacetRequest]) -> Counts:
    snapshot = matching.snapshot
    numbers = snapshot.facets.numbers(hits.rows)
    result = {}
    for request in requests:
        if request.edges:
            result[request.name] = _labelled(request, _histogram(matching, hits, request))
        else:
            found, counts = np.unique(numbers[request.field], return_counts=True)
            order = np.argsort(-counts, kind="stable")
            pairs = zip(found[order].tolist(), counts[order].tolist(), strict=True)
            result[request.name] = _commonest(list(pairs), request, snapshot.values)
    return result


def _histogram(matching: Matching, hits: Hits, request: FacetRequest) -> list[int]:
    if request.field == "price":
        values, last = prices_of(matching.snapshot, hits, matching.axis), NO_PRICE_FEN
    else:
        values, last = matching.snapshot.column(request.field, hits.addresses), INTEGER_END
    # numpy closes the last bin; no value reaches its end.
    counts: list[int] = np.histogram(values, bins=np.array([*request.edges, last - 1], dtype=np.int64))[0].tolist()
    return counts


def _count_columns(matching: Matching, group: str | None, requests: Sequence[FacetRequest]) -> Counts:
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
            buckets = found[f"values of {request.field}"]["buckets"]
            pairs = [(int(bucket["key"]), bucket["doc_count"]) for bucket in buckets]
            result[request.name] = _commonest(pairs, request, snapshot.values)
        elif request.name in wanted:
            result[request.name] = _labelled(request, counts_of(found[request.name], request.edges))
        else:
            result[request.name] = _labelled(request, undecided_counts(snapshot, query, request.edges, axis))
    return result


def _terms(field: str, requests: Sequence[FacetRequest]) -> dict[str, Any]:
    """One pass over a field serves all requests for it. All numbers are asked for where one stands for several values
    or a prefix may be of rare ones; otherwise only what is shown: handing it over costs more than the counting."""
    every = field in TOGETHER or any(request.prefix for request in requests)
    size = BUCKETS_MAX if every else max(request.size for request in requests)
    return {"terms": {"field": numbers_field(field), "size": size, "segment_size": BUCKETS_MAX}}


def _commonest(pairs: Sequence[tuple[int, int]], request: FacetRequest, values: ValueReader) -> tuple[FacetCount, ...]:
    """The most frequent values, ties by value. ``pairs`` are numbers and their counts, the most frequent first."""
    if request.field not in TOGETHER and not request.prefix:
        pairs = pairs[: request.size]
    counts: dict[str, int] = {}
    for number, count in pairs:
        for value in values[number]:
            if value.startswith(request.prefix):
                counts[value] = counts.get(value, 0) + count
    chosen = sorted((-count, value) for value, count in counts.items())[: request.size]
    return tuple(FacetCount(value=value, count=-count) for count, value in chosen)


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
