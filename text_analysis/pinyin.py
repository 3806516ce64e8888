"""Step 5a: pinyin queries (lianyiqun, lian yi qun, lian衣qun, lyq) to the product words they spell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path

from pypinyin import Style, lazy_pinyin

from text_analysis.lexicon import EXTRA_WORD_FREQUENCY, Lexicon
from text_analysis.normalise import normalise
from text_analysis.tables import read_table
from text_analysis.values import Repair

# One syllable has dozens of words; two are the least that spell one product. The shortest such key is "ai" + "ye".
_KEY_LETTERS_MIN = 4
# Names of categories alone (木屐, 吧唧) are too rare to claim a short key that is some brand's name (muji, baji).
_RARE_KEY_LETTERS_MIN = 7
_WORD_CHARACTERS_MAX = 6
# Initials stand for many words, so only head words (frequency 1000 in the dictionary) and a query of nothing else.
_INITIALS_MIN = 3
_INITIALS_FREQUENCY_MIN = 1000
# A spelling of two words at most three more: past that it is a brand or an address.
_WORDS_MAX = 4
_LETTERS_MAX = 40
_HAN_OR_LATIN = re.compile(r"[a-z]+|[\u4e00-\u9fff]")
_MIXED = re.compile(r"[a-z\u4e00-\u9fff]+")
_LATIN_RUN = re.compile(r"(?<![a-z0-9.\-])[a-z]+(?: [a-z]+)*(?![a-z0-9.\-])")


@lru_cache(maxsize=1 << 16)
def keys(text: str) -> tuple[str, str]:
    """(full pinyin without tones or spaces, initials): 连衣裙 -> (lianyiqun, lyq); letters and digits stay."""
    syllables = lazy_pinyin(normalise(text).replace(" ", ""), style=Style.NORMAL, v_to_u=False)
    return "".join(syllables), "".join(s if not s.isalpha() or not s.isascii() else s[0] for s in syllables)


class PinyinReader:
    """Reads pinyin as words of the lexicon; the index holds one key a word."""

    def __init__(self, lexicon: Lexicon, english: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._english = english | {w for w in lexicon if w.isascii()}

    @classmethod
    def load(cls, path: Path, lexicon: Lexicon) -> PinyinReader:
        """English words of ``english.tsv`` are never read as pinyin."""
        return cls(lexicon, frozenset(normalise(row["word"]) for row in read_table(path)))

    @cached_property
    def _index(self) -> tuple[dict[str, list[str]], dict[str, list[str]], int]:
        """(words by full pinyin, head words by initials, letters of the longest key): a second's work, done when the
        first query needs it, so that a process that only indexes never does it."""
        by_key: defaultdict[str, list[str]] = defaultdict(list)
        by_initials: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._lexicon.chinese_words():
            if 2 <= len(word) <= _WORD_CHARACTERS_MAX:
                full, initials = keys(word)
                by_key[full].append(word)
                if self._lexicon.frequency(word) >= _INITIALS_FREQUENCY_MIN and len(word) >= _INITIALS_MIN:
                    by_initials[initials].append(word)
        ordered = {key: self._ordered(words) for key, words in by_key.items() if len(key) >= _KEY_LETTERS_MIN}
        initials_index = {key: self._ordered(words) for key, words in by_initials.items()}
        return ordered, initials_index, max(map(len, ordered), default=0)

    def _spelt(self, key: str) -> str | None:
        """The most usual word with this full pinyin; a short key needs a word of the dictionary."""
        words = self._index[0].get(key)
        if not words or (
            len(key) < _RARE_KEY_LETTERS_MIN and self._lexicon.frequency(words[0]) <= EXTRA_WORD_FREQUENCY
        ):
            return None
        return words[0]

    def _ordered(self, words: Iterable[str]) -> list[str]:
        return sorted(words, key=lambda word: (-self._lexicon.frequency(word), word))

    def homophones(self, key: str) -> list[str]:
        """The words of the lexicon with this full pinyin, most usual first."""
        return self._index[0].get(key, [])

    def read(self, text: str) -> Repair | None:
        """The normalised query with its pinyin as words; None when it has none that spells words of the lexicon."""
        repaired = _LATIN_RUN.sub(lambda run: self._spell_run(run[0]) or run[0], text)
        confidence = 0.9
        if repaired == text:
            repaired = _MIXED.sub(lambda piece: self._spell_mixed(piece[0]) or piece[0], text)
        if repaired == text and text.isascii() and text.isalpha():
            repaired, confidence = self._spell_initials(text) or text, 0.6
        if repaired == text:
            return None
        return Repair(original=text, repaired=repaired, kind="pinyin", confidence=confidence)

    def _spell_run(self, run: str) -> str | None:
        """Letters in a row, perhaps one syllable a space: all of them must be spelt, or it is no pinyin."""
        letters = run.replace(" ", "")
        if len(letters) > _LETTERS_MAX or any(word in self._english for word in run.split(" ")):
            return None
        words = self._spell(letters)
        return " ".join(words) if words else None

    def _spell(self, letters: str) -> list[str] | None:
        """Fewest words that spell the letters, then the most usual."""
        longest = self._index[2]
        best: list[tuple[int, int, list[str]] | None] = [None] * (len(letters) + 1)
        best[0] = (0, 0, [])
        for end in range(_KEY_LETTERS_MIN, len(letters) + 1):
            for start in range(max(0, end - longest), end - _KEY_LETTERS_MIN + 1):
                before = best[start]
                word = self._spelt(letters[start:end]) if before else None
                if before is None or word is None or before[0] == _WORDS_MAX:
                    continue
                found = (before[0] + 1, before[1] - self._lexicon.frequency(word), [*before[2], word])
                known = best[end]
                if known is None or found[:2] < known[:2]:
                    best[end] = found
        last = best[-1]
        return last[2] if last else None

    def _spell_mixed(self, piece: str) -> str | None:
        """lian衣qun: letters for some characters; the word must have the others where they stand."""
        parts = _HAN_OR_LATIN.findall(piece)
        if piece in self._lexicon or not any(p[0].isascii() for p in parts) or all(p[0].isascii() for p in parts):
            return None
        if len(piece) > _LETTERS_MAX or any(p in self._english for p in parts):
            return None
        chinese = [part for part in parts if not part.isascii()]
        for word in self.homophones(keys(piece)[0]):
            rest = iter(word)
            if all(character in rest for character in chinese):
                return word
        return None

    def _spell_initials(self, text: str) -> str | None:
        if len(text) < _INITIALS_MIN or text in self._english:
            return None
        words = self._index[1].get(text, ())
        return words[0] if len(words) == 1 else None
