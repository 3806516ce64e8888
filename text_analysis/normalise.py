"""Step 1: one spelling of every character. Length may shrink or grow a character at a time, never across characters.

The map is a ``str.translate`` table over the basic plane, built once a process from Unicode's NFKC/NFKD data, OpenCC's
traditional-to-simplified characters and the punctuation rules below, so that a title costs about two microseconds and
every character of the result knows the one it came from (``align``).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from opencc import OpenCC

from kernel.codes import fold_code

# Kept because quantities, codes and models are spelt with them; any other punctuation parts words like a space.
_KEPT_PUNCTUATION = frozenset(".-*/+%~#&:'\"°")
# Look-alikes that Unicode's compatibility forms leave apart, as sellers type them.
_SPECIAL: dict[str, str] = {
    "×": "x", "✕": "x", "✖": "x", "╳": "x", "⨯": "x",  # M8×30
    "–": "-", "—": "-", "―": "-", "−": "-", "‐": "-", "‑": "-", "‒": "-", "﹣": "-", "－": "-",
    "～": "~", "〜": "~", "∼": "~", "⁓": "~",
    "“": " ", "”": " ", "‘": " ", "’": "'", "″": '"', "′": "'",
    "Φ": "φ", "ø": "φ", "Ø": "φ", "∅": "φ", "⌀": "φ",  # diameter
    "μ": "u", "µ": "u",  # micro, as in μm and μF
    "⁄": "/", "÷": "/", "_": "-", "·": " ", "・": " ", "〇": "零", "￥": "¥", "①": "1",
}  # fmt: skip
_TABLE_END = 0x10000
_SPACES = re.compile(r"\s+")


@cache
def _traditional() -> tuple[OpenCC, re.Pattern[str]]:
    """The converter, and a pattern of the characters that it changes: few titles have any, so most skip the call."""
    converter = OpenCC("t2s")
    ideographs = "".join(map(chr, range(0x3400, 0xA000)))
    changed = "".join(a for a, b in zip(ideographs, converter.convert(ideographs), strict=True) if a != b)
    return converter, re.compile(f"[{changed}]")


def _map_character(character: str) -> str:
    """The folded form of one character: "" drops it, " " parts words."""
    if character in _SPECIAL:
        return _SPECIAL[character]
    category = unicodedata.category(character)
    if category in ("Cf", "Mn", "Me") or "\ufe00" <= character <= "\ufe0f":
        return ""  # zero width, joiners, combining accents, variation selectors
    if category[0] in "CZ":
        return " "
    folded = unicodedata.normalize("NFKC", character)
    if len(folded) == 1 and folded.isalpha() and ord(folded) < 0x250:
        folded = unicodedata.normalize("NFKD", folded)[0]  # é -> e, as buyers type it
    folded = folded.lower()
    out = []
    for part in folded:
        if part in _SPECIAL and part != character:
            out.append(_SPECIAL[part])
        elif part.isalnum() or part in _KEPT_PUNCTUATION or part in "¥$":
            out.append(part)
        elif unicodedata.category(part)[0] != "M":
            out.append(" ")
    return "".join(out)


@cache
def _table() -> dict[int, int | str]:
    table: dict[int, int | str] = {}
    for code in range(_TABLE_END):
        mapped = _map_character(chr(code))
        table[code] = ord(mapped) if len(mapped) == 1 else mapped
    return table


class _Table(dict[int, "int | str"]):
    """The table; characters beyond the basic plane (emoji, rare ideographs, letters of mathematics) join when met."""

    def __missing__(self, code: int) -> int | str:
        mapped = self[code] = _map_character(chr(code))
        return mapped


@cache
def _shared_table() -> _Table:
    return _Table(_table())


def fold(text: str) -> str:
    """The text with every character folded, spaces not yet collapsed."""
    folded = text.translate(_shared_table())
    converter, traditional = _traditional()
    if traditional.search(folded):
        simplified = str(converter.convert(folded))
        if len(simplified) == len(folded):  # else a lone surrogate or a phrase of another length: keep the alignment
            return simplified
    return folded


@lru_cache(maxsize=1 << 15)
def normalise(text: str) -> str:
    """Folded text with single spaces and none at the ends."""
    return _SPACES.sub(" ", fold(text)).strip()


@cache
def _uneven() -> re.Pattern[str]:
    """Characters that do not fold to exactly one; those beyond the basic plane are taken for such."""
    codes = [code for code, mapped in _table().items() if isinstance(mapped, str)]
    return re.compile(f"[{re.escape(''.join(map(chr, codes)))}{chr(_TABLE_END)}-\U0010ffff]")


def align(text: str) -> tuple[str, list[int]]:
    """Folded text, and for each of its characters the offset of the one it came from. Linear; for highlights only."""
    if not _uneven().search(text):
        return fold(text), list(range(len(text)))
    table = _shared_table()
    offsets: list[int] = []
    for offset, character in enumerate(text):
        mapped = table[ord(character)]
        offsets.extend([offset] * (1 if isinstance(mapped, int) else len(mapped)))
    return fold(text), offsets


def normalise_code(text: str) -> str:
    """An item code or barcode as both sides compare it: ``kernel.codes.fold_code``, as the record folds them, over the
    characters that a text is read in (traditional ones are simplified)."""
    return fold_code(fold(text))
