"""Titles as suppliers write them: words in many orders, stuffing and noise, never against the listing's own facts."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable
from itertools import accumulate
from random import Random

from pifa.demo.items import Item, some
from pifa.demo.leaves import LeafPlan
from pifa.demo.terms import Terms
from pifa.demo.words import Words

TITLE_CHARACTERS_MAX = 110  # the longest of the marketplaces' real titles; the record takes 200
ATTACK_CHARACTERS_MAX = 180
_PACK_UNITS = {
    "个": "只装",
    "只": "只装",
    "片": "片装",
    "张": "张装",
    "支": "支装",
    "双": "双装",
    "条": "条装",
    "包": "包装",
}
_SEASON_MARKS = "春夏秋冬"
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_LATIN_EDGE = re.compile(r"[A-Za-z0-9.]$")
_LATIN_START = re.compile(r"^[A-Za-z0-9.]")
# Suppliers fill what room a title has left with more of the same.
_TAILS = ("", "VA", "AVK", "DSV", "VNSK", "SCVA", "KAD", "VVASXK")
# What a selling word promises and where the terms keep it; the other selling words promise nothing.
_PROMISES: tuple[tuple[str, Callable[[Terms], bool]], ...] = (
    ("代发", lambda terms: terms.dropship),
    ("定制", lambda terms: terms.customisation),
    ("OEM", lambda terms: terms.customisation),
    ("包邮", lambda terms: terms.freight_free),
    ("现货", lambda terms: terms.stock is None or terms.stock > 0),
    ("当天", lambda terms: terms.dispatch_hours == 24),
    ("48小时", lambda terms: terms.dispatch_hours is not None and terms.dispatch_hours <= 48),
    ("混批", lambda terms: terms.moq <= 10),
)


class TitleWriter:
    """Writes titles with the words given."""

    def __init__(self, words: Words) -> None:
        self._words = words
        total = sum(weight for _, weight in words.orders)
        self._orders = tuple(order for order, _ in words.orders)
        self._order_bounds = tuple(accumulate(weight / total for _, weight in words.orders))
        self._promise = {
            word: next((keeps for mark, keeps in _PROMISES if mark in word), None) for word in words.selling
        }

    def write(self, item: Item, terms: Terms, *, brand: str, random: Random) -> str:
        """One title of the item on these terms."""
        draft = _Draft(item, terms, brand, self, random)
        order = self._orders[min(bisect(self._order_bounds, random.random()), len(self._orders) - 1)]
        order += random.choice(_TAILS)
        parts: list[str] = []
        length = 0
        for letter in order:
            for part in draft.parts(letter):
                if not part or length + len(part) >= TITLE_CHARACTERS_MAX or any(part in said for said in parts):
                    continue
                if parts and parts[-1][-1] + part[0] in self._words.never_joined:
                    if letter != "P":
                        continue
                    parts.pop()  # a title without its product is none; the word before it can go
                parts.append(part)
                length += len(part) + 1
        return self._noise(_join(parts, random), draft, random)

    def stuffed(self, title: str, strangers: list[str]) -> str:
        """An attack: names of things that the listing does not sell."""
        return " ".join((title, *strangers))[:ATTACK_CHARACTERS_MAX]

    def selling_word(self, terms: Terms, random: Random) -> str:
        """A word that the terms keep."""
        word = random.choice(self._words.selling)
        keeps = self._promise[word]
        return word if keeps is None or keeps(terms) else "批发"

    def year(self, leaf: LeafPlan, season: str, random: Random) -> str:
        """A year or season word that does not name another season than the facts do."""
        words = self._words
        if season and random.random() < 0.5:
            return random.choice(words.seasons.get(season, (season if len(season) <= 4 else "",)))
        word = random.choice(words.years if leaf.seasonal else words.years_plain)
        if any(mark in word and mark not in season for mark in _SEASON_MARKS):
            return "2026新款"
        return word

    def crowd(self, item: Item, random: Random) -> str:
        """From the facts, else from the leaf's name, else what the sector says now and then."""
        stated = item.facts.get("crowd", ("",))[0]
        if stated:
            return random.choice(self._words.crowds.get(stated, (stated if stated != "通用" else "",)))
        if item.leaf.crowd:
            return ""
        return random.choice(item.leaf.words.crowds) if random.random() < 0.4 else ""

    def english(self, random: Random) -> str:
        return random.choice(self._words.english)

    def _noise(self, title: str, draft: _Draft, random: Random) -> str:
        draw = random.random()
        if draw < 0.06:
            return f"【{self.selling_word(draft.terms, random)}】{title}"
        if draw < 0.09:
            return f"{title} {random.choice(draft.item.leaf.neighbours)}" if draft.item.leaf.neighbours else title
        if draw < 0.115:
            return title.translate(_FULL_WIDTH)
        if draw < 0.14:
            return self._traditional(title)
        if draw < 0.17:
            return title.replace(" ", "  ", 1) + " "
        if draw < 0.20:
            return title.replace(" ", "/", 2)
        if draw < 0.22:
            return f"{title}！"
        return title

    def _traditional(self, title: str) -> str:
        for simple, traditional in self._words.traditional:
            title = title.replace(simple, traditional)
        return title


