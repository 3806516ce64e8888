"""Numbers and facts in the words of a Chinese market."""

from __future__ import annotations

from kernel.money import FEN_PER_YUAN

WAN = 10_000
YEAR = "年"


def count_text(count: int, unit: str = "") -> str:
    """``980``, ``1.2万件``, ``35万``: as counts stand on market pages; never more than was counted."""
    if count < WAN:
        return f"{count}{unit}"
    tenths = count // (WAN // 10)
    whole, tenth = divmod(tenths, 10)
    return f"{whole}.{tenth}万{unit}" if tenth and whole < 100 else f"{whole}万{unit}"


def grouped(count: int) -> str:
    """With commas at thousands."""
    return f"{count:,}"


def percent_text(share: float) -> str:
    """A share in [0, 1] as whole percent, rounded down so that it never promises more."""
    return f"{int(share * 100)}%"


def yuan_parts(amount_fen: int) -> tuple[str, str]:
    """Yuan before the point and from the point on, as prices stand on a tag: ``("1,200", "")``, ``("12", ".50")``."""
    yuan, fen = divmod(amount_fen, FEN_PER_YUAN)
    return grouped(yuan), f".{fen:02d}" if fen else ""


def yuan(amount_fen: int) -> str:
    """A price as it stands on a tag, without its sign."""
    return "".join(yuan_parts(amount_fen))


def piece_text(amount_fen: int, pieces: int) -> str:
    """The price of one of ``pieces`` in yuan, to a tenth of a fen: parts of a fen are real in wholesale."""
    return f"{amount_fen / pieces / 100:.3f}".rstrip("0").rstrip(".")


def years_text(joined_year: int | None, this_year: int) -> str:
    """How long a supplier has been here; empty when not stated."""
    if joined_year is None:
        return ""
    return f"{max(1, this_year - joined_year)}{YEAR}"


def dispatch_text(hours: int | None) -> str:
    """When goods leave; empty when not stated."""
    if hours is None:
        return ""
    return f"{hours}小时发货" if hours <= 72 else f"{-(-hours // 24)}天发货"
