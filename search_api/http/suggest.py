"""``GET /api/v1/suggest``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from fastapi import APIRouter, Request, Response

from search_api.http.examples import SUGGEST_EXAMPLE
from search_api.http.schemas import json_answer
from search_api.parameters import IGNORED_PREFIX, ParameterInvalid, ParameterUnknown
from search_api.suggest.suggester import Suggester, Suggestion
from web.access import ANYONE, only
from web.routing import PrefixedRouter


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestAnswer:
    """What was typed and what it may become."""

    query: str
    suggestions: Sequence[Suggestion]


def suggest_router(suggester: Suggester) -> APIRouter:
    """Suggestions as ``{"query", "suggestions": [{text, matched, by, category_id, category}]}``."""
    router = PrefixedRouter(prefix="/api/v1", tags=["搜索"], dependencies=[only(ANYONE)])

    @router.get(
        "/suggest",
        summary="搜索建议：前缀、拼音、首字母",
        openapi_extra={
            "parameters": [
                {
                    "name": "q",
                    "in": "query",
                    "required": True,
                    "description": "已输入的文字、拼音或首字母",
                    "schema": {"type": "string"},
                    "example": "lianyiq",
                }
            ]
        },
        responses={200: json_answer(SuggestAnswer, example=SUGGEST_EXAMPLE)},
        response_class=Response,
    )
    def suggest(request: Request) -> Response:
        typed = _typed(request)
        answer = SuggestAnswer(query=typed, suggestions=suggester.suggest(typed))
        return Response(orjson.dumps(answer), media_type="application/json")

    return router


def _typed(request: Request) -> str:
    for name in request.query_params:
        if name != "q" and not name.startswith(IGNORED_PREFIX):
            raise ParameterUnknown(f"没有参数 {name[:50]}", parameter=name[:50])
    values = request.query_params.getlist("q")
    if len(values) != 1:
        raise ParameterInvalid("参数 q 必须出现一次", parameter="q")
    return values[0]
