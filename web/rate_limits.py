"""How often one caller may ask, when the deployment says so (``WebOptions.rate_limit``)."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from kernel.errors import Unavailable
from kernel.principal import Principal
from web.asgi import answer, on_start, request_of
from web.problem import problem_of, respond

UNLIMITED_PREFIXES = ("/health/", "/metrics", "/static/")  # probes and assets must not eat a person's allowance


class RateLimited(Unavailable):
    """The caller has used its allowance up."""

    code = "rate_limited"


class RateLimits:
    """Middleware: a moving window a caller (member when signed in, else address), counted in this process.

    Headers as the IETF draft names them: RateLimit-Policy, RateLimit-Limit, -Remaining, -Reset (seconds).
    """

    def __init__(self, app: ASGIApp, *, limit: str) -> None:
        self._app = app
        self._item: RateLimitItem = parse(limit)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(UNLIMITED_PREFIXES):
            await self._app(scope, receive, send)
            return
        who = _who(scope)
        allowed = self._limiter.hit(self._item, who)
        window = self._limiter.get_window_stats(self._item, who)
        reset = max(1, math.ceil(window.reset_time - time.time()))
        headers = {
            "RateLimit-Policy": f"{self._item.amount};w={self._item.get_expiry()}",
            "RateLimit-Limit": str(self._item.amount),
            "RateLimit-Remaining": str(max(window.remaining, 0)),
            "RateLimit-Reset": str(reset),
        }
        if not allowed:
            request = request_of(scope, receive)
            problem = problem_of(
                request, RateLimited(f"请求过于频繁，请 {reset} 秒后再试", detail={"retry_after": reset})
            )
            response = respond(request, problem, headers={**headers, "Retry-After": str(reset)})
            await answer(response, scope, receive, send)
            return

        def add(response_headers: MutableHeaders, _status: int) -> None:
            response_headers.update(headers)

        await self._app(scope, receive, on_start(send, add))


def _who(scope: Scope) -> str:
    principal: Principal | None = scope.get("state", {}).get("principal")
    if principal is not None and not principal.anonymous:
        return f"member:{principal.company_id or ''}:{principal.member_id or ''}"
    client = scope.get("client")
    return f"address:{client[0] if client else 'unknown'}"
