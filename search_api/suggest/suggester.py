"""Prefix suggestions from sorted key arrays: a suggestion costs two binary searches and a partial sort."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

SUGGESTIONS_MAX = 10  # what a person takes in at a glance; the page contract
INPUT_CHARACTERS_MAX = 60  # longer input is a pasted title, which no suggestion completes
By = Literal["text", "pinyin", "initials"]
HIGH = "\U0010ffff"  # sorts after every character: the end of a prefix's range


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A thing that may be suggested; ``weight`` is how often it is asked for or sold."""

    text: str
    weight: float
    category_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """``matched`` is how many leading characters of ``text`` the input stands for; ``by`` how it was found."""

    text: str
    matched: int
    by: By
    category_id: str
    category: str


class Suggester:
    """Immutable after construction; thread-safe."""

    def __init__(
        self,
        entries: Iterable[Entry],
        *,
        pinyin_keys: Callable[[str], tuple[str, str]],
        normalise: Callable[[str], str],
    ) -> None:
        self._normalise = normalise
        self._entries = list(entries)
        self._weights = np.array([entry.weight for entry in self._entries])
        keys: dict[By, list[tuple[str, int]]] = {"text": [], "pinyin": [], "initials": []}
        for number, entry in enumerate(self._entries):
            full, initials = pinyin_keys(entry.text)
            keys["text"].append((normalise(entry.text).replace(" ", ""), number))
            keys["pinyin"].append((full, number))
            keys["initials"].append((initials, number))
        self._keys: dict[By, tuple[list[str], np.ndarray]] = {}
        for by, pairs in keys.items():
            pairs.sort()
            self._keys[by] = ([key for key, _ in pairs], np.array([number for _, number in pairs], dtype=np.int64))

    def suggest(self, typed: str, *, limit: int = SUGGESTIONS_MAX) -> Sequence[Suggestion]:
        """At most ``limit`` suggestions: by text first, then by full pinyin, then by initials, each by weight."""
        key = self._normalise(typed[:INPUT_CHARACTERS_MAX]).replace(" ", "").replace("'", "")
        if not key:
            return ()
        found: dict[str, Suggestion] = {}
        ways: tuple[By, ...] = ("text", "pinyin", "initials") if key.isascii() else ("text",)
        for by in ways:
            for number in self._best(by, key, limit):
                entry = self._entries[number]
                matched = len(typed.strip()) if by == "text" else 0
                found.setdefault(
                    entry.text,
                    Suggestion(text=entry.text, matched=matched, by=by, category_id=entry.category_id, category=""),
                )
            if len(found) >= limit:
                break
        return list(found.values())[:limit]

    def _best(self, by: By, key: str, limit: int) -> list[int]:
        keys, numbers = self._keys[by]
        inside = numbers[bisect_left(keys, key) : bisect_left(keys, key + HIGH)]
        if len(inside) > limit:
            inside = inside[np.argpartition(-self._weights[inside], limit)[:limit]]
        return [int(n) for n in inside[np.argsort(-self._weights[inside], kind="stable")]]
