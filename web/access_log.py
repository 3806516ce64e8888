"""One structured line a request; no query string, since what people search for is theirs."""

from __future__ import annotations

import time

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from web.asgi import on_start
from web.metrics import route_template

_log = structlog.get_logger("pifa.access")


class AccessLog:
    """Middleware; health checks and metrics go unlogged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(("/health/", "/metrics")):
            await self._app(scope, receive, send)
            return
        began, seen = time.perf_counter(), [500]
        try:
            await self._app(scope, receive, on_start(send, lambda _, status: seen.__setitem__(0, status)))
        finally:
            client = scope.get("client")
            _log.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                route=route_template(scope),
                status=seen[0],
                milliseconds=round((time.perf_counter() - began) * 1000, 2),
                client=client[0] if client else None,
                request_id=scope.get("state", {}).get("request_id"),
            )
