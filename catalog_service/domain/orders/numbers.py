"""The number of an order: what people read, print, type and say on the telephone. Programs know orders by their ids.

The day in China, eight digits that tell nothing, and a check digit. Fifteen digits are what a spreadsheet keeps of a
number: a sixteenth of an export would come back as 0."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import UTC, datetime, timedelta

from stdnum.iso7064 import mod_11_10

from catalog_service.domain.days import CHINA_AHEAD_SECONDS
from kernel.errors import Invalid
from kernel.ids import validate_id

PARTS = (6, 4, 4, 1)  # as they are read out: the day, twice four digits, the check digit
NUMBER_DIGITS = sum(PARTS)
DRAWN_DIGITS = 8
_AHEAD = timedelta(seconds=CHINA_AHEAD_SECONDS)


class OrderNumberMistyped(Invalid):
    """As long as an order's number, and its check digit does not fit."""

    code = "order_number_mistyped"


def order_number(order_id: str, *, placed_at: int, draw: int = 0) -> str:
    """The number of the order with this id. It follows from the id alone, which is chance itself, so that an order
    carries it without asking anybody; two orders of a day may meet in one, and the second one is placed again under
    another id. ``draw``: the next number of the same id, for orders whose ids are there to stay.

    Stored with orders: whoever changes what comes out leaves those that are there as they are."""
    day = (datetime.fromtimestamp(placed_at, UTC) + _AHEAD).strftime("%y%m%d")
    drawn = int.from_bytes(hashlib.sha256(f"{order_id}:{draw}".encode()).digest()[:8]) % 10**DRAWN_DIGITS
    digits = f"{day}{drawn:0{DRAWN_DIGITS}d}"
    return digits + mod_11_10.calc_check_digit(digits)


def number_parts(number: str) -> tuple[str, ...]:
    """As it is read out."""
    ends = [sum(PARTS[: at + 1]) for at in range(len(PARTS))]
    return tuple(number[end - length : end] for end, length in zip(ends, PARTS, strict=True))


def grouped(number: str) -> str:
    """For sentences: 261128 4837 2619 7, as one word. With common spaces a line would break in it, and a refusal that
    is looked up by its shape for its translation (decision 0018) would fall apart there."""
    return "\u00a0".join(number_parts(number))


def typed_number(typed: str) -> str | None:
    """The digits of an order's number as somebody typed it, in any width and with whatever parts it; None when it is no
    such number, but an id, or the buyer's own."""
    plain = unicodedata.normalize("NFKC", typed)
    digits = "".join(sign for sign in plain if not (sign.isspace() or unicodedata.category(sign) == "Pd"))
    return digits if len(digits) == NUMBER_DIGITS and digits.isascii() and digits.isdecimal() else None


def check_fits(number: str) -> bool:
    """Whether the check digit is that of the digits before it."""
    return mod_11_10.is_valid(number)


def accept_number(typed: str, *, parameter: str) -> str:
    """What somebody looks for an order by: its number, its id, or the buyer's own number; ``Invalid`` when it can be
    none of them."""
    text = typed.strip()
    return text if typed_number(text) is not None else validate_id(text, parameter=parameter)


def refuse_mistyped(typed: str) -> None:
    """``OrderNumberMistyped`` for an order's number that can be none. To be asked when nothing was found: a buyer's own
    number may look like one."""
    number = typed_number(typed)
    if number is not None and not check_fits(number):
        raise OrderNumberMistyped("订单号的校验位对不上，有数字输错了，请逐位核对", parameter="number")
