"""The application that every door is mounted on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import uuid_utils
from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from kernel.principal import Authenticator
from web.access_log import AccessLog
from web.authentication import Authentication
from web.health import ReadinessCheck, health_router
from web.last_resort import LastResort
from web.metrics import Gauge, Measured, RequestMetrics
from web.openapi import describe
from web.options import WebOptions
from web.problem import MEDIA_TYPE, ErrorPage, install_problems
from web.rate_limits import RateLimits
from web.reader import Readers
from web.request_id import RequestIds
from web.security_headers import SecurityHeaders
from web.size_limits import SizeLimits

GZIP_LEVEL = 5  # within 3 % of the best size on our JSON at a third of its time


def new_request_id() -> str:
    """A random id that sorts by time (UUID version 7)."""
    return uuid_utils.uuid7().hex


def build_app(
    *,
    title: str,
    routers: Iterable[APIRouter],
    authenticator: Authenticator,
    options: WebOptions,
    readiness: Mapping[str, ReadinessCheck] | None = None,
    gauges: Sequence[Gauge] = (),
    error_page: ErrorPage | None = None,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
    new_id: Callable[[], str] = new_request_id,
) -> FastAPI:
    """A FastAPI application with the routers and everything that doors share.

    ``error_page`` answers a navigating browser outside ``/api/`` with a page (or None for problem+json).
    ``readiness``: name -> check for ``/health/ready``. ``gauges``: values for ``/metrics`` beside the requests.
    """
    app = FastAPI(
        title=title,
        version=options.version,
        lifespan=lifespan,
        openapi_url=None,  # ``describe`` answers there, in the reader's language
        docs_url=None,  # its page loads scripts from elsewhere, which our content policy forbids
        redoc_url=None,
        responses=_PROBLEM_RESPONSES,
    )
    app.state.error_page = error_page
    describe(app)
    metrics = RequestMetrics(options.metrics_directory, gauges)
    app.include_router(health_router(checks=readiness or {}, metrics=metrics))
    for router in routers:
        app.include_router(router)
    install_problems(app)
    _wrap(app, authenticator=authenticator, options=options, metrics=metrics, new_id=new_id)
    return app


def _wrap(
    app: FastAPI,
    *,
    authenticator: Authenticator,
    options: WebOptions,
    metrics: RequestMetrics,
    new_id: Callable[[], str],
) -> None:
    """From the inside out: what is added last sees the request first."""
    app.add_middleware(LastResort)
    if options.rate_limit is not None:
        app.add_middleware(RateLimits, limit=options.rate_limit)
    app.add_middleware(Authentication, authenticator=authenticator, unless=options.own_authentication)
    app.add_middleware(
        SizeLimits,
        body_bytes_max=options.body_bytes_max,
        query_bytes_max=options.query_bytes_max,
        larger_bodies=options.larger_bodies,
    )
    app.add_middleware(Readers)
    app.add_middleware(LastResort)  # once more, for what the middlewares themselves raise
    app.add_middleware(GZipMiddleware, minimum_size=options.gzip_bytes_min, compresslevel=GZIP_LEVEL)
    app.add_middleware(SecurityHeaders, content_security_policy=options.content_security_policy, https=options.https)
    app.add_middleware(Measured, metrics=metrics)
    if options.access_log:
        app.add_middleware(AccessLog)
    app.add_middleware(RequestIds, new_id=new_id)


_PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "parameter": {"type": "string"},
        "request_id": {"type": "string"},
    },
}
_PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "出错（RFC 9457）",
        "content": {
            MEDIA_TYPE: {
                "schema": _PROBLEM_SCHEMA,
                "example": {
                    "type": "urn:pifa:problem:unknown_parameter",
                    "title": "请求有误",
                    "status": 400,
                    "detail": "不认识的参数“qauntity”，是不是 quantity？",
                    "instance": "/api/v1/search",
                    "code": "unknown_parameter",
                    "parameter": "qauntity",
                },
            }
        },
    }
}