class _Draft:
    """One title being written: gives the parts of each letter of an order."""

    __slots__ = ("_names", "_numbers", "_random", "_values", "_writer", "brand", "item", "terms")

    def __init__(self, item: Item, terms: Terms, brand: str, writer: TitleWriter, random: Random) -> None:
        self.item = item
        self.terms = terms
        self.brand = brand
        self._writer = writer
        self._random = random
        names = item.leaf.names
        if random.random() < 0.55 or len(names) == 1:
            self._names = list(names)
        else:
            first = 1 + int(random.random() * (len(names) - 1))
            self._names = [names[first], *(name for place, name in enumerate(names) if place != first)]
        self._values, self._numbers = said_facts(item, random)

    def parts(self, letter: str) -> tuple[str, ...]:
        chance = self._random.random
        match letter:
            case "P":
                return (self._names[0],)
            case "V":
                taken = min(len(self._values), 1 + int(chance() * 2.6))
                values, self._values = self._values[:taken], self._values[taken:]
                return tuple(values)
            case "A":
                adjectives = self.item.leaf.adjectives
                count = 1 + int(chance() * 2.5)
                return some(adjectives, count, self._random)
            case "K":
                return tuple(
                    self._writer.selling_word(self.terms, self._random) for _ in range(1 + int(chance() * 1.8))
                )
            case "N":
                return self._number_parts()
            case "S":
                return self._scene()
            case "D":
                return (self._names[1],) if len(self._names) > 1 and chance() < 0.6 else ()
            case "B":
                return (self.brand,) if self.brand and chance() < 0.8 else ()
            case "T":
                season = self.item.facts.get("season", ("",))[0]
                return (self._writer.year(self.item.leaf, season, self._random),) if chance() < 0.75 else ()
            case "C":
                return (self._writer.crowd(self.item, self._random),)
            case "M":
                return (self.item.model,)
            case "X":
                return self._pack()
            case "E":
                return (self._writer.english(self._random),)
        raise ValueError(f"no such letter of an order: {letter}")

    def _number_parts(self) -> tuple[str, ...]:
        spec = self.item.spec
        if spec and self._random.random() < 0.8:
            mark = self._random.random()
            if "x" in spec and mark < 0.5:
                spec = spec.replace("x", "*" if mark < 0.35 else "×" if mark < 0.45 else "X")
            return (spec, *self._numbers[:1]) if mark > 0.7 else (spec,)
        return tuple(self._numbers[: 1 + int(self._random.random() * 1.5)])

    def _scene(self) -> tuple[str, ...]:
        if self._random.random() < 0.25:
            return ()
        stated = self.item.facts.get("scene", ("",))[0]
        if stated and len(stated) <= 6:
            return (stated,)
        return some(self.item.leaf.words.scenes, 1 + int(self._random.random() * 1.6), self._random)

    def _pack(self) -> tuple[str, ...]:
        word = _PACK_UNITS.get(self.item.leaf.category.unit)
        units = self.terms.units_per_pack
        return (f"{units}{word}",) if word and 5 <= units <= 1000 and self._random.random() < 0.7 else ()


def said_facts(item: Item, random: Random) -> tuple[list[str], list[str]]:
    """Shuffled values and numbers of the facts in the words of a title; the group's own ones come first."""
    own: list[str] = []
    others: list[str] = []
    numbers: list[str] = []
    for plan in item.leaf.attributes:
        stated = item.facts.get(plan.id)
        if not stated or plan.id in {"season", "crowd", "scene"}:
            continue  # these have letters of their own
        if plan.type == "choice":
            word = plan.said[plan.values.index(stated[0])]
            if word and not (plan.id == "color" and random.random() < 0.6):
                (own if plan.own else others).append(word)
        elif plan.type == "number":
            if not plan.unit.startswith(" "):
                numbers.append(_number_word(plan.name, stated[0], random))
        elif stated[0] == "是" and len(plan.name) <= 6 and not plan.name.startswith("属"):
            others.append(plan.name)
    random.shuffle(own)
    random.shuffle(others)
    random.shuffle(numbers)
    if others and random.random() < 0.35:
        own.insert(0, others.pop())
    return own + others, numbers


def _number_word(name: str, text: str, random: Random) -> str:
    mark = name[-2:-1] if name.endswith("度") else ""
    if mark in {"长", "宽", "厚", "高"} and random.random() < 0.5:
        return f"{text}{mark}" if random.random() < 0.5 else f"{mark}{text}"
    return text


def _join(parts: list[str], random: Random) -> str:
    """Mostly glued; spaced where two Latin runs would melt and now and then elsewhere; some titles all spaced."""
    spaced = 0.9 if random.random() < 0.2 else 0.28
    title = ""
    for part in parts:
        melts = bool(_LATIN_EDGE.search(title) and _LATIN_START.match(part))
        title += f" {part}" if title and (melts or random.random() < spaced) else part
    return title
