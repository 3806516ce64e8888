"""The product words: which exist, how usual each is. Cutting, pinyin, repair and suggestions all ask this one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from text_analysis.normalise import normalise
from text_analysis.tables import read_table

# A name that the caller passes (a category, a synonym) counts like a specialist's word of the dictionary.
EXTRA_WORD_FREQUENCY = 50
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MIXED = re.compile(r"(?=.*[a-z0-9])(?=.*[\u4e00-\u9fff])[a-z0-9\u4e00-\u9fff]{2,6}")


class Lexicon:
    """Product words with frequencies on a coarse scale: 1000 head words, 300 usual, 100 special, 50 category names."""

    def __init__(self, frequencies: Mapping[str, int], materials: frozenset[str] = frozenset()) -> None:
        self._frequencies = dict(frequencies)
        self._materials = materials

    @classmethod
    def load(cls, path: Path, extra_words: Iterable[str] = ()) -> Lexicon:
        """The words of ``dictionary.tsv`` and the extra ones, normalised; the dictionary's frequency wins."""
        frequencies = {normalise(word): EXTRA_WORD_FREQUENCY for word in extra_words}
        frequencies.pop("", None)
        materials = set()
        for row in read_table(path):
            word = normalise(row["word"])
            frequencies[word] = int(row["frequency"])
            if row["class"] == "material":
                materials.add(word)
        return cls(frequencies, frozenset(materials))

    def __contains__(self, word: str) -> bool:
        return word in self._frequencies

    def __iter__(self) -> Iterator[str]:
        return iter(self._frequencies)

    def __len__(self) -> int:
        return len(self._frequencies)

    def frequency(self, word: str) -> int:
        """Frequency of the word, 0 when it is not in the lexicon."""
        return self._frequencies.get(word, 0)

    def is_material(self, word: str) -> bool:
        """Whether the word names a material (硅胶, 塑料, 棉)."""
        return word in self._materials

    def items(self) -> Iterable[tuple[str, int]]:
        """(word, frequency) of every word."""
        return self._frequencies.items()

    def chinese_words(self) -> list[str]:
        """The words of Chinese characters alone."""
        return [word for word in self._frequencies if _HAN.match(word) and all(map(_HAN.match, word))]

    def mixed_words(self) -> list[str]:
        """The dictionary's words that join Latin letters or digits with Chinese characters, such as t恤."""
        usual = (word for word, frequency in self._frequencies.items() if frequency > EXTRA_WORD_FREQUENCY)
        return [word for word in usual if _MIXED.fullmatch(word)]
