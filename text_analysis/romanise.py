"""Names in pinyin as they are written in English: 西安 -> Xi'an, 吕梁 -> Lüliang."""

from __future__ import annotations

from collections.abc import Mapping

from pypinyin import Style, lazy_pinyin

_VOWELS = frozenset("aeo")


def romanised(name: str, *, readings: Mapping[str, str]) -> str:
    """A name of Chinese characters alone as one word; ``readings``: of characters that are read otherwise in such
    names than in most words (都 is du and not dou)."""
    # By phrases, so that 六安 is Lu'an. A character without a sound stands for itself: pypinyin takes a list there too.
    heard = lazy_pinyin(name, style=Style.NORMAL, v_to_u=True, errors=list)  # type: ignore[arg-type]
    first, *others = (readings.get(each, sound) for each, sound in zip(name, heard, strict=True))
    return (first + "".join(f"'{each}" if each[0] in _VOWELS else each for each in others)).capitalize()
