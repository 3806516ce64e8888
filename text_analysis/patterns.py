"""Patterns over many words that cost as little as a few."""

from __future__ import annotations

import re
from collections.abc import Iterable

_Trie = dict[str, "_Trie"]
_END = ""


def any_word(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest that fits first.

    Common beginnings are written once: Python's engine tries the alternatives of a list one after the other, so a
    thousand words in a list cost a thousand looks at every place.
    """
    trie: _Trie = {}
    for word in words:
        node = trie
        for character in word:
            node = node.setdefault(character, {})
        node[_END] = {}
    return _pattern(trie)


def _pattern(node: _Trie) -> str:
    """The rest of the words below a node, longer ones first; "" when nothing follows."""
    branches = [re.escape(character) + _pattern(below) for character, below in node.items() if character]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 and _END not in node else f"(?:{'|'.join(branches)})"
    return f"{joined}?" if _END in node else joined
