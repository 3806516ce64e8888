"""One structured line a request; no query string, since what people search for is theirs, and no whole address."""

from __future__ import annotations

import ipaddress
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
                network=network_of(client[0]) if client else None,
                request_id=scope.get("state", {}).get("request_id"),
            )


def network_of(address: str) -> str | None:
    """The network that an address is in: enough to tell an attack from a crowd, too little to tell a person. /24 is
    what one site has, and /48 what a provider gives one of IPv6; None for what is no address (a socket's name)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    return str(ipaddress.ip_network((address, 24 if parsed.version == 4 else 48), strict=False))
