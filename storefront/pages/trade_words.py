"""What a seller types and reads: yuan, counts, times, and the words of states as lists say them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from catalog_service.domain.offers.states import OfferState
from kernel.errors import Invalid
from kernel.money import FEN_PER_YUAN, yuan_exact
from storefront.pages.words import grouped

CHINA = timezone(timedelta(hours=8))  # one clock for the whole country
DAY = 86_400
HOUR = 3_600
YUAN_DIGITS_MAX = 13
COUNT_DIGITS_MAX = 15

OFFER_STATES: Mapping[OfferState, str] = {
    OfferState.LIVE: "在售",
    OfferState.DRAFT: "草稿",
    OfferState.IN_AUDIT: "审核中",
    OfferState.REFUSED: "审核未通过",
    OfferState.WITHDRAWN: "已下架",
    OfferState.TAKEN_DOWN: "被强制下架",
}


def money(amount_fen: int) -> str:
    """With both decimals and commas, as accounts have it."""
    sign = "-" if amount_fen < 0 else ""
    whole, fen = divmod(abs(amount_fen), FEN_PER_YUAN)
    return f"{sign}{grouped(whole)}.{fen:02d}"


def typed_yuan(amount_fen: int | None) -> str:
    """As it stands in a field: no commas; empty for None."""
    return "" if amount_fen is None else yuan_exact(amount_fen)


def moment(at: int | None) -> str:
    """To the minute, as people in China read it; empty for None."""
    return "" if at is None else datetime.fromtimestamp(at, UTC).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def left_text(due_at: int | None, now: int) -> str:
    """How long is left, or how late it is."""
    if due_at is None:
        return ""
    seconds = abs(due_at - now)
    length = f"{seconds // DAY} 天" if seconds >= 2 * DAY else f"{max(1, seconds // HOUR)} 小时"
    return f"还剩 {length}" if due_at > now else f"已超时 {length}"


def month_of(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone(CHINA).strftime("%Y-%m")


def month_bounds(month: str) -> tuple[int, int]:
    """The first second of a month like 2026-07, and of the next; raises ``Invalid``."""
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=CHINA)
    except ValueError:
        raise Invalid("月份写成 2026-07 这样", parameter="month") from None
    if not 1971 <= first.year <= 9998:
        raise Invalid("没有这个月份", parameter="month")
    following = (first + timedelta(days=32)).replace(day=1)
    return int(first.timestamp()), int(following.timestamp())


def read_yuan(typed: str, *, parameter: str, label: str) -> int | None:
    """Yuan as typed, in fen; None for an empty field."""
    text = _plain(typed).removeprefix("¥")
    if not text:
        return None
    whole, _, rest = text.partition(".")
    known = _digits(whole, YUAN_DIGITS_MAX) and len(rest) <= 2 and _digits(rest or "0", 2)
    if not known:
        raise Invalid(f"{label}写成元，最多两位小数", parameter=parameter)
    return int(whole) * FEN_PER_YUAN + int((rest + "00")[:2])


def read_count(typed: str, *, parameter: str, label: str) -> int | None:
    """A whole number as typed; None for an empty field."""
    text = _plain(typed)
    if not text:
        return None
    if not _digits(text, COUNT_DIGITS_MAX):
        raise Invalid(f"{label}写成整数", parameter=parameter)
    return int(text)


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip().replace(",", "")


def _digits(text: str, most: int) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= most
