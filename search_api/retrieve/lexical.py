"""Words understood to the lexical part of a plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from search_engine.plan import LexicalQuery, MatchRule, Term, TermGroup
from text_analysis.values import QueryAnalysis, QueryWord


Cut = Callable[[str], Sequence[str]]


def lexical_query(
    analysis: QueryAnalysis, *, cut: Cut, rules: tuple[MatchRule, ...]
) -> LexicalQuery | None:
    """The lexical legs of a query, None when it has nothing to search for.

    ``cut`` gives the characters of a synonym as documents have them. When no word is required (the query is all
    stuffing, like 厂家直销), every word is.
    """
    if not analysis.words and not analysis.codes:
        return None
    required = [word for word in analysis.words if word.required] or list(analysis.words)
    return LexicalQuery(
        words=_word_terms(analysis.words),
        characters=_unique(analysis.characters),
        bigrams=_unique(analysis.bigrams),
        facts=_word_terms(analysis.words),
        groups=tuple(_group(word, cut) for word in required if word.characters),
        excluded=tuple(_group(word, cut) for word in analysis.excluded if word.characters),
        codes=analysis.codes,
        rules=rules,
    )


def _group(word: QueryWord, cut: Cut) -> TermGroup:
    own = tuple(dict.fromkeys(word.characters))
    others = (tuple(dict.fromkeys(cut(synonym.text))) for synonym in word.synonyms)
    return TermGroup(text=word.text, alternatives=(own, *(other for other in dict.fromkeys(others) if other)))


def _word_terms(words: tuple[QueryWord, ...]) -> tuple[Term, ...]:
    weights: dict[str, float] = {}
    for word in words:
        weights[word.text] = 1.0
        for synonym in word.synonyms:
            weights.setdefault(synonym.text, synonym.weight)
    return tuple(Term(text, weight) for text, weight in weights.items())


def _unique(tokens: tuple[str, ...]) -> tuple[Term, ...]:
    return tuple(Term(token) for token in dict.fromkeys(tokens))
