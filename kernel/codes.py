"""Item codes, SKUs' codes and barcodes: what of a spelling counts when two of them are compared."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Codes have at most 64 characters, and one character may unfold to eighteen; PostgreSQL indexes no more than 2,700
# bytes of a row. Two codes that differ beyond this place are asked back as one.
FOLDED_CHARACTERS_MAX = 128
# Signs that tell codes apart; all others part them at most: T-1-R, T.1/R, T_1 R and T1R are one code.
_TELLING = frozenset("*+%~#&:'\"°¥$")
# Signs that Unicode leaves apart and people do not: of multiplication, diameter, feet, about.
_LIKE = str.maketrans({
    **dict.fromkeys("×✕✖╳⨯", "x"), **dict.fromkeys("ø∅⌀", "φ"), **dict.fromkeys("’′", "'"),
    **dict.fromkeys("〜∼⁓", "~"),
})  # fmt: skip
_POINTS = frozenset(".,/\u2044\u2215\uff0e")  # between figures they make a number of two parts: 1.5, 1/2


def fold_code(code: str) -> str:
    """The code in small letters of half width without accents, and without whatever parts it: equal for every spelling
    of one code, "" for one that has nothing but such signs. Folding twice changes nothing more.

    Stored beside codes: whoever changes what comes out writes a migration that folds them anew."""
    return _folded(code)


@lru_cache(maxsize=1 << 14)
def parted_alike(one: str, other: str) -> bool:
    """Whether two spellings that fold alike are surely one code. Not sure are those that are parted at different places
    (M6-20 and M62-0), and a number of two parts beside one of one (D1.5 and D15); that a sign was left out is nothing
    (M620)."""
    (first, first_points), (second, second_points) = _partings(one), _partings(other)
    return (first <= second or second <= first) and first_points <= second and second_points <= first


@lru_cache(maxsize=1 << 14)
def _folded(code: str) -> str:
    if code.isascii():
        kept = "".join([sign for sign in code.lower() if sign.isalnum() or sign in _TELLING])
    else:
        kept = "".join(sign for sign in _unfolded(code) if _stays(sign))
    return unicodedata.normalize("NFC", kept[:FOLDED_CHARACTERS_MAX])


def _unfolded(code: str) -> Iterator[str]:
    """Small letters, accents apart. Through capitals, since some small letters share one (ſ and s, ς and σ)."""
    plain = unicodedata.normalize("NFKD", code).upper().casefold()
    yield from unicodedata.normalize("NFKD", plain).translate(_LIKE)


def _stays(sign: str) -> bool:
    return sign.isalnum() or sign in _TELLING


def _partings(code: str) -> tuple[frozenset[int], frozenset[int]]:
    """After how many signs that stay the code is parted between two figures or two letters (between a figure and a
    letter anybody would part it), and where of those by a point between figures."""
    kept: list[str] = []
    parted: dict[int, set[str]] = {}
    for sign in _unfolded(code):
        if _stays(sign):
            kept.append(sign)
        elif not unicodedata.combining(sign):
            parted.setdefault(len(kept), set()).add(sign)
    inside = {place: signs for place, signs in parted.items() if 0 < place < len(kept)}
    alike = {place for place in inside if kept[place - 1].isdigit() == kept[place].isdigit()}
    points = {place for place in alike if kept[place].isdigit() and inside[place] & _POINTS}
    return frozenset(alike), frozenset(points)
