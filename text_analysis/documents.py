"""The hot path: a listing's title and facts to the tokens of the index fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import add

from text_analysis.cut import Cutter
from text_analysis.normalise import fold
from text_analysis.runs import RunReader
from text_analysis.values import DocumentText

# Letters and ideographs one by one; punctuation that quantities did not use is no token.
_NOT_CHARACTERS = re.compile(r"\W+")
_SPACES = re.compile(r"  +")
_NOT_WORDS = frozenset(" .-*/+%~#&:'\"°¥$")
# Facts (category, attribute values, brand) are short and repeat from listing to listing; some 100 bytes an entry.
_FACTS_CACHED_MAX = 200_000

_Tokens = tuple[list[str], list[str], list[str]]


class DocumentCutter:
    """Cuts titles and facts into the grains of ``DocumentText``. Thread-safe."""

    def __init__(self, cutter: Cutter, runs: RunReader) -> None:
        self._cutter = cutter
        self._runs = runs
        self._facts: dict[str, tuple[str, dict[str, None]]] = {}

    def tokens(self, text: str) -> _Tokens:
        """(words, characters in order, extra tokens) of a text; each may repeat."""
        folded = fold(text)
        pieces = self._runs.split(_SPACES.sub(" ", folded) if "  " in folded else folded)
        words = [w for w in self._cutter.search_words(" ".join(pieces[::2])) if w not in _NOT_WORDS]
        if len(pieces) == 1:
            return words, list(_NOT_CHARACTERS.sub("", pieces[0])), []
        characters: list[str] = []
        extras: list[str] = []
        read = self._runs.read
        for index, piece in enumerate(pieces):
            if index % 2:
                run = read(piece)
                characters += run.characters
                words += run.words
                extras += run.extras
            elif piece:
                characters += _NOT_CHARACTERS.sub("", piece)
        return words, characters, extras

    def document(self, title: str, facts: Sequence[str]) -> DocumentText:
        """The fields of one listing."""
        words, characters, extras = self.tokens(title)
        bigrams = map(add, characters, characters[1:])
        all_characters = characters + extras
        coverage = dict.fromkeys(all_characters)
        fact_words: list[str] = []
        for fact in facts:
            cut = self._facts.get(fact) or self._cut_fact(fact)
            fact_words.append(cut[0])
            coverage.update(cut[1])
        return DocumentText(
            words=" ".join(words + extras),
            characters=" ".join(all_characters),
            bigrams=" ".join(bigrams),
            facts=" ".join(fact_words),
            coverage=" ".join(coverage),
        )

    def _cut_fact(self, fact: str) -> tuple[str, dict[str, None]]:
        words, characters, extras = self.tokens(fact)
        cut = (" ".join(words + extras), dict.fromkeys(characters + extras))
        if len(self._facts) >= _FACTS_CACHED_MAX:
            self._facts = {}
        self._facts[fact] = cut
        return cut
