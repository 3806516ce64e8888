"""Where a text answers a query, in offsets of the text as it was given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from text_analysis.normalise import align
from text_analysis.runs import RunReader
from text_analysis.values import QueryAnalysis, QueryWord, Span, Synonym


class Highlighter:
    """What one query marks, read once for the many texts of a page."""

    def __init__(self, query: QueryAnalysis, runs: RunReader) -> None:
        self._runs = runs
        self._tokens, self._phrases = _wanted(query)

    def spans(self, text: str) -> tuple[Span, ...]:
        """Spans in order that neither overlap nor touch."""
        folded, offsets = align(text)
        covered = bytearray(len(text))
        if self._tokens:
            for start, end in self._runs_found(folded):
                _cover(covered, offsets, start, end)
        for start, end in _phrases_found(folded, self._phrases):
            _cover(covered, offsets, start, end)
        return tuple(Span(start=m.start(), end=m.end()) for m in re.finditer(rb"\x01+", covered))

    def _runs_found(self, folded: str) -> Iterator[tuple[int, int]]:
        position = 0
        for index, piece in enumerate(self._runs.split(folded)):
            if index % 2:
                for start, end, found in self._runs.tokens_in(piece):
                    if not self._tokens.isdisjoint(found):
                        yield position + start, position + end
            position += len(piece)


def _phrases_found(folded: str, phrases: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where phrases stand, from the left, the longest first, apart. Plain searches: a page is shorter than a pattern
    takes to compile."""
    found: list[tuple[int, int]] = []
    for phrase in phrases:
        start = folded.find(phrase)
        while start >= 0:
            found.append((start, -len(phrase)))
            start = folded.find(phrase, start + 1)
    free = 0
    for start, negative_length in sorted(found):
        if start >= free:
            free = start - negative_length
            yield start, free


def _wanted(query: QueryAnalysis) -> tuple[set[str], tuple[str, ...]]:
    """(tokens of runs, Chinese words) to look for; single characters only where they were asked for as words."""
    tokens: set[str] = set()
    phrases: set[str] = set()
    for word in query.words:
        phrases.update(part for part in word.tokens if len(part) > 1)
        spellings: list[QueryWord | Synonym] = [word, *word.synonyms]
        for spelling in spellings:  # a synonym counts whole: 手机 alone is no 苹果手机
            tokens.update(c for c in spelling.characters if len(c) > 1 or c.isascii())
            phrases.add(spelling.text)
    return tokens, tuple(phrase for phrase in phrases if not phrase.isascii())


def _cover(covered: bytearray, offsets: Sequence[int], start: int, end: int) -> None:
    first, last = offsets[start], offsets[end - 1]
    covered[first : last + 1] = b"\x01" * (last + 1 - first)
