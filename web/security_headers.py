"""Headers that keep a browser from doing what a page never asked for."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from web.asgi import on_start

HSTS_SECONDS = 31_536_000  # a year, what browsers' preload lists ask for


class SecurityHeaders:
    """Middleware; an endpoint that sets one of these itself keeps its own."""

    def __init__(self, app: ASGIApp, *, content_security_policy: str, https: bool) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": content_security_policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "X-Frame-Options": "DENY",
        }
        if https:
            self._headers["Strict-Transport-Security"] = f"max-age={HSTS_SECONDS}; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, on_start(send, self._add))

    def _add(self, headers: MutableHeaders, _status: int) -> None:
        for name, value in self._headers.items():
            headers.setdefault(name, value)
