"""``/api/v1/oauth/token``: client credentials (RFC 6749, section 4.4), by Authlib. A company's key is the client: its
id the client_id, its secret the client_secret. Tokens are opaque and last an hour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import orjson
from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Request
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from catalog_service.domain.companies.credentials import TOKEN_PREFIX, TOKEN_SECONDS, CompanyKey, new_secret
from catalog_service.http.companies.credential_models import TokenAnswer, TokenErrorAnswer
from catalog_service.people import People
from catalog_service.use_cases.companies.issue_token import IssueToken
from web.access import ANYONE, only
from web.parameters import NO_QUERY

TOKEN_PATH = "/api/v1/oauth/token"  # noqa: S105 (an address)
# Authlib refuses addresses that are not https; whether the way to us is, only the proxy before us knows.
_ADDRESS = f"https://localhost{TOKEN_PATH}"
GRANT = "client_credentials"
METHODS = ("client_secret_basic", "client_secret_post")


def oauth_router(people: People) -> APIRouter:
    """The token endpoint over the keys of a record."""
    router = APIRouter(tags=["密钥"])
    server = _Server(people.issue_token)

    @router.post(
        TOKEN_PATH,
        summary="用密钥换取令牌（OAuth2 客户端凭证）",
        dependencies=[only(ANYONE), NO_QUERY],
        response_model=TokenAnswer,
        responses={400: {"model": TokenErrorAnswer}, 401: {"model": TokenErrorAnswer}},
        openapi_extra={"requestBody": _REQUEST_BODY, "security": []},
    )
    async def token(request: Request) -> Response:
        """The client says who it is by HTTP Basic or in the form; ``scope`` asks for fewer than the key has."""
        form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
        answer: Response = await run_in_threadpool(server.create_token_response, (form, dict(request.headers)))
        return answer

    return router


_REQUEST_BODY = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "required": ["grant_type"],
                "properties": {
                    "grant_type": {"type": "string", "enum": [GRANT]},
                    "client_id": {"type": "string"},
                    "client_secret": {"type": "string"},
                    "scope": {"type": "string", "example": "offers:write stock:write"},
                },
            }
        }
    },
}


class _Client(ClientMixin):  # type: ignore[misc]
    """A key of a company as Authlib asks for it."""

    def __init__(self, key: CompanyKey, deeds: IssueToken) -> None:
        self.key, self._deeds = key, deeds

    def get_client_id(self) -> str:
        return self.key.key_id

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """All that the key has, or what was asked for when it has all of that (None: refused)."""
        asked = set((scope or "").split())
        return " ".join(sorted(asked or self.key.scopes)) if asked <= self.key.scopes else None

    def check_client_secret(self, client_secret: str) -> bool:
        return self._deeds.secret_is_of(self.key, client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in METHODS and endpoint == "token"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == GRANT


class _Grant(ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar[list[str]] = list(METHODS)


class _Request(OAuth2Request):  # type: ignore[misc]
    """A form that was read already."""

    def __init__(self, form: Mapping[str, str], headers: Mapping[str, str]) -> None:
        super().__init__("POST", _ADDRESS, headers={name.title(): value for name, value in headers.items()})
        self.payload = BasicOAuth2Payload(dict(form))

    @property
    def form(self) -> Mapping[str, str]:
        data: Mapping[str, str] = self.payload.data
        return data


class _Server(AuthorizationServer):  # type: ignore[misc]
    """Authlib's server over the record."""

    def __init__(self, deeds: IssueToken) -> None:
        super().__init__()
        self._deeds = deeds
        generator = BearerTokenGenerator(
            lambda **_: new_secret(TOKEN_PREFIX), expires_generator=lambda *_: TOKEN_SECONDS
        )
        self.register_token_generator("default", generator)
        self.register_grant(_Grant)

    def query_client(self, client_id: str) -> _Client | None:
        key = self._deeds.client(client_id[:64])
        return None if key is None else _Client(key, self._deeds)

    def save_token(self, token: Mapping[str, Any], request: OAuth2Request) -> None:
        self._deeds(request.client.key, token=token["access_token"], scopes=token["scope"].split())

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: tuple[Mapping[str, str], Mapping[str, str]]) -> _Request:
        return _Request(*request)

    def handle_response(self, status: int, body: Any, headers: Any) -> Response:
        content = orjson.dumps(dict(body) if not isinstance(body, str) else {"error": body})
        answer = Response(content, status_code=status, media_type="application/json")
        answer.headers.update({**dict(headers), "Cache-Control": "no-store"})
        answer.headers["Content-Type"] = "application/json"
        return answer
