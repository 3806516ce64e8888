"""Sentences in the reader's language. They are written in Chinese, finished, where they arise; English is a catalogue
(``locale/problems.en.po``, kept by ``python -m ops.messages``) whose ids are the sentences as the source has them, with
places for the values: ``没有编号为 {offer_id} 的商品``. Decision 0018."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import product, takewhile
from pathlib import Path

from web.places import Places, places

CATALOGUE = Path(__file__).resolve().parent / "locale" / "problems.en.po"
MESSAGE_CHARACTERS_MAX = 2_000  # no sentence is longer; what is holds a list or a file, and would cost time to compare
PARTS_MAX = 50  # of a list within a sentence; the longest names every state
SENTENCES_REMEMBERED = 4_096  # a sentence takes up to a few ms the first time; about 2 MB
DEPTH_MAX = 3  # a reason within a refusal within a row; deeper is a value that happens to look like a sentence

HAN = re.compile("[\u4e00-\u9fff]")
PLACE = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_NUMBER = re.compile(r"[\d.,]*")
# 100件, ≥10 双, ¥5.20/个, 12个/箱, ≥100件 ¥5.20: a number and its unit, a second one perhaps.
MYRIAD = "万"
_COUNTED = re.compile(r"([≥≤¥]{0,2}\d[\d.,-]*)( ?/?)([^\d.,≥≤¥/ -]+)(/?)([^\d.,≥≤¥/ -]*)( ¥[\d.,]+)?")
_WORD = re.compile(r"[a-z]+(?=[ ,;:]|$)")
_JOINTS = {"；": "; ", "、": ", ", "，": ", ", "或": " or "}
MARKS = str.maketrans(
    {"、": ", ", "，": ", ", "（": " (", "）": ")"}
)  # of a value without words, such as SQLite（x.db）
# Members of an answer that people read; all others are figures and names for programs.
_READ = frozenset({"message", "reason", "detail", "because"})


@dataclass(frozen=True, slots=True)
class Shape:
    """A sentence with places: ``parts`` are its fixed texts, one more than ``names``, which stand between them."""

    parts: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Shape:
        pieces = PLACE.split(text)
        return cls(tuple(pieces[::2]), tuple(pieces[1::2]))

    @property
    def rank(self) -> tuple[int, int]:
        """Of two shapes that fit, the one with more characters of its own says more; then the one with fewer places."""
        return sum(len(part.replace(" ", "")) for part in self.parts), -len(self.names)

    def values(self, text: str) -> tuple[str, ...] | None:
        """What stands in the places, each as short as can be; None when ``text`` has another shape. Time is linear in
        the text, whatever somebody wrote into it."""
        first, *middle, last = self.parts
        place, end = len(first), len(text) - len(last)
        if place > end or not (text.startswith(first) and text.endswith(last)):
            return None
        found = []
        for part in middle:
            at = text.find(part, place, end) if part else _after_number(text, place, end)
            if at < 0:
                return None
            found.append(text[place:at])
            place = at + len(part)
        return (*found, text[place:end])

    def quotes(self, number: int) -> bool:
        """Whether a value stands in quotation marks: then it is somebody's own word and is left as it is."""
        return self.parts[number].endswith("“") and self.parts[number + 1].startswith("”")


def _myriads(number: str) -> str:
    """``1.2`` (万) as ``12,000``; empty when it is no plain number."""
    try:
        return f"{Decimal(number) * 10_000:,.0f}"
    except InvalidOperation:
        return ""


def _after_number(text: str, place: int, end: int) -> int:
    """Where ``100件`` parts into its number and its unit: two values with nothing between."""
    found = _NUMBER.match(text, place, end)
    return found.end() if found else place


