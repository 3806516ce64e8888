"""Where a text answers a query, in offsets of the text as it was given."""

from __future__ import annotations

import re

from text_analysis.normalise import align
from text_analysis.runs import RunReader
from text_analysis.values import QueryAnalysis, Span


def highlight(text: str, query: QueryAnalysis, runs: RunReader) -> tuple[Span, ...]:
    """Spans in order that neither overlap nor touch."""
    folded, offsets = align(text)
    tokens, phrases = _wanted(query)
    covered = bytearray(len(text))
    position = 0
    for index, piece in enumerate(runs.split(folded)):
        if index % 2:
            for start, end, found in runs.tokens_in(piece):
                if not tokens.isdisjoint(found):
                    _cover(covered, offsets, position + start, position + end)
        position += len(piece)
    if phrases:
        pattern = re.compile("|".join(map(re.escape, sorted(phrases, key=len, reverse=True))))
        for match in pattern.finditer(folded):
            _cover(covered, offsets, match.start(), match.end())
    return tuple(Span(start=m.start(), end=m.end()) for m in re.finditer(rb"\x01+", bytes(covered)))


def _wanted(query: QueryAnalysis) -> tuple[set[str], set[str]]:
    """(tokens of runs, Chinese words) to look for; words of two or more characters, and single ones that were asked for."""
    tokens: set[str] = set()
    phrases: set[str] = set()
    for word in query.words:
        spellings = [(word.text, word.characters, word.tokens)]
        spellings += [(s.text, s.characters, s.tokens) for s in word.synonyms]
        for text, characters, parts in spellings:
            tokens.update(c for c in characters if len(c) > 1 or c.isascii())
            phrases.add(text)
            phrases.update(part for part in parts if len(part) > 1)
    return tokens, {phrase for phrase in phrases if not phrase.isascii()}


def _cover(covered: bytearray, offsets: list[int], start: int, end: int) -> None:
    first, last = offsets[start], offsets[end - 1]
    covered[first : last + 1] = b"\x01" * (last + 1 - first)
