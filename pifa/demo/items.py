"""One item: the thing that is sold, before anybody sells it. Copies (同款) are listings of one item."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from catalog_service.domain.offers.content import PICTURES_MAX
from pifa.demo.leaves import LIST_ATTRIBUTES, PLACE_ATTRIBUTES, AttributePlan, LeafPlan, Leaves
from pifa.demo.words import Words

Facts = dict[str, tuple[str, ...]]

_THREAD = re.compile(r"M\d+(?:\.\d)?")
_SCREW_LENGTHS_MM = (6, 8, 10, 12, 16, 20, 25, 30, 35, 40, 50, 60, 70, 80, 100)
_LETTERS = "ABCDFGHJKLMNPQRSTVWXYZ"
FLAG_SHARE = 0.55  # flags that are 是
LIST_MAX = 5
SEVERAL_PICTURES_SHARE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """``facts``: what is true of it, by attribute id. ``spec``: a size or thread as titles say it, "" for none."""

    key: str
    leaf: LeafPlan
    facts: Facts
    spec: str
    model: str
    price_fen: int
    picture: str
    barcode: str


def draw_item(key: str, number: int, leaves: Leaves, words: Words, random: Random) -> Item:
    """The item ``number``, wholly decided by ``random``."""
    chance = random.random
    leaf = leaves.plans[min(bisect(leaves.cumulative, chance()), len(leaves.plans) - 1)]
    facts: Facts = {}
    for plan in leaf.attributes:
        if plan.id not in PLACE_ATTRIBUTES:
            facts[plan.id] = _values(plan, random)
    spec = _thread_spec(facts, random) or (random.choice(leaf.sizes) if leaf.sizes and chance() < 0.7 else "")
    low, high = leaf.category.price_yuan or (1.0, 100.0)
    low, high = max(low, 0.01), max(high, low, 0.01)
    # Between two uniform draws the middle is likelier; the scale is that of ratios, as prices are.
    price_yuan = low * (high / low) ** ((chance() + chance()) / 2)
    return Item(
        key=key,
        leaf=leaf,
        facts=facts,
        spec=spec,
        model=_model(random),
        price_fen=round_price(price_yuan * 100),
        picture=_picture(leaf, facts, words, random),
        barcode=ean13(6_900_000_00000 + (number * 7_919 + 104_729) % 100_000_00000) if chance() < 0.14 else "",
    )


def more_pictures(item: Item, offer_id: str, words: Words) -> tuple[str, ...]:
    """The same thing in other colours, of a few offers; drawn from the offer's own id, so that it changes nothing else
    of a seeded catalog."""
    random = Random(f"pictures:{offer_id}")  # noqa: S311 (seeded data)
    if random.random() >= SEVERAL_PICTURES_SHARE:
        return ()
    shape, colour, rest = item.picture.rsplit("-", 2)
    others = [code for code in dict.fromkeys(code for _, code in words.colours) if code != colour]
    return tuple(f"{shape}-{code}-{rest}" for code in some(others, random.randint(1, PICTURES_MAX - 1), random))


def some(values: Sequence[str], count: int, random: Random) -> tuple[str, ...]:
    """``count`` different ones in any order; quicker than ``Random.sample`` for the few that a title takes."""
    if count >= len(values):
        return tuple(values)
    chosen: dict[str, None] = {}
    while len(chosen) < count:
        chosen[values[int(random.random() * len(values))]] = None
    return tuple(chosen)


def round_price(fen: float) -> int:
    """A price as sellers write it: whole yuan from 200 on, tenths from 10 on, five fen from 1 on; at least 1 fen."""
    step = 100 if fen >= 20_000 else 10 if fen >= 1_000 else 5 if fen >= 100 else 1
    return max(1, round(fen / step) * step)


def ean13(digits12: int) -> str:
    """The barcode of 12 digits with its check digit (GS1: odd places weigh 1, even places 3)."""
    text = f"{digits12:012d}"[:12]
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(text))
    return f"{text}{-total % 10}"


def _values(plan: AttributePlan, random: Random) -> tuple[str, ...]:
    if plan.type == "flag":
        return ("是",) if random.random() < FLAG_SHARE else ("否",)
    if plan.type == "number":
        middle = (random.random() + random.random()) / 2
        return (f"{plan.numbers[int(middle * len(plan.numbers))]:g}{plan.unit.strip()}",)
    values = plan.values
    if plan.id in LIST_ATTRIBUTES and len(values) > 2 and random.random() < 0.6:
        count = 2 + int(random.random() * min(LIST_MAX - 1, len(values) - 1))
        if plan.id == "size":  # sizes come as a run
            start = int(random.random() * (len(values) - min(count, len(values)) + 1))
            return values[start : start + count]
        return some(values, count, random)
    # The square leans to the first values, which the sector files list by how usual they are.
    return (values[int(random.random() ** 1.4 * len(values))],)


def _thread_spec(facts: Facts, random: Random) -> str:
    thread = facts.get("thread", ("",))[0]
    if not _THREAD.fullmatch(thread):
        return ""
    length = random.choice(_SCREW_LENGTHS_MM)
    known = "length_mm" if "length_mm" in facts else "长度"
    facts[known] = (f"{length}mm",)
    return f"{thread}x{length}"


def _model(random: Random) -> str:
    letters = "".join(random.choices(_LETTERS, k=1 + int(random.random() * 3)))
    digits = int(10 ** (2 + 2 * random.random()))
    return f"{letters}{'-' if random.random() < 0.4 else ''}{digits}"


def _picture(leaf: LeafPlan, facts: Facts, words: Words, random: Random) -> str:
    chance = random.random()
    colours: Sequence[tuple[str, str]] = words.colours
    stated = facts.get("color", ("",))[0]
    colour = next((code for name, code in colours if name in stated), "") if stated else ""
    if not colour:
        colour = colours[int(chance * len(colours))][1]
    return f"/pictures/{leaf.picture_shape}-{colour}-{random.choice(leaf.picture_variants)}.svg"
