"""``GET /api/v1/recommend/similar/{offer_id}`` and ``/api/v1/recommend/same-item/{offer_id}``."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from search_api.http.examples import RECOMMEND_EXAMPLE
from search_api.http.schemas import ATTRIBUTES, documented, json_answer, kept_by
from search_api.parameters import PARAMETERS, ParameterInvalid, parse_search
from search_api.recommend.results import Recommendations
from search_api.recommend.service import RecommendService
from search_api.requests import SearchRequest
from web.access import ANYONE, only
from web.authentication import Caller
from web.language import ReadersLanguage
from web.routing import PrefixedRouter

# A recommendation is a filtered neighbourhood of a listing: it has no words, no order of its own choosing, no pages.
NOT_TAKEN = ("q", "sort", "cursor", "explain", "repair")


def recommend_router(service: RecommendService) -> APIRouter:
    """Both take the filters of search, ``quantity`` and ``size``."""
    router = PrefixedRouter(prefix="/api/v1/recommend", tags=["推荐"], dependencies=[only(ANYONE)])

    shared: dict[str, Any] = {
        "response_class": Response,
        "openapi_extra": {"parameters": [*documented(p for p in PARAMETERS if p.name not in NOT_TAKEN), ATTRIBUTES]},
        "responses": {200: json_answer(Recommendations, example=RECOMMEND_EXAMPLE)},
    }

    @router.get("/similar/{offer_id}", summary="相似货源", **shared)
    def similar(offer_id: str, request: Request, principal: Caller, language: ReadersLanguage) -> Response:
        answer = service.similar(offer_id, _request(request), company_id=principal.company_id, language=language)
        return Response(orjson.dumps(answer), media_type="application/json", headers=kept_by(principal, language))

    @router.get("/same-item/{offer_id}", summary="同款货源，按采购数量的单价从低到高", **shared)
    def same_item(offer_id: str, request: Request, principal: Caller, language: ReadersLanguage) -> Response:
        answer = service.same_item(offer_id, _request(request), company_id=principal.company_id, language=language)
        return Response(orjson.dumps(answer), media_type="application/json", headers=kept_by(principal, language))

    return router


def _request(request: Request) -> SearchRequest:
    items = request.query_params.multi_items()
    for name, _ in items:
        if name in NOT_TAKEN:
            raise ParameterInvalid(f"推荐不接受参数 {name}", parameter=name)
    return parse_search(items)
