"""Who is before the browser: the session in a cookie that pages alone read, and the token that every form carries."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from catalog_service.domain.companies.credentials import SESSION_SECONDS
from catalog_service.domain.deeds import DeedRequest
from catalog_service.people import People
from kernel.errors import Denied, PifaError
from kernel.principal import ANONYMOUS, Authenticator, Principal
from storefront.kept import refuse_cross_site
from storefront.state import address
from web.access import Guard

SESSION_COOKIE = "pifa_session"
FORM_COOKIE = "pifa_form"  # binds the forms of a browser that nobody signed in with
ONCE_BYTES = 16


class FormForged(Denied):
    """The form was not one that this browser got from us, or it was got before signing in or out."""

    code = "form_forged"


class SignInFirst(Exception):  # noqa: N818 - a way that a page takes, not a fault
    """The page is for people who are signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """People of the record behind the pages. ``secret`` signs the tokens of forms."""

    people: People
    authenticator: Authenticator
    secret: str
    https: bool

    def caller(self, request: Request) -> Principal:
        """Of the cookie; a session that is over counts as none."""
        token = request.cookies.get(SESSION_COOKIE)
        if not token:
            return ANONYMOUS
        try:
            return self.authenticator.authenticate(authorization=f"Bearer {token}")
        except Denied:
            return ANONYMOUS

    def member(self, request: Request, *roles: str) -> Principal:
        """The member who is signed in and has one of the roles (any, when none is named); raises ``SignInFirst`` or
        ``Denied``."""
        principal = self.caller(request)
        if principal.member_id is None or principal.session_id is None:
            raise SignInFirst
        guard = Guard(roles=frozenset(roles) or principal.roles)
        if not guard.lets_in(principal):
            raise Denied("您的角色没有这个权限", code="role_required", detail={"roles": sorted(roles)})
        return principal

    def form_token(self, request: Request, fresh: str) -> str:
        """What a form of this browser carries; ``fresh`` binds a browser that has no cookie of ours yet."""
        return str(self._signer.dumps(_binding(request) or fresh))

    def read_form(self, request: Request, form: Mapping[str, str]) -> None:
        """Refuse a form that another site, or another session, made."""
        refuse_cross_site(request)
        try:
            bound = self._signer.loads(form.get("csrf", ""))
        except BadSignature:
            bound = None
        if bound is None or not secrets.compare_digest(str(bound), _binding(request)):
            raise FormForged("表单已过期，请刷新页面后重试", parameter="csrf")

    def bind(self, response: Response, request: Request, fresh: str) -> None:
        """Give a browser without any cookie of ours the one that its forms are bound to."""
        if not _binding(request):
            response.set_cookie(FORM_COOKIE, fresh, httponly=True, samesite="lax", secure=self.https)

    def begin(self, response: Response, token: str) -> None:
        response.set_cookie(
            SESSION_COOKIE, token, max_age=SESSION_SECONDS, httponly=True, samesite="lax", secure=self.https
        )

    def end(self, response: Response) -> None:
        response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax", secure=self.https)

    @property
    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt="form")


def deed_of(principal: Principal, form: Mapping[str, str]) -> DeedRequest:
    """The deed of a form: sent twice, it is done once."""
    once = form.get("once", "")[:64]
    said = "\x00".join(f"{name}={form[name]}" for name in sorted(form) if name not in ("csrf", "once"))
    fingerprint = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
    return DeedRequest(actor=principal.actor, key=f"page:{once}" if once else None, fingerprint=fingerprint)


def new_once() -> str:
    return secrets.token_urlsafe(ONCE_BYTES)


def to_sign_in(request: Request) -> Response:
    """The way to the sign-in page, and from there back."""
    back = request.url.path if request.method == "GET" else "/account"
    return RedirectResponse(address([("next", back)], "/account/sign-in"), status_code=303)


def said_of(error: PifaError | None) -> dict[str, str]:
    """What a form shows of a refusal."""
    return {} if error is None else {"message": error.message, "parameter": error.parameter or ""}


def _binding(request: Request) -> str:
    """What ties a form to this browser: its session, else the cookie of its forms; empty when it has neither."""
    value = request.cookies.get(SESSION_COOKIE) or request.cookies.get(FORM_COOKIE, "")
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest() if value else ""
