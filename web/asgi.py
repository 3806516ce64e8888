"""Small tools for middleware written straight on ASGI: no task groups, no copies of bodies."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send


def on_start(send: Send, change: Callable[[MutableHeaders, int], None]) -> Send:
    """``send`` that lets ``change(headers, status)`` at the response's head before it goes out."""

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            change(MutableHeaders(scope=message), message["status"])
        await send(message)

    return wrapped


async def answer(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a whole response from inside a middleware."""
    await response(scope, receive, send)


def request_of(scope: Scope, receive: Receive) -> Request:
    """The request of a scope, with its ``state`` in place."""
    scope.setdefault("state", {})
    return Request(scope, receive)
