"""Step 3: finds the runs of Latin letters, digits and numerals with units in a text and reads each into tokens.

Documents and queries read runs with this one class, so their tokens are equal by construction. A run that was seen
before costs a dictionary look-up: catalogs repeat them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from text_analysis.model_numbers import joined, whole_and_parts
from text_analysis.patterns import any_word
from text_analysis.quantities import CHINESE_DIGITS, NUMBER, UnitTable
from text_analysis.values import Quantity

# A token longer than this is noise (a pasted address, a hash); cut alike on both sides, it still matches itself.
TOKEN_CHARACTERS_MAX = 48
# A few hundred bytes an entry: at most some 50 MB. A title's runs repeat, so starting afresh when full costs little.
_CACHE_ENTRIES_MAX = 100_000
# Numerals after these are ordinals or parts of a word: 第一件, 统一, 唯一, 万一, 单一.
_NOT_AFTER = "第统唯之单专同每逐独划归"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run as tokens. ``extras`` are the shorter or as-typed tokens by which a document is found as well."""

    text: str
    characters: tuple[str, ...]
    words: tuple[str, ...]
    extras: tuple[str, ...] = ()
    quantities: tuple[Quantity, ...] = ()


class RunReader:
    """Splits a normalised text at its runs, and reads runs. Thread-safe: the cache only ever holds finished values."""

    def __init__(self, units: UnitTable, *, mixed_words: Iterable[str], numeral_words: Iterable[str]) -> None:
        """``mixed_words``: of Latin and Chinese (t恤). ``numeral_words``: those that begin with a numeral (一次性)."""
        self._units = units
        self._mixed = frozenset(mixed_words)
        self._cache: dict[str, Run] = {}
        measure = re.compile(f"[{CHINESE_DIGITS}]+(?:{units.numeral_pattern})")
        numeral_words = [w for w in numeral_words if measure.match(w) and not measure.fullmatch(w)]
        self._splitter = re.compile(f"({self._run_pattern(numeral_words)})")
        self._reader = self._reader_pattern()
        self._size = re.compile(f"({NUMBER}) ?({units.length_pattern})?")

    def _run_pattern(self, numeral_words: list[str]) -> str:
        units = self._units
        guard = f"(?!{any_word(numeral_words)})" if numeral_words else ""
        latin_first = [word for word in self._mixed if word[0].isascii()]
        latin_later = [word for word in self._mixed if not word[0].isascii()]
        firsts = "φa-z0-9" + CHINESE_DIGITS
        ahead = f"(?=[{firsts}])"
        alternatives = []
        if latin_first:
            alternatives.append(f"(?<![a-z0-9]){any_word(latin_first)}")
        if latin_later:
            alternatives.append(f"{any_word(latin_later)}(?![a-z0-9])")
            # Only where Latin is near can a mixed word begin: this spares the alternatives at most places of a title.
            begins = "".join(sorted({re.escape(word[0]) for word in latin_later}))
            reach_max = max(_latin_at(word) for word in latin_later) - 1
            ahead = f"(?=[{firsts}]|[{begins}][^a-z0-9]{{0,{reach_max}}}[a-z0-9])"
        alternatives.append(
            f"(?<![{_NOT_AFTER}{CHINESE_DIGITS}]){guard}[{CHINESE_DIGITS}]{{1,8}}(?:{units.numeral_pattern})"
        )
        inner = rf"(?:(?:{units.length_pattern})?[ .\-*/+~:]{{1,3}}|(?:{units.length_pattern})(?=[x*]\d))"
        alternatives.append(rf"[φ]?[a-z0-9]+(?:{inner}[a-z0-9]+)*(?: ?(?:{units.chinese_pattern})|[\"°%]c?)?")
        return f"{ahead}(?:{'|'.join(alternatives)})"

    def _reader_pattern(self) -> re.Pattern[str]:
        length = f"(?:{self._units.length_pattern})"
        start = r"(?<![a-z0-9.])"
        return re.compile(
            rf"{start}(?P<thread>m\d{{1,3}}(?:\.\d{{1,2}})?) ?[x*] ?(?P<shank>\d{{1,4}}(?:\.\d{{1,2}})?)"
            r"(?: ?(?:mm|毫米))?(?![a-z0-9.])"
            rf"|{start}(?P<sizes>{NUMBER}(?: ?{length})?(?: ?[x*] ?{NUMBER}(?: ?{length})?){{1,3}})(?![a-z0-9])"
            rf"|{start}(?P<low>{NUMBER}) ?[-~] ?(?P<high>{NUMBER}) ?(?P<range_unit>{self._units.any_pattern})"
            rf"|{start}(?P<fraction>\d{{1,2}}/\d{{1,2}})(?: ?(?P<inch>寸|英寸|\"))?(?![\d/])"
            rf"|{start}(?P<number>{NUMBER}|[{CHINESE_DIGITS}]{{1,8}}) ?(?P<unit>{self._units.any_pattern})"
            r"|(?P<word>[a-z0-9]+(?:(?:-|(?<=\d)\.(?=\d))[a-z0-9]+)*%?)"
        )

    def split(self, text: str) -> list[str]:
        """Pieces in turn: other text, run, other text, run, ..., other text."""
        return self._splitter.split(text)

    def read(self, run: str) -> Run:
        """The tokens of one run."""
        found = self._cache.get(run)
        if found is None:
            if len(self._cache) >= _CACHE_ENTRIES_MAX:
                self._cache = {}
            found = self._cache[run] = self._read(run)
        return found

    def tokens_in(self, run: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """(start, end, tokens) of every part of a run, extras included."""
        if run in self._mixed:
            yield 0, len(run), (*self.read(run).characters, run)
            return
        for found in self._reader.finditer(run):
            part = self.read(found[0])
            yield found.start(), found.end(), part.characters + part.extras

    def _read(self, text: str) -> Run:
        if text in self._mixed:
            pieces = tuple(re.findall(r"[a-z0-9]+|[^\W_]", text))
            return Run(text=text, characters=pieces, words=(text, *pieces))
        tokens: list[str] = []
        extras: list[str] = []
        quantities: list[Quantity] = []
        previous_word, previous_end = "", -1
        for found in self._reader.finditer(text):
            word = found["word"]
            if word is None:
                self._read_measure(found, tokens, extras, quantities)
                previous_word = ""
                continue
            whole, parts = whole_and_parts(word[:TOKEN_CHARACTERS_MAX])
            tokens += whole
            extras += parts
            if previous_word and found.start() == previous_end + 1 and text[previous_end] == " ":
                both = joined(previous_word, word)
                if both:
                    extras.append(both)
            previous_word, previous_end = word, found.end()
        unique = tuple(dict.fromkeys(extra for extra in extras if extra not in tokens))
        found_tokens = tuple(tokens)
        return Run(text=text, characters=found_tokens, words=found_tokens, extras=unique, quantities=tuple(quantities))

    def _read_measure(
        self, found: re.Match[str], tokens: list[str], extras: list[str], quantities: list[Quantity]
    ) -> None:
        if found["thread"]:
            tokens.append(f"{found['thread']}x{found['shank']}")
            extras += (found["thread"], found["shank"])
        elif found["sizes"]:
            self._read_sizes(found["sizes"], tokens, extras)
        elif found["fraction"]:
            tokens.append(found["fraction"] + ("寸" if found["inch"] else ""))
            extras.append(found["fraction"])
        elif found["range_unit"]:
            for number in (found["low"], found["high"]):
                self._read_quantity(number, found["range_unit"], tokens, extras, quantities)
        else:
            self._read_quantity(found["number"], found["unit"], tokens, extras, quantities)

    def _read_quantity(
        self, number: str, spelling: str, tokens: list[str], extras: list[str], quantities: list[Quantity]
    ) -> None:
        quantity = self._units.quantity(number, spelling)
        if quantity is None:  # 百千 and the like: numerals that are no number
            tokens += number + spelling
            return
        tokens.append(quantity.text)
        quantities.append(quantity)
        if number[0].isdigit():
            extras.append(number)
        if not quantity.unit.isascii():
            extras += quantity.unit

    def _read_sizes(self, text: str, tokens: list[str], extras: list[str]) -> None:
        """30*60cm -> 300x600mm, also found as 30x60: the last unit holds for the numbers that have none."""
        pairs = self._size.findall(text)
        plain = "x".join(number for number, _ in pairs)
        last = next((spelling for _, spelling in reversed(pairs) if spelling), "")
        if last:
            measured = [self._units.quantity(number, spelling or last) for number, spelling in pairs]
            canonical = self._units[last].unit
            numbers = [q.text.removesuffix(q.unit) for q in measured if q is not None]
            tokens.append("x".join(numbers) + canonical)
            extras.append(plain)
        else:
            tokens.append(plain)


def _latin_at(mixed_word: str) -> int:
    """Where the Latin letters or digits of a mixed word begin; its length when it has none."""
    found = re.search(r"[a-z0-9]", mixed_word)
    return found.start() if found else len(mixed_word)
