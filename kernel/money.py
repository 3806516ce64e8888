"""Money is integer fen. These functions are the only bridge between fen and what people read or type."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from kernel.errors import Invalid

FEN_PER_YUAN = 100
# Ten billion yuan. Above any wholesale unit price; keeps every sum of a 50-line order inside a signed 64-bit integer.
PRICE_FEN_MAX = 1_000_000_000_000


def yuan_text(amount_fen: int) -> str:
    """Fen as the shortest exact yuan text: 1250 -> ``12.5``, 1200 -> ``12``, 5 -> ``0.05``."""
    sign = "-" if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), FEN_PER_YUAN)
    if not fen:
        return f"{sign}{yuan}"
    return f"{sign}{yuan}.{fen:02d}".rstrip("0")


def yuan_exact(amount_fen: int) -> str:
    """Fen as yuan with both decimals, as accounts have it: 1250 -> ``12.50``, 1200 -> ``12.00``, 5 -> ``0.05``."""
    sign = "-" if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), FEN_PER_YUAN)
    return f"{sign}{yuan}.{fen:02d}"


def parse_yuan(text: str, *, parameter: str | None = None) -> int:
    """Yuan as typed (``12``, ``12.50``, ``￥12.5``) to fen, rounded half up; raises ``Invalid`` when it is none."""
    cleaned = text.strip().lstrip("¥￥").replace(",", "").removesuffix("元")
    try:
        amount = Decimal(cleaned)
    except InvalidOperation:
        raise Invalid(f"“{text}”不是金额", parameter=parameter) from None
    if not amount.is_finite() or amount < 0 or amount * FEN_PER_YUAN > PRICE_FEN_MAX:
        raise Invalid(f"金额“{text}”超出范围", parameter=parameter)
    return int((amount * FEN_PER_YUAN).quantize(Decimal(1), rounding=ROUND_HALF_UP))
