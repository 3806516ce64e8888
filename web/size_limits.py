"""Bodies and query strings have a length beyond which nothing honest comes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kernel.errors import Invalid, PifaError
from web.asgi import answer, request_of
from web.problem import problem_of, respond

# A body that is refused is read away up to here, since many clients send all of it before they read an answer, and
# would find the connection reset: several pictures of a good camera. Beyond, or when it takes longer, it is cut off.
DRAINED_BYTES_MAX = 64 << 20
DRAINED_SECONDS_MAX = 20.0


class BodyTooLarge(Invalid):
    """The body is longer than any deed needs."""

    code = "body_too_large"


class QueryTooLong(Invalid):
    """The query string is longer than any search needs."""

    code = "address_too_long"


class SizeLimits:
    """Middleware. A declared length is refused at once; a streamed body as soon as it passes the limit."""

    def __init__(
        self, app: ASGIApp, *, body_bytes_max: int, query_bytes_max: int, larger_bodies: Mapping[str, int] | None = None
    ) -> None:
        self._app = app
        self._body_bytes_max = body_bytes_max
        self._larger_bodies = larger_bodies or {}
        self._query_bytes_max = query_bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if len(scope.get("query_string", b"")) > self._query_bytes_max:
            error = QueryTooLong(
                f"查询参数总长不能超过 {self._query_bytes_max} 字节", parameter=_longest(scope["query_string"])
            )
            await self._refuse(error, scope, receive, send)
            return
        body_bytes_max = self._larger_bodies.get(scope["path"], self._body_bytes_max)
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared[:18]) > body_bytes_max:
            waits = "100-continue" in headers.get("expect", "").lower()  # it sends nothing before it is asked to
            await self._refuse(_too_large(body_bytes_max), scope, receive, send if waits else _drained(receive, send))
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > body_bytes_max:
                    raise _too_large(body_bytes_max)
            return message

        await self._app(scope, counted, send)

    async def _refuse(self, error: PifaError, scope: Scope, receive: Receive, send: Send) -> None:
        request = request_of(scope, receive)
        await answer(respond(request, problem_of(request, error)), scope, receive, send)


def _drained(receive: Receive, send: Send) -> Send:
    """``send`` that ends the answer only once what the client is still sending has been read away."""

    async def wrapped(message: Message) -> None:
        if message["type"] != "http.response.body" or message.get("more_body"):
            await send(message)
            return
        await send({**message, "more_body": True})  # whoever reads while it sends learns at once
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAINED_SECONDS_MAX):
                await _read_away(receive)
        await send({"type": "http.response.body", "body": b""})

    return wrapped


async def _read_away(receive: Receive) -> None:
    left = DRAINED_BYTES_MAX
    while left > 0:
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body"):
            return
        left -= len(message.get("body", b""))


def _too_large(bytes_max: int) -> BodyTooLarge:
    return BodyTooLarge(f"一次最多发送 {size_text(bytes_max)}，请缩小文件", detail={"bytes_max": bytes_max})


def size_text(size_bytes: int) -> str:
    """As people say it, cut down to what surely passes: ``8 MB``, ``64 KB``, ``100 B``."""
    for unit, bits in (("MB", 20), ("KB", 10)):
        if size_bytes >> bits:
            return f"{size_bytes >> bits} {unit}"
    return f"{size_bytes} B"


def _longest(query_string: bytes) -> str:
    """The name of the parameter that takes the most room."""
    name = max(query_string.split(b"&"), key=len).partition(b"=")[0]
    return unquote_to_bytes(name).decode("utf-8", "replace")[:60]
