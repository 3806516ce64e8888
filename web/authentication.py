"""Who is calling: the credential becomes a ``Principal`` before any endpoint runs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from kernel.errors import PifaError
from kernel.principal import ANONYMOUS, Authenticator, Principal
from web.asgi import answer, request_of
from web.problem import problem_of, respond

bearer = HTTPBearer(auto_error=False, description="登录所得的令牌、公司的 API 密钥、OAuth2 令牌，或管理员密钥")


class Authentication:
    """Middleware. A wrong credential is refused on every path: it never makes a weaker caller. ``unless``: paths whose
    endpoints read the header themselves, as RFC 6749 has clients say who they are; their caller is ``ANONYMOUS``."""

    def __init__(self, app: ASGIApp, *, authenticator: Authenticator, unless: Collection[str] = ()) -> None:
        self._app = app
        self._authenticator = authenticator
        self._unless = frozenset(unless)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        authorization = Headers(scope=scope).get("authorization")
        principal = ANONYMOUS
        if authorization is not None and scope["path"] not in self._unless:
            try:
                principal = await run_in_threadpool(self._authenticator.authenticate, authorization=authorization)
            except PifaError as error:
                request = request_of(scope, receive)
                await answer(respond(request, problem_of(request, error)), scope, receive, send)
                return
        scope.setdefault("state", {})["principal"] = principal
        await self._app(scope, receive, send)


def caller_of(request: Request) -> Principal:
    """Who is calling, ``ANONYMOUS`` included."""
    principal: Principal = getattr(request.state, "principal", ANONYMOUS)
    return principal


# A dependency that waits for nothing is a coroutine: FastAPI hands all others to a thread, which takes longer than
# they do, and a request has six.
async def caller(request: Request) -> Principal:
    """Dependency: who is calling, ``ANONYMOUS`` included."""
    return caller_of(request)


async def administrator(
    request: Request, _credential: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]
) -> Principal:
    """Dependency: the administrator; anybody else is refused (401 without a credential, 403 with another one)."""
    principal = caller_of(request)
    principal.require("admin")
    return principal


Caller = Annotated[Principal, Depends(caller)]
Administrator = Annotated[Principal, Depends(administrator)]
