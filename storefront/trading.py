"""A buyer's side of the record: whose cart this browser has, what lies in it, and on whose behalf one orders."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from catalog_service.domain.carts.values import member_cart, visitor_cart
from catalog_service.domain.companies.address import StoredAddress
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.orders.values import Party
from catalog_service.ordering import Ordering
from catalog_service.ports.codes import CodeIndex, NoCodes
from catalog_service.reads.carts import CartReads
from catalog_service.service import Record
from catalog_service.use_cases.carts.keep_cart import KeepCart
from kernel.errors import Denied, PifaError
from kernel.principal import Principal
from storefront.accounts import Accounts, deed_of

CART_COOKIE = "pifa_cart"  # the token of a visitor's cart
COUNT_COOKIE = "pifa_cart_count"  # what the head shows: a page view asks the record for no count
SEEN_COOKIE = "pifa_cart_seen"  # the prices that the cart showed last
SEEN_CHARACTERS_MAX = 3_000  # with its attributes below the 4,096 bytes that browsers keep
CART_SECONDS = 30 * 24 * 3600  # as long as the record keeps what visitors put in
TOKEN_BYTES = 24
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trading:
    """Carts and orders of the record behind the pages of buyers. ``codes``: where item codes are looked up."""

    record: Record
    accounts: Accounts
    codes: CodeIndex = field(default_factory=NoCodes)

    @property
    def carts(self) -> CartReads:
        return self.record.carts

    @property
    def keep_cart(self) -> KeepCart:
        return self.record.keep_cart

    @property
    def ordering(self) -> Ordering:
        return self.record.ordering

    def owner(self, request: Request, principal: Principal) -> str | None:
        """The key of the cart that this browser looks at; None while a visitor has none."""
        if principal.company_id is not None:
            return member_cart(company_id=principal.company_id, member_id=principal.member_id or "")
        token = visitor_token(request)
        return visitor_cart(token) if token else None

    def owner_or_new(self, request: Request, principal: Principal) -> tuple[str, str]:
        """The key, and the token to give a visitor ("" for a member)."""
        if principal.company_id is not None:
            return self.owner(request, principal) or "", ""
        token = visitor_token(request) or secrets.token_urlsafe(TOKEN_BYTES)
        return visitor_cart(token), token

    def home_address(self, principal: Principal) -> StoredAddress | None:
        """Where the company's goods go unless it says otherwise; None for a visitor, or a company without any."""
        if principal.company_id is None:
            return None
        reads = self.accounts.people.reads
        book = reads.addresses(principal.company_id)
        default = reads.company(principal.company_id).default_address_id
        return next((each for each in book if each.address_id == default), book[0] if book else None)

    def remember(self, response: Response, owner: str | None, *, token: str = "") -> None:
        """Tell the browser how much lies in its cart, and a visitor which cart that is."""
        count = str(self.carts.count(owner)) if owner else "0"
        self._set(response, COUNT_COOKIE, count)
        if token:
            self._set(response, CART_COOKIE, token)

    def welcome(self, request: Request, response: Response, session_token: str) -> None:
        """What a visitor put in before signing in comes along. A cart that cannot be merged stays where it is: nobody
        is kept out for it."""
        token = visitor_token(request)
        principal = self.accounts.authenticator.authenticate(authorization=f"Bearer {session_token}")
        if principal.company_id is None:
            return
        owner = self.owner(request, principal) or ""
        if token:
            try:
                self.keep_cart.merge(
                    source=visitor_cart(token), owner=owner, request=DeedRequest(actor=principal.actor)
                )
            except PifaError:
                return
            response.delete_cookie(CART_COOKIE, httponly=True, samesite="lax", secure=self.accounts.https)
        self.remember(response, owner)

    def tell_count(self, request: Request, owner: str) -> None:
        """Have this very answer show how much lies in the cart."""
        request.state.cart_count = str(self.carts.count(owner))

    def seen(self, request: Request) -> dict[str, dict[str, list[int]]]:
        """Prices as this browser was shown them in the cart last; none for a cookie that we did not sign."""
        try:
            said: dict[str, dict[str, list[int]]] = self._signer.loads(request.cookies.get(SEEN_COOKIE, ""))
        except BadSignature:
            return {}
        return said

    def keep_seen(self, response: Response, seen: Mapping[str, Mapping[str, Sequence[int]]]) -> None:
        """Remember them; a cart that is too large for a cookie is compared at checkout alone."""
        value = str(self._signer.dumps(seen))
        self._set(response, SEEN_COOKIE, value if len(value) <= SEEN_CHARACTERS_MAX else "")

    @property
    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.accounts.secret, salt="cart-seen")

    def farewell(self, response: Response) -> None:
        """Who signs out leaves no count behind."""
        for name in (COUNT_COOKIE, SEEN_COOKIE):
            response.delete_cookie(name, httponly=True, samesite="lax", secure=self.accounts.https)

    def _set(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(
            name, value, max_age=CART_SECONDS, httponly=True, samesite="lax", secure=self.accounts.https
        )


def visitor_token(request: Request) -> str:
    """Of the cookie; empty for what is none."""
    token = request.cookies.get(CART_COOKIE, "")
    return token if _TOKEN.fullmatch(token) else ""


def cart_count(request: Request) -> str:
    """What the head shows: empty for nothing, or for a cookie that is not ours. A page that answers a deed of its own
    says what lies there now (``tell_count``), since the cookie with that is only on its way."""
    count = getattr(request.state, "cart_count", request.cookies.get(COUNT_COOKIE, ""))
    return count if count.isascii() and count.isdecimal() and len(count) <= 4 and count != "0" else ""


def party_of(principal: Principal) -> Party:
    """On whose behalf a member trades; raises ``Denied`` for whoever belongs to no company."""
    if principal.company_id is None:
        raise Denied("请以公司成员的身份操作", code="company_required")
    return Party(
        company_id=principal.company_id, member_id=principal.member_id or "", supplier_id=principal.supplier_id
    )


def cart_deed(owner: str, principal: Principal, form: Mapping[str, str]) -> DeedRequest:
    """The deed of a form about a cart. A page that Back brings up again carries its old key: the same form twice is one
    deed, another quantity is another."""
    deed = deed_of(principal, form)
    key = None if deed.key is None else f"{deed.key}:{deed.fingerprint[:16]}"
    return replace(deed, actor=owner if owner.startswith("t:") else deed.actor, key=key)


def after(deed: DeedRequest, what: str) -> DeedRequest:
    """A second deed of the same form."""
    key = None if deed.key is None else f"{deed.key}:{what}"
    return replace(deed, key=key, fingerprint=hashlib.sha256(f"{deed.fingerprint}{what}".encode()).hexdigest())
