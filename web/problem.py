"""Every error as RFC 9457 problem+json, through one table."""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kernel.errors import Conflict, Denied, Invalid, NotFound, PifaError, Unavailable
from web.language import language_of
from web.translation import told, told_facts
from web.validation import explain

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 2  # about how long a locked record or a reopening index takes

# The table: kind -> status, and the codes within a kind for which HTTP has a word of its own.
STATUS_OF_KIND: dict[type[PifaError], int] = {Invalid: 400, NotFound: 404, Denied: 403, Conflict: 409, Unavailable: 503}
STATUS_OF_CODE: dict[str, int] = {
    "wrong_credential": 401,
    "version_mismatch": 412,
    "body_too_large": 413,
    "picture_too_large": 413,
    "document_too_large": 413,
    "address_too_long": 414,
    "idempotency_key_reused": 422,
    "version_required": 428,
    "rate_limited": 429,
}

TITLES: dict[int, str] = {
    400: "请求有误",
    401: "需要身份凭证",
    403: "没有权限",
    404: "没有找到",
    405: "不支持这个方法",
    406: "没有可接受的格式",
    409: "与现状冲突",
    412: "版本已变化",
    413: "请求体过大",
    414: "网址过长",
    415: "不支持的内容类型",
    422: "请求无法处理",
    428: "缺少版本条件",
    429: "请求过于频繁",
    500: "服务器出错",
    503: "暂时不可用",
}

_log = structlog.get_logger("pifa.web")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An error as it was raised, in Chinese; ``told`` is for a reader. ``extra`` are facts that help to mend it."""

    status: int
    title: str
    detail: str
    code: str
    instance: str
    parameter: str | None = None
    request_id: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)

    def told(self, language: str) -> Problem:
        """The problem in the reader's language, with the sentences among its facts."""
        return replace(
            self,
            title=told(self.title, language),
            detail=told(self.detail, language),
            extra=told_facts(self.extra, language),
        )

    def body(self) -> bytes:
        """RFC 9457 JSON. ``type`` names the code, relative to nothing that must exist."""
        document: dict[str, object] = {
            **{name: value for name, value in self.extra.items() if name not in _MEMBERS},
            "type": f"urn:pifa:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": self.instance,
            "code": self.code,
        }
        if self.parameter is not None:
            document["parameter"] = self.parameter
        if self.request_id:
            document["request_id"] = self.request_id
        return orjson.dumps(document, default=str)


_MEMBERS = frozenset({"type", "title", "status", "detail", "instance", "code", "parameter", "request_id"})

# How a browser is answered; None leaves it problem+json.
ErrorPage = Callable[[Request, Problem], Response | None]


def status_of(error: PifaError) -> int:
    """The HTTP status of an error of the kernel."""
    if error.code in STATUS_OF_CODE:
        return STATUS_OF_CODE[error.code]
    if isinstance(error, Denied) and error.detail.get("anonymous"):
        return 401
    return next((status for kind, status in STATUS_OF_KIND.items() if isinstance(error, kind)), 500)


def problem_of(request: Request, error: PifaError) -> Problem:
    """The problem that tells ``error`` to the caller of ``request``."""
    extra = {name: value for name, value in error.detail.items() if name != "anonymous"}
    detail, shown = _without_places(error.message), _facts_without_places(extra)
    if detail != error.message or shown != extra:
        _log.warning("problem_names_a_place", code=error.code, detail=error.message, facts=extra)
    return _problem(request, status_of(error), detail=detail, code=error.code, parameter=error.parameter, extra=shown)


# Where something lies on this machine: for the operator's log, and nobody else's business. An address of this site is
# none: it does not begin with a folder that is here.
_PLACE = re.compile(r"(?<![\w:/.])(?:/[^\s/，。；：（）“”'\"]+){2,}/?|\b[A-Za-z]:\\\\?[^\s，。；：（）“”'\"]+")
_PLACE_HIDDEN = "…"


def _without_places(text: str) -> str:
    return _PLACE.sub(_hidden, text)


