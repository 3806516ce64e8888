"""Words understood to the lexical part of a plan."""

from __future__ import annotations

from search_engine.plan import LexicalQuery, MatchRule, Term, TermGroup
from text_analysis.values import QueryAnalysis, QueryWord


def lexical_query(analysis: QueryAnalysis, *, rules: tuple[MatchRule, ...]) -> LexicalQuery | None:
    """The lexical legs of a query, None when it has nothing to search for.

    When no word is required (the query is all stuffing, like 厂家直销), every word is.
    """
    if not analysis.words and not analysis.codes:
        return None
    required = [word for word in analysis.words if word.required] or list(analysis.words)
    words = _word_terms(analysis.words)
    return LexicalQuery(
        words=words,
        characters=_unique(analysis.characters),
        bigrams=_unique(analysis.bigrams),
        facts=words,
        groups=tuple(_group(word) for word in required if word.characters),
        excluded=tuple(_group(word) for word in analysis.excluded if word.characters),
        codes=analysis.codes,
        rules=rules,
    )


def _group(word: QueryWord) -> TermGroup:
    """The word's own characters, or all those of one synonym."""
    spellings = (word.characters, *(synonym.characters for synonym in word.synonyms))
    alternatives = dict.fromkeys(tuple(dict.fromkeys(characters)) for characters in spellings if characters)
    return TermGroup(text=word.text, alternatives=tuple(alternatives))


def _word_terms(words: tuple[QueryWord, ...]) -> tuple[Term, ...]:
    """Tokens of the field ``words``: the buyer's own at full weight, a synonym's at its own."""
    weights: dict[str, float] = {}
    for word in words:
        weights.update(dict.fromkeys(word.tokens, 1.0))
    for word in words:
        for synonym in word.synonyms:
            for token in synonym.tokens:
                weights.setdefault(token, synonym.weight)
    return tuple(Term(text, weight) for text, weight in weights.items())


def _unique(tokens: tuple[str, ...]) -> tuple[Term, ...]:
    return tuple(Term(token) for token in dict.fromkeys(tokens))
