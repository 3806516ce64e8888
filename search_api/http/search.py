"""``GET /api/v1/search``."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter

from search_api.http.examples import SEARCH_EXAMPLE
from search_api.http.schemas import inlined
from search_api.parameters import PARAMETERS, Parameter, parse_search
from search_api.results import SearchResponse
from search_api.service import SearchService

_SCHEMAS = {"text": {"type": "string"}, "integer": {"type": "integer", "minimum": 0}, "flag": {"type": "boolean"}}
_SORTS = {"type": "string", "enum": ["relevance", "price", "sales", "newest"]}


def search_router(service: SearchService) -> APIRouter:
    """The search endpoint. The body is serialised as it stands: a response model would check every hit again."""
    router = APIRouter(prefix="/api/v1", tags=["search"])

    @router.get(
        "/search",
        summary="搜索货源",
        description=(
            "同一筛选重复出现为“或”，不同筛选之间为“且”。"
            "属性筛选写作 `attr.<属性编号>=<值>`，如 `attr.material=304不锈钢`。"
        ),
        openapi_extra={"parameters": [_documented(parameter) for parameter in PARAMETERS]},
        responses={200: {"content": {"application/json": {"schema": _schema(), "example": SEARCH_EXAMPLE}}}},
        response_class=Response,
    )
    def search(request: Request) -> Response:
        answer = service.search(parse_search(request.query_params.multi_items()))
        return Response(orjson.dumps(answer), media_type="application/json")

    return router


def _schema() -> dict[str, Any]:
    """The response's JSON schema with its parts inline, so that it stands alone in the document."""
    return inlined(TypeAdapter(SearchResponse).json_schema())


def _documented(parameter: Parameter) -> dict[str, Any]:
    schema = _SORTS if parameter.kind == "sort" else _SCHEMAS[parameter.kind]
    entry: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.description,
        "schema": {"type": "array", "items": schema} if parameter.repeated else schema,
    }
    if parameter.example is not None:
        entry["example"] = [parameter.example] if parameter.repeated else parameter.example
    return entry
