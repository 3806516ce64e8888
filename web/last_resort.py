"""Catches what nobody else did, so that a bug answers 500 as a problem and the connection lives."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kernel.errors import PifaError
from web.asgi import answer, request_of
from web.problem import problem_of, respond, unexpected


class LastResort:
    """Middleware just outside the routes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            if started:
                raise  # half a response is out; only cutting the connection tells the truth
            request = request_of(scope, receive)
            response = (
                respond(request, problem_of(request, error))
                if isinstance(error, PifaError)
                else unexpected(request, error)
            )
            await answer(response, scope, receive, send)
