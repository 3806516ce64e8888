"""Text as people typed it, made safe to store: no control characters, no lone surrogates, no runs of blanks."""

from __future__ import annotations

import re
from functools import lru_cache

from kernel.errors import Invalid

# Control characters, directions and joiners without width, line separators, byte order marks, and lone surrogates
# (which UTF-8 refuses).
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ud800-\udfff\ufff9-\ufffb]")
_UNSAFE_IN_PARAGRAPHS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ud800-\udfff\ufff9-\ufffb]"
)


def clean_line(text: str) -> str:
    """One line: unsafe characters become blanks, blanks become single spaces, ends trimmed."""
    if not text.isprintable():  # a blank of full width is not printable either, so this errs on the safe side
        text = _UNSAFE.sub(" ", text)
    return " ".join(text.split())


@lru_cache(maxsize=1 << 15)
def clean_word(text: str) -> str:
    """``clean_line`` that remembers: brands, units and attribute values come again and again."""
    return clean_line(text)


def clean_paragraphs(text: str, *, maximum: int, parameter: str) -> str:
    """Several lines: line breaks and tabs stay, unsafe ones become blanks; ``Invalid`` when longer than ``maximum``."""
    if not text:
        return ""
    cleaned = _UNSAFE_IN_PARAGRAPHS.sub(" ", text.replace("\r\n", "\n")).strip()
    if len(cleaned) > maximum:
        raise Invalid(f"最长 {maximum} 字", parameter=parameter)
    return cleaned
