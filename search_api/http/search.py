"""``GET /api/v1/search``."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request, Response

from search_api.http.examples import SEARCH_EXAMPLE
from search_api.http.schemas import ATTRIBUTES, documented, json_answer, kept_by
from search_api.parameters import PARAMETERS, parse_search
from search_api.results import SearchResponse
from search_api.service import SearchService
from web.access import ANYONE, only
from web.authentication import Caller
from web.language import ReadersLanguage
from web.routing import PrefixedRouter


def search_router(service: SearchService) -> APIRouter:
    """The search endpoint. The body is serialised as it stands: a response model would check every hit again."""
    router = PrefixedRouter(prefix="/api/v1", tags=["搜索"], dependencies=[only(ANYONE)])

    @router.get(
        "/search",
        summary="搜索货源",
        description=(
            "同一筛选重复出现为“或”，不同筛选之间为“且”。"
            "属性筛选写作 `attr.<属性编号>=<值>`，如 `attr.material=304不锈钢`。"
            "标签、说明随 Accept-Language（中文或英文），取值与标题不变。"
            "排序与筛选一律按公开价（`price_basis`）；以企业身份调用时，有专属价的货源另有 `own`。"
        ),
        openapi_extra={"parameters": [*documented(PARAMETERS), ATTRIBUTES]},
        responses={200: json_answer(SearchResponse, example=SEARCH_EXAMPLE)},
        response_class=Response,
    )
    def search(request: Request, principal: Caller, language: ReadersLanguage) -> Response:
        asked = parse_search(request.query_params.multi_items())
        answer = service.search(asked, company_id=principal.company_id, language=language)
        return Response(orjson.dumps(answer), media_type="application/json", headers=kept_by(principal, language))

    return router
