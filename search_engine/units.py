"""What a match rule counts, the same for every backend."""

from __future__ import annotations

import math

from search_engine.plan import LexicalQuery, TermGroup

Alternatives = tuple[tuple[str, ...], ...]  # all tokens of any one of them


def units_of(lexical: LexicalQuery, unit: str) -> list[Alternatives]:
    """The groups, or the distinct characters, that a rule of this unit asks for."""
    if unit == "character":
        return [((token,),) for token in asked_tokens(lexical)]
    return [alternatives for group in lexical.groups if (alternatives := alternatives_of(group))]


def asked_tokens(lexical: LexicalQuery) -> tuple[str, ...]:
    """The distinct coverage tokens of the buyer's own words: of each group's first alternative."""
    own = [token for group in lexical.groups if group.alternatives for token in group.alternatives[0]]
    return tuple(dict.fromkeys(token for token in own if token))


def alternatives_of(group: TermGroup) -> Alternatives:
    """The alternatives of a group, without what is no token."""
    cleaned = (tuple(dict.fromkeys(token for token in each if token)) for each in group.alternatives)
    return tuple(tokens for tokens in cleaned if tokens)


def needed(share: float, units: int) -> int:
    """How many of so many units ``share`` asks for: rounded up, at least one."""
    return max(1, min(units, math.ceil(share * units - 1e-9)))
