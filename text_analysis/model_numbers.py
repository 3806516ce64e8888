"""Step 3b: model numbers kept whole and also split where buyers split them."""

from __future__ import annotations

import re

_LETTERS_DIGITS = re.compile(r"([a-z]{2,})(\d[\d.]*)")  # iphone15, usb3.0
_DIGITS_TAIL = re.compile(r"([a-z]+\d+)([a-z]{2,})")  # p40pro
_DIGITS_LETTERS = re.compile(r"(\d+)([a-z]{2,})")  # 911air
_NUMBER_PAIR = re.compile(r"\d[\d.]*(?:-\d[\d.]*)+")  # 10-20: two numbers, not one model
# Letters that follow a model after a space and belong to it; phone and laptop makers' own suffixes.
_SUFFIXES = frozenset(("pro", "max", "plus", "ultra", "se", "mini", "air", "lite", "s", "x", "c", "promax", "note"))


def whole_and_parts(token: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the tokens that stand for it, the shorter ones by which it is also found): type-c -> (typec,), (type, c)."""
    if _NUMBER_PAIR.fullmatch(token):
        return tuple(token.split("-")), ()
    pieces = token.split("-")
    whole = "".join(pieces)
    parts = list(pieces) if len(pieces) > 1 else []
    for piece in pieces:
        for pattern in (_LETTERS_DIGITS, _DIGITS_TAIL, _DIGITS_LETTERS):
            found = pattern.fullmatch(piece)
            if found:
                parts += found.groups()
                break
    return (whole,), tuple(parts)


def joined(first: str, second: str) -> str | None:
    """What two tokens parted by a space also mean: iphone + 15, p40 + pro, type + c; None when they are two things."""
    if first.isalpha() and ((second[:1].isdigit() and len(second) <= 4) or (first, second) == ("type", "c")):
        return first + second
    if second in _SUFFIXES and first[-1:].isdigit() and not first.isdigit():
        return first + second
    return None
