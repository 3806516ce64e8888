"""A request and its understanding to one frozen plan."""

from __future__ import annotations

from search_api.requests import SearchRequest
from search_api.retrieve.facets import facet_requests
from search_api.retrieve.filters import plan_filters
from search_api.retrieve.lexical import lexical_query
from search_api.retrieve.matching import Matching
from search_api.understand.understanding import Understanding
from search_engine.plan import Plan, VectorQuery

WINDOW = 200  # candidates that the ranking layer sees at once: ten pages, and the depth of the measured engine figures
VECTOR_HITS_MAX = 200  # listings that meaning alone may add; the design's V


def make_plan(
    request: SearchRequest,
    understanding: Understanding,
    *,
    matching: Matching,
    vector_floor: float,
    offset: int,
    limit: int,
    with_facets: bool,
) -> Plan:
    """The plan of one window of results. Facets belong to the first page only: later pages repeat its counts."""
    lexical = lexical_query(understanding.analysis, rules=matching.rules)
    vector = None
    if understanding.vector is not None and lexical is not None:
        vector = VectorQuery(vector=understanding.vector, floor=vector_floor, limit=VECTOR_HITS_MAX)
    return Plan(
        lexical=lexical,
        vector=vector,
        filters=plan_filters(request, understanding),
        facets=facet_requests(request) if with_facets else (),
        sort=request.sort,
        quantity=understanding.quantity,
        offset=offset,
        limit=limit,
        weights=matching.weights,
    )
