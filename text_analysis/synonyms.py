"""Step 7: other words for what is asked, each with its weight and reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from text_analysis.normalise import normalise
from text_analysis.tables import read_table

# A name of the taxonomy is the same thing in another maker's words: nearly as good as the buyer's own word. Below 1 so
# that of two equal listings the one that says what was typed comes first. Chosen, not fitted.
TAXONOMY_WEIGHT = 0.8
# Alternatives of one word; each is one more clause of every search. Groups of the data have two to five members.
SYNONYMS_MAX = 4
# Longer phrases are names of categories in full; as one block they could no longer be relaxed word by word.
PHRASE_CHARACTERS_MAX = 6


@dataclass(frozen=True, slots=True)
class Alternative:
    """One other word, with the weight of a match on it."""

    text: str
    weight: float
    reason: str


class Thesaurus:
    """Synonyms by word. Both ways unless the row says that the first word only widens to the others."""

    def __init__(self) -> None:
        self._alternatives: dict[str, dict[str, Alternative]] = {}

    @classmethod
    def load(cls, path: Path, extra: Iterable[tuple[str, tuple[str, ...], str]] = ()) -> Thesaurus:
        """The rows of ``synonyms.tsv`` first, then the caller's (word, other words, reason)."""
        thesaurus = cls()
        for row in read_table(path):
            members = tuple(filter(None, map(normalise, row["words"].split("|"))))
            thesaurus._add(members, float(row["weight"]), row["reason"], one_way=row["direction"] == "one_way")
        for word, others, reason in extra:
            members = tuple(filter(None, map(normalise, (word, *others))))
            thesaurus._add(members, TAXONOMY_WEIGHT, reason, one_way=False)
        return thesaurus

    def _add(self, members: tuple[str, ...], weight: float, reason: str, *, one_way: bool) -> None:
        for index, word in enumerate(members):
            if one_way and index:
                break
            known = self._alternatives.setdefault(word, {})
            for other in members:
                if other != word and other not in known and len(known) < SYNONYMS_MAX:
                    known[other] = Alternative(other, weight, reason)

    def words(self) -> Iterable[str]:
        """Every word that has synonyms or is one."""
        seen = dict.fromkeys(self._alternatives)
        for group in self._alternatives.values():
            seen.update(dict.fromkeys(group))
        return seen

    def __contains__(self, word: str) -> bool:
        return word in self._alternatives

    def of(self, word: str) -> tuple[Alternative, ...]:
        """The synonyms of a normalised word; none when it has none."""
        return tuple(self._alternatives.get(word, {}).values())