class Translation:
    """Chinese sentences to another language by a catalogue, and what begins with a province by ``known_places``. What
    it does not know stays Chinese."""

    def __init__(self, entries: Mapping[str, str], *, known_places: Places | None = None) -> None:
        self._places = known_places
        self._exact = {source: text for source, text in entries.items() if text and not PLACE.search(source)}
        self._shaped: dict[tuple[str, str], list[tuple[Shape, str]]] = defaultdict(list)
        for source, text in entries.items():
            if text and PLACE.search(source):
                shape = Shape.of(source)
                self._shaped[shape.parts[0][:1], shape.parts[-1][-1:]].append((shape, text))
        self._of = lru_cache(SENTENCES_REMEMBERED)(self._read)

    def of(self, message: str) -> str:
        """The sentence; ``message`` itself where the catalogue has no entry."""
        sentence = self._of(message, 0)
        if sentence == message:
            return message
        sentence = sentence.strip()  # where a value that would stand first or last is empty
        word = _WORD.match(sentence)
        ours = word is not None and not message.startswith(word[0])  # a parameter's name keeps its lower case
        return sentence[:1].upper() + sentence[1:] if ours else sentence

    def word(self, text: str) -> str:
        """A word within a line: as ``of``, without the capital of a sentence."""
        return self._of(text, 0)

    def entry(self, message: str) -> tuple[Shape, str] | None:
        """The sentence with places that ``message`` is an instance of, and its translation."""
        ends = product((message[:1], ""), (message[-1:], ""))
        fitting = (entry for end in ends for entry in self._shaped.get(end, ()) if entry[0].values(message) is not None)
        return max(fitting, key=lambda entry: entry[0].rank, default=None)

    def _read(self, message: str, depth: int) -> str:
        if depth > DEPTH_MAX or len(message) > MESSAGE_CHARACTERS_MAX:
            return message
        if not HAN.search(message):
            return message.translate(MARKS) if depth else message
        known = self._exact.get(message)
        if known is not None:
            return known
        sentence = self._counted(message) or self._shape(message, depth)
        if sentence is not None and not HAN.search(sentence):
            return sentence
        return self._list(message, depth) or sentence or self._place(message) or message

    def _counted(self, message: str) -> str | None:
        """A number with its unit: what is fixed of it is the unit alone, too little for a shape."""
        found = _COUNTED.fullmatch(message)
        if found is None:
            return None
        number, stroke, unit, second_stroke, second, price = found.groups()
        if unit.startswith(MYRIAD):
            number, unit = _myriads(number), unit[len(MYRIAD) :]
        units = [self._exact.get(each, "") for each in (unit, second) if each]
        if not number or bool(second) is not bool(second_stroke) or "" in units:
            return None
        return f"{number}{'/' if '/' in stroke else ' '}{'/'.join(units)}{price or ''}".strip()

    def _shape(self, message: str, depth: int) -> str | None:
        found = self.entry(message)
        if found is None:
            return None
        shape, text = found
        values = {
            name: value if shape.quotes(number) else self._of(value, depth + 1)
            for number, (name, value) in enumerate(zip(shape.names, shape.values(message) or (), strict=True))
        }
        return PLACE.sub(lambda place: values.get(place[1], place[0]), text)

    def _place(self, value: str) -> str | None:
        return self._places.english(value, alone=False) if self._places is not None else None

    def _list(self, value: str, depth: int) -> str | None:
        """A value that joins words which the catalogue knows, all of them."""
        for joint, ours in _JOINTS.items():
            parts = [part.strip() for part in value.split(joint, PARTS_MAX)]
            told = list(takewhile(_is_told, (self._of(part, depth + 1) for part in parts)))
            if 1 < len(parts) == len(told):
                return ours.join(told)
        return None


def _is_told(text: str) -> bool:
    return not HAN.search(text)


@lru_cache(1)
def english() -> Translation:
    """The catalogue, read once a process, when the first English reader comes."""
    return Translation(read_catalogue(), known_places=places())


def read_catalogue(path: Path = CATALOGUE) -> dict[str, str]:
    """Message to English; empty where nobody wrote it yet."""
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file, locale="en") if message.id}


def told(message: str, language: str) -> str:
    """A finished sentence as the reader of ``language`` (``zh`` or ``en``) gets it."""
    return english().of(message) if language == "en" else message


def told_word(text: str, language: str) -> str:
    """A word within a line, such as a unit or a province: as ``told``, without the capital of a sentence."""
    return english().word(text) if language == "en" else text


def told_facts(facts: Mapping[str, object], language: str) -> dict[str, object]:
    """Facts of an answer with the sentences among them told: lists and objects are gone through."""
    return {
        name: told(each, language) if name in _READ and isinstance(each, str) else _told_within(each, language)
        for name, each in facts.items()
    }


def _told_within(value: object, language: str) -> object:
    if isinstance(value, Mapping):
        return told_facts(value, language)
    if isinstance(value, list | tuple):
        return [_told_within(each, language) for each in value]
    return value
