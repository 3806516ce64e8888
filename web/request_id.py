"""Every request has an id: the caller's own where it is a sane one, else a new one; it is answered and logged."""

from __future__ import annotations

import re
from collections.abc import Callable

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from web.asgi import on_start

HEADER = "X-Request-Id"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,63}")


class RequestIds:
    """Middleware. ``new_id`` is called where the caller brings none (or one that does not fit a log line)."""

    def __init__(self, app: ASGIApp, *, new_id: Callable[[], str]) -> None:
        self._app = app
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        request_id = given if _SANE.fullmatch(given) else self._new_id()
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            await self._app(scope, receive, on_start(send, lambda headers, _: headers.update({HEADER: request_id})))
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
