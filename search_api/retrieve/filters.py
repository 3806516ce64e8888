"""Request filters to plan filters; each knows the facet group that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from search_api.requests import SearchRequest
from search_api.understand.understanding import Understanding
from search_engine.plan import Filter, PriceFilter, RangeFilter, TermFilter
from search_engine.schema import FLAGS


def plan_filters(request: SearchRequest, understanding: Understanding) -> tuple[Filter, ...]:
    """Everything that must hold, in a fixed order (equal requests give equal plans)."""
    return tuple(_filters(request, understanding))


def _filters(request: SearchRequest, understanding: Understanding) -> Iterator[Filter]:
    for name, values in (("category", request.category), ("region", request.region), ("supplier", request.supplier)):
        if values:
            yield TermFilter(field=name, values=tuple(sorted(set(values))), group=name)
    for flag in FLAGS:
        wanted = request.flags.get(flag)
        if wanted is not None:
            yield TermFilter(field="flag", values=(flag if wanted else f"not_{flag}",), group=flag)
    if request.moq_max is not None:
        yield RangeFilter(field="moq", low=None, high=request.moq_max, group="moq_max")
    if request.dispatch_hours_max is not None:
        yield RangeFilter(field="dispatch_hours", low=None, high=request.dispatch_hours_max, group="dispatch_hours_max")
    if understanding.price_min_fen is not None or understanding.price_max_fen is not None:
        yield PriceFilter(low_fen=understanding.price_min_fen, high_fen=understanding.price_max_fen)
    for key in sorted(request.attributes):
        values = tuple(sorted({f"{key}={value}" for value in request.attributes[key]}))
        yield TermFilter(field="attribute", values=values, group=f"attr.{key}")
