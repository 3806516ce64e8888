"""Words that no listing may carry (违禁词), found whatever their width, case, script or spacing.

A text is normalised by the injected normaliser, then squeezed: blanks and punctuation go, so ``枪 支`` is ``枪支``.
An innocent phrase that contains a word (``手枪钻`` has ``手枪``) covers it; only what no phrase covers is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kernel.errors import Invalid

SHORT_TEXTS_REMEMBERED = 65_536  # attribute values repeat over a catalog; about 10 MB at most


class ProhibitedWord(Invalid):
    """The text carries a prohibited word; ``detail`` names it with its kind and reason."""

    code = "prohibited_word"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordRule:
    """One word, what kind of harm it names, why it is refused, and the innocent phrases that contain it."""

    word: str
    kind: str
    reason: str
    innocent: tuple[str, ...] = ()


_SQUEEZED = re.compile(r"[\W_]+")


class ProhibitedWords:
    """A list of rules made fast: one pattern over all words; the phrases are looked at only when it hits."""

    def __init__(self, rules: Sequence[WordRule], *, normaliser: Callable[[str], str]) -> None:
        self._normaliser = normaliser
        self._rules = {self.squeeze(rule.word): rule for rule in rules}
        if "" in self._rules:
            raise ValueError("a prohibited word is blank once normalised")
        self._innocent = {
            word: tuple(self.squeeze(phrase) for phrase in rule.innocent) for word, rule in self._rules.items()
        }
        self._pattern = _pattern(self._rules) if self._rules else None
        self._short: dict[str, WordRule | None] = {}

    @property
    def rules(self) -> tuple[WordRule, ...]:
        return tuple(self._rules.values())

    def squeeze(self, text: str) -> str:
        """Normalised, without blanks and punctuation."""
        return _SQUEEZED.sub("", self._normaliser(text))

    def find(self, text: str) -> WordRule | None:
        """The first rule that the text breaks, None when it breaks none."""
        if not text or self._pattern is None:
            return None
        squeezed = self.squeeze(text)
        start = 0
        while hit := self._pattern.search(squeezed, start):
            if not self._is_innocent(squeezed, hit):
                return self._rules[hit.group()]
            start = hit.start() + 1
        return None

    def refuse(self, text: str, *, parameter: str) -> None:
        """Raise ``ProhibitedWord`` when the text breaks a rule."""
        rule = self.find(text)
        if rule is not None:
            raise _refusal(rule, parameter)

    def refuse_short(self, text: str, *, parameter: str) -> None:
        """``refuse`` that remembers: for texts that come again and again."""
        known = self._short
        if text not in known:
            if len(known) >= SHORT_TEXTS_REMEMBERED:
                known.clear()
            known[text] = self.find(text)
        rule = known[text]
        if rule is not None:
            raise _refusal(rule, parameter)

    def _is_innocent(self, squeezed: str, hit: re.Match[str]) -> bool:
        for phrase in self._innocent[hit.group()]:
            # The phrase covers the hit when it lies at one of the offsets where the word stands inside it.
            offset = phrase.find(hit.group())
            while offset >= 0:
                if squeezed.startswith(phrase, hit.start() - offset) and hit.start() >= offset:
                    return True
                offset = phrase.find(hit.group(), offset + 1)
        return False


def read_rules(lines: Iterable[str]) -> tuple[WordRule, ...]:
    """Rules of lines ``word<TAB>kind<TAB>reason<TAB>innocent phrases parted by blanks``; ``#`` opens a comment."""
    rules = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = [column.strip() for column in line.rstrip("\n").split("\t")]
        if len(columns) not in (3, 4) or not all(columns[:3]):
            raise ValueError(f"line {number}: expected word, kind, reason and optionally innocent phrases")
        innocent = tuple(columns[3].split()) if len(columns) == 4 else ()
        rules.append(WordRule(word=columns[0], kind=columns[1], reason=columns[2], innocent=innocent))
    return tuple(rules)


def _refusal(rule: WordRule, parameter: str) -> ProhibitedWord:
    return ProhibitedWord(
        f"含有违禁词“{rule.word}”（{rule.kind}）：{rule.reason}",
        parameter=parameter,
        detail={"word": rule.word, "kind": rule.kind, "reason": rule.reason},
    )


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """One branch a first character, longest word first. Every branch begins with a plain character, from which ``re``
    makes one set that rules out nearly every position of a text."""
    by_first: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        by_first.setdefault(word[0], []).append(word)
    return re.compile("|".join(_branch(first, group) for first, group in by_first.items()))


def _branch(first: str, words: Sequence[str]) -> str:
    # A word that begins or ends with a Latin letter or digit is not found inside a longer run (pink粉 is no k粉).
    head = re.escape(first) + (f"(?<![a-z0-9]{re.escape(first)})" if first.isascii() else "")
    tails = (re.escape(word[1:]) + ("(?![a-z0-9])" if word[-1].isascii() else "") for word in words)
    return f"{head}(?:{'|'.join(tails)})"
