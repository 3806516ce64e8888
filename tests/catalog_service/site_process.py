"""The whole product as a process of the tests, one of whose answers may be held back: what a client meets whose server
dies after the commit and before the answer."""

from __future__ import annotations

import asyncio
import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from pifa.asgi import create_app as create_product

HOLD_BACK = b"hold-back"  # a request with this header gets no answer
HELD_NAME = "held-back.json"  # in the home: the answer that it would have got


class HeldBack:
    """Around the application, so that everything has been done when the answer comes to a stop."""

    def __init__(self, app: ASGIApp, path: Path) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or HOLD_BACK not in dict(scope["headers"]):
            await self._app(scope, receive, send)
            return
        body = b""

        async def keep(message: MutableMapping[str, Any]) -> None:
            nonlocal body
            body += message.get("body", b"")
            if message["type"] == "http.response.body" and not message.get("more_body"):
                part = self._path.with_suffix(".part")
                part.write_bytes(body)
                part.rename(self._path)
                await asyncio.Event().wait()

        await self._app(scope, receive, keep)


def create_app() -> HeldBack:
    """For ``uvicorn --factory``; the environment says which home and database."""
    return HeldBack(create_product(), Path(os.environ["PIFA_HOME"]) / HELD_NAME)
