"""Step 6: what the buyer does not want (不要硅胶, 非塑料). Words of the lexicon win: 不锈钢 excludes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from text_analysis.cut import Cutter
from text_analysis.lexicon import Lexicon
from text_analysis.tables import read_table

# As far as a word that begins at or before a cue can reach; the longest guard in the lexicon has five characters.
_GUARD_CHARACTERS_MAX = 6
_FILLER = re.compile(r"(?: |的|是|有|任何|这种|那种)*")
_JOIN = re.compile(r" ?(?:和|或者|或|跟|与|以及|及|,|/) ?")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """The words not wanted, and the text without them and their cue."""

    text: str
    words: tuple[str, ...] = ()


class Negation:
    """Cues of ``negation.tsv`` by scope.

    ``word`` excludes the word after it, ``glued`` (非) a product word that follows at once. ``material`` (无, 不含)
    does so for materials alone: the right listings say 无香精 themselves, so excluding 香精 would hide just those.
    ``sign`` is the minus before a word. ``after`` closes a phrase.
    """

    def __init__(self, scopes: dict[str, str], lexicon: Lexicon, cutter: Cutter) -> None:
        self._scopes = scopes
        self._lexicon = lexicon
        self._cutter = cutter
        cues = sorted((cue for cue, scope in scopes.items() if scope not in ("after", "sign")), key=len, reverse=True)
        after = sorted((cue for cue, scope in scopes.items() if scope == "after"), key=len, reverse=True)
        signs = "".join(map(re.escape, (cue for cue, scope in scopes.items() if scope == "sign")))
        self._cue = re.compile(rf"(?P<cue>{'|'.join(cues)})|(?:(?<=\s)|^)(?P<sign>[{signs}])(?=[\u4e00-\u9fff])")
        self._after = re.compile(rf" ?(?:材质|款式|款|类|做)?(?:的)?(?:{'|'.join(after)})?(?:的)?")

    @classmethod
    def load(cls, path: Path, lexicon: Lexicon, cutter: Cutter) -> Negation:
        return cls({row["cue"]: row["scope"] for row in read_table(path)}, lexicon, cutter)

    def take(self, text: str) -> Excluded:
        """All exclusions of a normalised query, in order."""
        kept: list[str] = []
        excluded: list[str] = []
        position = 0
        for found in self._cue.finditer(text):
            if found.start() < position:
                continue
            targets, end = self._targets(text, found)
            if targets:
                kept.append(text[position : found.start()])
                excluded += targets
                position = end
        kept.append(text[position:])
        return Excluded(text=" ".join(" ".join(kept).split()), words=tuple(dict.fromkeys(excluded)))

    def _targets(self, text: str, found: re.Match[str]) -> tuple[list[str], int]:
        scope = self._scopes[found["cue"] or found["sign"]]
        if found["cue"] and self._guarded(text, found.start(), found.end()):
            return [], found.end()
        position = found.end()
        targets: list[str] = []
        accept = {"material": self._lexicon.is_material, "glued": self._is_product_word}.get(scope, self._is_target)
        while True:
            position = _FILLER.match(text, position).end() if scope == "word" else position  # type: ignore[union-attr]
            target = self._first_word(text, position, accept)
            if not target:
                break
            targets.append(target)
            position += len(target)
            joined = _JOIN.match(text, position)
            if joined is None:
                break
            position = joined.end()
        closing = self._after.match(text, position)
        return targets, closing.end() if closing and targets else position

    def _guarded(self, text: str, start: int, end: int) -> bool:
        """Whether a known word covers the cue and goes beyond it."""
        for first in range(max(0, start - 2), start + 1):
            for last in range(end, min(len(text), first + _GUARD_CHARACTERS_MAX) + 1):
                if last - first > end - start and last >= end:
                    word = text[first:last]
                    if word in self._lexicon or self._cutter.known(word):
                        return True
        return False

    def _is_target(self, word: str) -> bool:
        return bool(word.strip()) and word not in "的是有和或"

    def _is_product_word(self, word: str) -> bool:
        return len(word) > 1 and word in self._lexicon

    def _first_word(self, text: str, position: int, accept: Callable[[str], bool]) -> str:
        """The longest lexicon word at ``position``, else the first word as cut; "" when it is not accepted."""
        rest = text[position:].split(" ", 1)[0][: 2 * _GUARD_CHARACTERS_MAX]
        for length in range(min(len(rest), _GUARD_CHARACTERS_MAX), 1, -1):
            if rest[:length] in self._lexicon and accept(rest[:length]):
                return rest[:length]
        if not rest or not _HAN.match(rest):
            latin = re.match(r"[a-z0-9]+", rest)
            return latin[0] if latin and accept(latin[0]) else ""
        first = self._cutter.words(rest)[0]
        return first if accept(first) else ""
