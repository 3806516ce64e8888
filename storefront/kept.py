"""Favourites and the comparison: short lists of offers in signed cookies, so that no account is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from kernel.errors import Denied, NotFound
from kernel.ids import ID_PATTERN

KeptName = Literal["favourites", "compare"]
COOKIE_SECONDS = 365 * 24 * 3600
# A cookie holds 4,096 bytes; fifty ids of at most 64 characters stay below it signed. A screen compares four columns.
KEPT_MAX: dict[KeptName, int] = {"favourites": 50, "compare": 4}
COOKIES: dict[KeptName, str] = {"favourites": "pifa_favourites", "compare": "pifa_compare"}


class CrossSite(Denied):
    """A form of another site posted here."""

    code = "cross_site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Both lists, newest first. ``full`` says that adding dropped the oldest."""

    favourites: tuple[str, ...] = ()
    compare: tuple[str, ...] = ()

    def of(self, name: KeptName) -> tuple[str, ...]:
        return self.favourites if name == "favourites" else self.compare


class KeptLists:
    """Reads and writes the lists of a browser."""

    def __init__(self, secret: str, *, https: bool) -> None:
        self._https = https
        self._serializers = {name: URLSafeSerializer(secret, salt=f"kept-{name}") for name in COOKIES}

    def read(self, request: Request) -> Kept:
        """The lists of the request; a cookie that we did not sign is an empty list."""
        return Kept(
            favourites=self._read(request, "favourites"),
            compare=self._read(request, "compare"),
        )

    def changed(self, kept: Kept, name: KeptName, offer_id: str, *, keep: bool) -> Kept:
        """The lists with an offer kept (first; the oldest drops out of a full list) or let go."""
        if not ID_PATTERN.fullmatch(offer_id):
            raise NotFound("没有这个货品", parameter="offer_id")
        others = tuple(known for known in kept.of(name) if known != offer_id)
        ids = ((offer_id, *others) if keep else others)[: KEPT_MAX[name]]
        return Kept(
            favourites=ids if name == "favourites" else kept.favourites,
            compare=ids if name == "compare" else kept.compare,
        )

    def write(self, response: Response, kept: Kept, name: KeptName) -> None:
        """Set the cookie of one list."""
        value = self._serializers[name].dumps(list(kept.of(name)))
        response.set_cookie(
            COOKIES[name], str(value), max_age=COOKIE_SECONDS, httponly=True, samesite="lax", secure=self._https
        )

    def _read(self, request: Request, name: KeptName) -> tuple[str, ...]:
        try:
            ids = self._serializers[name].loads(request.cookies.get(COOKIES[name], ""))
        except BadSignature:
            return ()
        return tuple(ids)


def refuse_cross_site(request: Request) -> None:
    """Raise ``CrossSite`` unless the form was ours: browsers say where a post comes from."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        ours = site in ("same-origin", "none")
    else:
        origin = request.headers.get("origin")
        ours = origin is None or origin.partition("://")[2] == request.headers.get("host")
    if not ours:
        raise CrossSite("请从本站页面提交")


def local_path(target: str, *, default: str = "/") -> str:
    """The target when it is a path of this site, else the default: a redirect never leads elsewhere."""
    plain = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if plain and "\\" not in target else default