def _hidden(found: re.Match[str]) -> str:
    place = found[0]
    here = not place.startswith("/") or os.path.isdir("/" + place.split("/")[1])
    return _PLACE_HIDDEN if here else place


def _facts_without_places(facts: Mapping[str, object]) -> dict[str, object]:
    """Without what is a path: a fact that is one is left out, one that names one says so with dots."""
    shown: dict[str, object] = {}
    for name, value in facts.items():
        if isinstance(value, PurePath) or (isinstance(value, str) and _without_places(value) == _PLACE_HIDDEN):
            continue
        if isinstance(value, str):
            shown[name] = _without_places(value)
        elif isinstance(value, Mapping):
            shown[name] = _facts_without_places(value)
        elif isinstance(value, list | tuple):
            shown[name] = [_without_places(each) if isinstance(each, str) else each for each in value]
        else:
            shown[name] = value
    return shown


def respond(request: Request, problem: Problem, *, headers: Mapping[str, str] | None = None) -> Response:
    """The response for a problem: a page where the application has one and a browser asks (in the language of its
    pages), else JSON in the language that the caller prefers."""
    page: ErrorPage | None = getattr(request.app.state, "error_page", None) if "app" in request.scope else None
    response = page(request, problem) if page is not None and _wants_page(request) else None
    if response is None:
        language = language_of(request.headers.get("accept-language"))
        response = Response(problem.told(language).body(), status_code=problem.status, media_type=MEDIA_TYPE)
        response.headers["Content-Language"] = language
        response.headers.add_vary_header("Accept-Language")
    response.headers.update(headers or {})
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="pifa"'
    if problem.status in (429, 503):
        response.headers.setdefault("Retry-After", str(problem.extra.get("retry_after", RETRY_AFTER_SECONDS)))
    response.headers["Cache-Control"] = "no-store"
    return response


def install_problems(app: FastAPI) -> None:
    """Make every error of ``app`` a problem."""

    async def of_kernel(request: Request, error: Exception) -> Response:
        assert isinstance(error, PifaError)  # noqa: S101 - the registration below says so
        return respond(request, problem_of(request, error))

    async def of_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        first, every = explain(error.errors())
        problem = _problem(
            request, 400, detail=first.reason, code="invalid", parameter=first.parameter, extra={"errors": every}
        )
        return respond(request, problem)

    async def of_framework(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        status = 400 if error.status_code == 422 else error.status_code
        detail = _FRAMEWORK_DETAILS.get(status, _title(status))
        problem = _problem(request, status, detail=detail, code=_FRAMEWORK_CODES.get(status, "http_error"))
        return respond(request, problem, headers=error.headers)

    handlers: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
        PifaError: of_kernel,
        RequestValidationError: of_validation,
        HTTPException: of_framework,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def unexpected(request: Request, error: BaseException) -> Response:
    """The answer to a bug: says nothing of the inside, but an id under which the log has all of it."""
    problem = _problem(request, 500, detail="服务器内部出错，请凭请求编号联系管理员", code="internal_error")
    _log.error("unexpected_error", request_id=problem.request_id, path=request.url.path, exc_info=error)
    return respond(request, problem)


_FRAMEWORK_CODES = {400: "invalid", 401: "denied", 403: "denied", 404: "not_found", 405: "method_not_allowed"}
_FRAMEWORK_DETAILS = {
    400: "请求体无法读取",
    404: "没有这个地址",
    405: "这个地址不支持这个方法",
}


def _problem(
    request: Request,
    status: int,
    *,
    detail: str,
    code: str,
    parameter: str | None = None,
    extra: Mapping[str, object] | None = None,
) -> Problem:
    return Problem(
        status=status,
        title=_title(status),
        detail=detail,
        code=code,
        instance=request.url.path,
        parameter=parameter,
        request_id=request.scope.get("state", {}).get("request_id", ""),
        extra=extra or {},
    )


def _title(status: int) -> str:
    """The fixed title of a status."""
    return TITLES.get(status, TITLES[500 if status >= 500 else 400])


def _wants_page(request: Request) -> bool:
    """A browser that navigates says text/html first; API clients and fetches do not."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
