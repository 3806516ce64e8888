"""My quantity and city, and the province of freight: what a buyer says once and every page keeps, in a cookie and in
the address."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote_plus, urlencode

from starlette.requests import Request
from starlette.responses import Response

from catalog_service.domain.prices.regions import province_of
from kernel.errors import Invalid
from kernel.prices import QUANTITY_MAX
from storefront.cities import province_of_city

COOKIE = "pifa_visit"
COOKIE_SECONDS = 90 * 24 * 3600  # a season of buying; a buyer who is away longer buys for another season
VALUE_CHARACTERS_MAX = 300  # nine for each sign of the longest city and province, and the quantity
CITY_CHARACTERS_MAX = 20  # the longest name of a prefecture has eleven


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the buyer said; None and empty where nothing was."""

    quantity: int | None = None
    city: str = ""
    province: str = ""


def clean_city(text: str) -> str:
    """The name as shown; raises ``Invalid`` when it cannot be one."""
    city = unicodedata.normalize("NFKC", text).strip()
    if len(city) > CITY_CHARACTERS_MAX or not all(c.isalpha() or c in " /·-'" for c in city):
        raise Invalid(f"城市名只能是文字，最长 {CITY_CHARACTERS_MAX} 个字", parameter="city")
    return city


def clean_province(text: str) -> str:
    """The province's short name; empty for none; raises ``Invalid`` for what is none."""
    return province_of(text, parameter="province") if text.strip() else ""


def read_quantity(text: str) -> int | None:
    """The quantity typed; None for an empty field; raises ``Invalid``."""
    cleaned = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    if not cleaned:
        return None
    if not (cleaned.isascii() and cleaned.isdecimal() and len(cleaned) <= 10 and 1 <= int(cleaned) <= QUANTITY_MAX):
        raise Invalid(f"数量应为 1 到 {QUANTITY_MAX} 的整数", parameter="quantity")
    return int(cleaned)


def remembered(request: Request) -> Visit:
    """The visit of the cookie; whatever cannot be read counts as not said."""
    pairs = dict(parse_qsl(request.cookies.get(COOKIE, "")[:VALUE_CHARACTERS_MAX]))
    try:
        return Visit(
            quantity=read_quantity(pairs.get("quantity", "")), city=clean_city(pairs.get("city", "")),
            province=clean_province(pairs.get("province", "")),
        )  # fmt: skip
    except Invalid:
        return Visit()


def visit_of(request: Request) -> Visit:
    """The visit of the address where it says so (an empty value clears), else that of the cookie."""
    before, query = remembered(request), request.query_params
    city = clean_city(query["city"]) if "city" in query else before.city
    return Visit(
        quantity=read_quantity(query["quantity"]) if "quantity" in query else before.quantity,
        city=city,
        province=clean_province(query["province"]) if "province" in query else province_after(before, city),
    )


def province_after(before: Visit, city: str) -> str:
    """The province of freight once ``city`` is the visitor's: a new city proposes its own. Else the one chosen before
    stays, unless it was but the former city's proposal. The same city again takes no choice back."""
    if city == before.city:
        return before.province
    proposed = province_of_city(city)
    followed = bool(before.city) and before.province == province_of_city(before.city)
    return proposed or ("" if followed else before.province)


def remember(response: Response, visit: Visit, *, request: Request, https: bool) -> None:
    """Set the cookie when the visit says something new."""
    if visit == remembered(request):
        return
    said = {"quantity": str(visit.quantity or ""), "city": visit.city, "province": visit.province}
    value = urlencode({name: text for name, text in said.items() if text}, quote_via=quote_plus)
    response.set_cookie(COOKIE, value, max_age=COOKIE_SECONDS, httponly=True, samesite="lax", secure=https)
