"""Step 5b: a miswritten product word (不绣钢, 充电保) to the right one. Leaves right queries alone.

Only a stretch that the dictionaries do not know as words is looked at, only a word of the lexicon can replace it, and
only when that word wins clearly: over the other candidates, and by leaving fewer pieces than the query had. A word of
either dictionary is never changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pypinyin import Style, lazy_pinyin

from text_analysis.cut import Cutter
from text_analysis.lexicon import EXTRA_WORD_FREQUENCY, Lexicon
from text_analysis.pinyin import PinyinReader
from text_analysis.tables import read_table
from text_analysis.values import Repair

_Kind = Literal["homophone", "near_shape"]

# Three characters pin a product word down, two have too many homophones: those only as a whole query, for head words.
_WINDOW_CHARACTERS = (5, 4, 3)
_PAIR_FREQUENCY_MIN = 1000
# The winner must be this much more usual than the next candidate; the dictionary's scale steps by about three.
_CLEAR_WIN = 3.0
# A last character that ends so many product words (袋, 夹, 机) was most likely meant: 打包袋 is not a slip for 打包带.
_HEAD_WORDS_MIN = 5
_QUERY_CHARACTERS_MAX = 60  # longer texts are titles pasted in; their words are the supplier's own
_PIECE_CHARACTERS_MAX = 24
_KNOWN_CHARACTERS_MAX = 10  # names of categories are at most so long
_CONFIDENCE = {"homophone": 0.85, "near_shape": 0.8}


@lru_cache(maxsize=1 << 15)
def _syllable(character: str) -> str:
    return str(lazy_pinyin(character, style=Style.NORMAL)[0])


class SpellingRepair:
    """Homophones by pinyin key, near shapes by a table of look-alike characters."""

    def __init__(self, lexicon: Lexicon, cutter: Cutter, pinyin: PinyinReader, look_alikes: Mapping[str, str]) -> None:
        self._lexicon = lexicon
        self._cutter = cutter
        self._pinyin = pinyin
        self._look_alikes = dict(look_alikes)
        endings = Counter(word[-1] for word in lexicon.chinese_words() if 2 <= len(word) <= 3)
        self._heads = frozenset(character for character, words in endings.items() if words >= _HEAD_WORDS_MIN)

    @classmethod
    def load(cls, path: Path, lexicon: Lexicon, cutter: Cutter, pinyin: PinyinReader) -> SpellingRepair:
        look_alikes = {row["character"]: row["look_alikes"] for row in read_table(path)}
        return cls(lexicon, cutter, pinyin, look_alikes)

    def repair(self, text: str) -> Repair | None:
        """The normalised query with its first miswritten word put right, or None."""
        if len(text) > _QUERY_CHARACTERS_MAX:
            return None
        position = 0
        for piece in text.split(" "):
            found = self._repair_piece(piece, whole=piece == text) if 2 <= len(piece) <= _PIECE_CHARACTERS_MAX else None
            if found:
                repaired, kind = found
                whole = text[:position] + repaired + text[position + len(piece) :]
                return Repair(original=text, repaired=whole, kind=kind, confidence=_CONFIDENCE[kind])
            position += len(piece) + 1
        return None

    def _repair_piece(self, piece: str, *, whole: bool) -> tuple[str, _Kind] | None:
        plain = self._cutter.plain_words(piece)
        if all(len(word) > 1 for word in plain):
            return None  # every part is a known word
        guessed = self._cutter.words(piece)
        alone = [len(word) == 1 for word in plain for _ in word]
        for start, end in self._windows(piece, alone, whole=whole):
            for word, kind in self._replacement(piece[start:end]):
                if not self._only_strays(piece, word, start, alone):
                    continue
                repaired = piece[:start] + word + piece[end:]
                if self._fewer_pieces(repaired, plain, guessed, start, end):
                    return repaired, kind
        return None

    def _windows(self, piece: str, alone: list[bool], *, whole: bool) -> Iterator[tuple[int, int]]:
        """Chinese spans with an unknown character in them, longest first."""
        lengths = (*_WINDOW_CHARACTERS, 2) if whole and len(piece) == 2 else _WINDOW_CHARACTERS
        for length in lengths:
            for start in range(len(piece) - length + 1):
                if any(alone[start : start + length]) and _is_chinese(piece[start : start + length]):
                    yield start, start + length

    def _only_strays(self, piece: str, word: str, start: int, alone: list[bool]) -> bool:
        """Only characters change that stand alone in the cut and in no lexicon word of the piece."""
        for offset, character in enumerate(word, start):
            if piece[offset] == character:
                continue
            if not alone[offset]:
                return False
            for first in range(max(0, offset - _KNOWN_CHARACTERS_MAX), offset + 1):
                for last in range(offset + 1, min(len(piece), first + _KNOWN_CHARACTERS_MAX) + 1):
                    if last - first > 1 and piece[first:last] in self._lexicon:
                        return False
        return True

    def _fewer_pieces(self, repaired: str, plain: list[str], guessed: list[str], start: int, end: int) -> bool:
        """The repaired piece has fewer words; if not by the guessing cut, the window at least tears none of its."""
        if len(self._cutter.plain_words(repaired)) >= len(plain):
            return False
        now = len(self._cutter.words(repaired))
        if now != len(guessed):
            return now < len(guessed)
        bounds = {0}
        for word in guessed:
            bounds.add(max(bounds) + len(word))
        return start in bounds and end in bounds

    def _replacement(self, window: str) -> Iterator[tuple[str, _Kind]]:
        """The candidate that wins clearly; nothing when there is none."""
        if window in self._lexicon or self._cutter.known(window):
            return
        candidates: dict[str, _Kind] = dict.fromkeys(self._near_shapes(window), "near_shape")
        for word in self._pinyin.homophones("".join(map(_syllable, window))):
            if len(word) == len(window) and self._is_slip(window, word):
                candidates[word] = "homophone"
        ranked = sorted(candidates, key=lambda word: (-self._lexicon.frequency(word), word))
        if not ranked:
            return
        best = self._lexicon.frequency(ranked[0])
        if len(window) == 2 and best < _PAIR_FREQUENCY_MIN:
            return
        if len(ranked) == 1 or best >= _CLEAR_WIN * self._lexicon.frequency(ranked[1]):
            yield ranked[0], candidates[ranked[0]]

    def _is_slip(self, window: str, word: str) -> bool:
        """Half of the characters at most differ, and the last one only when it is no head of product words itself."""
        differing = sum(a != b for a, b in zip(window, word, strict=True))
        return differing <= max(1, len(window) // 2) and (window[-1] == word[-1] or window[-1] not in self._heads)

    def _near_shapes(self, window: str) -> Iterator[str]:
        for index, character in enumerate(window):
            for other in self._look_alikes.get(character, ""):
                word = window[:index] + other + window[index + 1 :]
                if self._lexicon.frequency(word) > EXTRA_WORD_FREQUENCY:
                    yield word


def _is_chinese(text: str) -> bool:
    return all("\u4e00" <= character <= "\u9fff" for character in text)
