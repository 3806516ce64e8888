"""Which facets a search asks for."""

from __future__ import annotations

from collections.abc import Iterator

from search_api.requests import SearchRequest
from search_engine.plan import FacetRequest

# A 1-2-5 ladder in yuan: steps that read well and that wholesale prices fall into evenly on a logarithmic scale.
PRICE_EDGES_FEN: tuple[int, ...] = tuple(
    int(100 * step) for step in (0, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 20000, 100000)
)
CATEGORY_VALUES = 200  # the commonest ids of all three levels; the page shows forty of one level
REGION_VALUES = 60  # provinces and their larger cities
ATTRIBUTE_VALUES = 200  # about 20 attributes of ten values; the page shows the eight best attributes


def facet_requests(request: SearchRequest) -> tuple[FacetRequest, ...]:
    """The facets of every search, plus one for each attribute that is filtered by (so that it counts disjunctively)."""
    return tuple(_facets(request))


def _facets(request: SearchRequest) -> Iterator[FacetRequest]:
    yield FacetRequest(name="category", field="category", group="category", size=CATEGORY_VALUES)
    yield FacetRequest(name="region", field="region", group="region", size=REGION_VALUES)
    yield FacetRequest(name="flag", field="flag", group="flag", size=20)
    yield FacetRequest(name="price", field="price", group="price", size=len(PRICE_EDGES_FEN), edges=PRICE_EDGES_FEN)
    yield FacetRequest(name="attribute", field="attribute", group="attribute", size=ATTRIBUTE_VALUES)
    for flag in sorted(request.flags):
        yield FacetRequest(name=f"flag:{flag}", field="flag", group=flag, size=20, prefix=flag)
    for key in sorted(request.attributes):
        yield FacetRequest(name=f"attr.{key}", field="attribute", group=f"attr.{key}", size=50, prefix=f"{key}=")
