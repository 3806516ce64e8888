"""Step 8: words that say how a thing is sold or asked for, not what it is; a listing need not contain them."""

from __future__ import annotations

from pathlib import Path

from text_analysis.normalise import normalise
from text_analysis.tables import read_table


class Stuffing:
    """The words of ``stuffing.tsv``."""

    def __init__(self, words: frozenset[str]) -> None:
        self._words = words

    @classmethod
    def load(cls, path: Path) -> Stuffing:
        return cls(frozenset(normalise(row["word"]) for row in read_table(path)))

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def words(self) -> frozenset[str]:
        return self._words
