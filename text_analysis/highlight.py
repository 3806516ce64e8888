"""Where a text answers a query, in offsets of the text as it was given."""

from __future__ import annotations

import re

from text_analysis.normalise import align
from text_analysis.runs import RunReader
from text_analysis.values import QueryAnalysis, QueryWord, Span, Synonym


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
    """(tokens of runs, Chinese words) to look for; single characters only where they were asked for as words."""
    tokens: set[str] = set()
    phrases: set[str] = set()
    for word in query.words:
        phrases.update(part for part in word.tokens if len(part) > 1)
        spellings: list[QueryWord | Synonym] = [word, *word.synonyms]
        for spelling in spellings:  # a synonym counts whole: 手机 alone is no 苹果手机
            tokens.update(c for c in spelling.characters if len(c) > 1 or c.isascii())
            phrases.add(spelling.text)
    return tokens, {phrase for phrase in phrases if not phrase.isascii()}


def _cover(covered: bytearray, offsets: list[int], start: int, end: int) -> None:
    first, last = offsets[start], offsets[end - 1]
    covered[first : last + 1] = b"\x01" * (last + 1 - first)
