"""Disjunctive facets: each counted over the result set with its own filters left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import partial

import numpy as np

from kernel.errors import Invalid
from search_engine.embedded.matching import ResultSet
from search_engine.embedded.prices import prices_of
from search_engine.embedded.snapshot import Snapshot
from search_engine.embedded.values import COUNTED, FieldValues
from search_engine.plan import FacetRequest
from search_engine.port import FacetCount
from search_engine.schema import FIELDS, NO_PRICE_FEN

VALUES_MAX = 100_000  # more values than any page or export shows of one facet
INTEGER_END = 1 << 62  # above every value of an integer field
# Rows whose numbers are read at a time: half a million numbers stay in the processor's cache.
CHUNK_ROWS = 32_768

_INTEGERS = {field.name for field in FIELDS if field.kind == "integer"}

Counts = Mapping[str, tuple[FacetCount, ...]]


def count_facets(found: ResultSet, requests: Sequence[FacetRequest]) -> Counts:
    """Counts of every request; those whose group has no filter share one pass over the result set.

    A pass is remembered by what it counted, so that later pages do not repeat it.
    """
    selected = {condition.group for condition in found.filters}
    result: dict[str, tuple[FacetCount, ...]] = {}
    passes: dict[str | None, list[FacetRequest]] = {}
    for request in requests:
        _validate(request)
        passes.setdefault(request.group if request.group in selected else None, []).append(request)
    for group, together in passes.items():
        key = ("facets", found.key_without(group), tuple(together))
        result.update(found.snapshot.answers.remember(key, partial(_one_pass, found, group, together)))
    return {request.name: result[request.name] for request in requests}


def _one_pass(found: ResultSet, group: str | None, requests: Sequence[FacetRequest]) -> Counts:
    rows = found.rows(group)
    by_number = _count_numbers(found.snapshot, rows, {request.field for request in requests if not request.edges})
    return {
        request.name: _histogram(request, *_integers(found, rows, request.field))
        if request.edges
        else _commonest(request, found.snapshot, by_number)
        for request in requests
    }


def _count_numbers(snapshot: Snapshot, rows: np.ndarray, fields: Set[str]) -> np.ndarray:
    """How many of the rows have each value number of these fields, int64; perhaps of others too."""
    counts = np.zeros(len(snapshot.values), dtype=np.int64)
    field = next(iter(fields)) if len(fields) == 1 else None
    for start in range(0, len(rows) if fields else 0, CHUNK_ROWS):
        numbers, _ = snapshot.facets.numbers(rows[start : start + CHUNK_ROWS], field)
        counts += np.bincount(numbers, minlength=len(counts))
    return counts


def _integers(found: ResultSet, rows: np.ndarray, field: str) -> tuple[np.ndarray, int]:
    """The values of a field, or the prices, and a number beyond all of them."""
    if field == "price":
        return prices_of(found.snapshot, rows, found.axis), NO_PRICE_FEN
    return found.snapshot.columns.read(field, rows), INTEGER_END


def _commonest(request: FacetRequest, snapshot: Snapshot, by_number: np.ndarray) -> tuple[FacetCount, ...]:
    """The most frequent values, ties by value, also where they are cut off."""
    known = snapshot.values.of(request.field)
    counts = known.counts(by_number)
    if request.prefix:
        counts = counts * _beginning(snapshot, request, known)
    there = np.flatnonzero(counts)
    if len(there) > request.size:
        least = np.partition(counts[there], -request.size)[-request.size]
        there = there[counts[there] >= least]
    counted = zip(there.tolist(), counts[there].tolist(), strict=True)
    pairs = sorted((-count, known.values[value]) for value, count in counted)
    return tuple(FacetCount(value=value, count=-count) for count, value in pairs[: request.size])


def _beginning(snapshot: Snapshot, request: FacetRequest, known: FieldValues) -> np.ndarray:
    """Bool by value: which ones begin with the prefix."""

    def find() -> np.ndarray:
        return np.array([value.startswith(request.prefix) for value in known.values], dtype=bool)

    return snapshot.answers.remember(("prefix", request.field, request.prefix, len(known.values)), find)


def _histogram(request: FacetRequest, values: np.ndarray, last: int) -> tuple[FacetCount, ...]:
    # numpy closes the last bin; no value reaches its end.
    counts = np.histogram(values, bins=np.array([*request.edges, last - 1], dtype=np.int64))[0].tolist()
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
    elif request.field not in COUNTED:
        raise Invalid(f"字段 {request.field} 不能统计", parameter=request.name)
    elif not 1 <= request.size <= VALUES_MAX:
        raise Invalid(f"统计的个数必须在 1 到 {VALUES_MAX} 之间", parameter=request.name)
