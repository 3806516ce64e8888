"""A leaf of the taxonomy made ready for drawing: what it may be called and which values its attributes may take."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from random import Random

from pifa.demo.words import Hint, SectorWords, Words
from taxonomy.model import Attribute, Category, Taxonomy

PLACE_ATTRIBUTES = frozenset({"brand_origin", "origin", "region"})
LIST_ATTRIBUTES = frozenset({"color", "size"})  # sellers list a whole range of these
# Values that are no word of a title: terms of delivery, absences, open ranges.
_UNSAYABLE = re.compile(r"^[无不未其否]|以下|以上|左右|可选|定制|按|通用|起订|^\d+$|混色|\s")
_UNSAID_ATTRIBUTES = re.compile(r"起订|起批|周期|质保|保质|有效期|包装|供货|合作|证件|资质|成色|渠道|认证|产地|地区")
_SAID_UNITS = frozenset(
    [
        "mm",
        "cm",
        "m",
        "ml",
        "ML",
        "L",
        "kg",
        "g",
        "W",
        "kW",
        "A",
        "Ah",
        "mAh",
        "kWh",
        "MHz",
        "Hz",
        "英寸",
        "马力",
        "%",
        "℃",
        "人份",
        "m²",
    ]
)  # units that stand in titles; the others (天, 件/分, 大卡) stand in tables only
SAYABLE_CHARACTERS_MAX = 9
GROUP_SKEW, LEAF_SKEW = 0.55, 0.6  # exponents of 1/rank: a few leaves are crowded, none is empty at a million
ALL_VARIANTS = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributePlan:
    """One attribute of one leaf. ``said``: what the title says for each value, "" where it says nothing."""

    id: str
    name: str
    type: str
    values: tuple[str, ...]
    said: tuple[str, ...]
    numbers: tuple[float, ...]
    unit: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafPlan:
    """A leaf with its words. ``names``: the product word first, then synonyms that contradict no attribute."""

    category: Category
    sector_id: str
    group_id: str
    names: tuple[str, ...]
    neighbours: tuple[str, ...]
    attributes: tuple[AttributePlan, ...]
    adjectives: tuple[str, ...]
    words: SectorWords
    sizes: tuple[str, ...]
    seasonal: bool
    crowd: str
    picture_shape: str
    picture_variants: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaves:
    """All leaves with the cumulative weights that listings are drawn by, and those of the groups for suppliers."""

    plans: tuple[LeafPlan, ...]
    cumulative: tuple[float, ...]
    groups: tuple[str, ...]
    group_cumulative: tuple[float, ...]


def prepare_leaves(taxonomy: Taxonomy, words: Words, *, seed: int) -> Leaves:
    """Plans and popularity; the ranks are shuffled by the seed."""
    random = Random(seed)  # noqa: S311 (seeded data)
    default = next(iter(words.sectors.values()))
    plans: list[LeafPlan] = []
    weights: list[float] = []
    groups: list[str] = []
    group_weights: list[float] = []
    for sector in taxonomy.sectors:
        sector_words = words.sectors.get(sector.id, default)
        members = taxonomy.children[sector.id]
        for group, group_share in zip(members, _shares(len(members), GROUP_SKEW, random), strict=True):
            leaves = taxonomy.children[group.id]
            groups.append(group.id)
            group_weights.append(sector_words.weight * group_share)
            for leaf, share in zip(leaves, _shares(len(leaves), LEAF_SKEW, random), strict=True):
                plans.append(_plan(taxonomy, leaf, leaves, words, sector_words))
                weights.append(sector_words.weight * group_share * share)
    return Leaves(
        plans=tuple(plans),
        cumulative=_cumulative(weights),
        groups=tuple(groups),
        group_cumulative=_cumulative(group_weights),
    )


def _shares(count: int, skew: float, random: Random) -> list[float]:
    """Shares that sum to 1, by 1/rank**skew in a shuffled order."""
    shares = [1.0 / rank**skew for rank in range(1, count + 1)]
    random.shuffle(shares)
    total = sum(shares)
    return [share / total for share in shares]


def _cumulative(weights: Sequence[float]) -> tuple[float, ...]:
    total = sum(weights)
    return tuple(accumulate(weight / total for weight in weights))


def _plan(
    taxonomy: Taxonomy, leaf: Category, siblings: Sequence[Category], words: Words, sector_words: SectorWords
) -> LeafPlan:
    group_id, sector_id = leaf.id[:4], leaf.id[:2]
    own_ids = {attribute.id for attribute in (*leaf.attributes, *taxonomy.get(group_id).attributes)}
    hints = _hints(leaf.name, words, shape=leaf.shape)
    attributes = tuple(
        plan
        for attribute in taxonomy.attributes(leaf.id)
        if (plan := _attribute(attribute, leaf.name, attribute.id in own_ids, hints)) is not None
    )
    values = {value for attribute in taxonomy.attributes(leaf.id) for value in attribute.values if len(value) > 1}
    ids = {attribute.id for attribute in attributes}
    names = (
        leaf.name,
        *(
            synonym
            for synonym in leaf.synonyms
            if not any(value in synonym and value not in leaf.name for value in values)
            and not any(hint.attribute in ids and hint not in hints for hint in _hints(synonym, words))
        ),
    )
    seasonal = any(plan.id == "season" for plan in attributes) or sector_id in {"16", "17", "18"}
    shape, variants = _picture(leaf, words)
    has_size = any(plan.id in {"size", "spec", "paper_size", "gram"} for plan in attributes)
    return LeafPlan(
        category=leaf,
        sector_id=sector_id,
        group_id=group_id,
        names=names,
        neighbours=tuple(sibling.name for sibling in siblings if sibling.id != leaf.id),
        attributes=attributes,
        adjectives=tuple(word for word in sector_words.adjectives if word not in values and word not in leaf.name),
        words=sector_words,
        sizes=() if has_size else words.sizes.get(leaf.shape, ()),
        seasonal=seasonal,
        crowd=next((who for who, mark in _CROWD_MARKS if mark in leaf.name), ""),
        picture_shape=shape,
        picture_variants=variants,
    )


_CROWD_MARKS = (("儿童", "童"), ("婴", "婴"), ("女士", "女"), ("男士", "男"), ("孕", "孕"))


def _picture(leaf: Category, words: Words) -> tuple[str, tuple[int, ...]]:
    """The shape and the variants that look like the leaf."""
    for rule in words.pictures:
        fits = leaf.id.startswith(rule.within) if rule.within else rule.shape == leaf.shape
        if fits and (rule.word == "*" or rule.word in leaf.name):
            return rule.shape, rule.variants
    return leaf.shape, ALL_VARIANTS


def _hints(name: str, words: Words, *, shape: str = "") -> tuple[Hint, ...]:
    """What a name (and what the thing looks like, where given) says of the attributes."""
    marked = f"{name}<{shape}>"
    return tuple(hint for hint in words.hints if hint.word in marked)


def _attribute(attribute: Attribute, name: str, own: bool, hints: Iterable[Hint]) -> AttributePlan | None:
    values = attribute.values
    numbers: tuple[float, ...] = ()
    if attribute.type == "choice":
        values = _coherent_values(attribute, name, hints)
        if not values:
            return None
    elif attribute.type == "number":
        numbers = _numbers(*(attribute.range or (1.0, 100.0)))
    unsaid = bool(_UNSAID_ATTRIBUTES.search(attribute.name))
    return AttributePlan(
        id=attribute.id,
        name=attribute.name,
        type=attribute.type,
        values=values,
        said=tuple("" if unsaid or value in name or not _sayable(value) else value for value in values),
        numbers=numbers,
        unit=attribute.unit if not unsaid and attribute.unit in _SAID_UNITS else f" {attribute.unit}",
        own=own,
    )


def _coherent_values(attribute: Attribute, name: str, hints: Iterable[Hint]) -> tuple[str, ...]:
    """The values that do not contradict the leaf's name; empty when all do."""
    stated = tuple(value for value in attribute.values if len(value) > 1 and value in name)
    if stated:
        return (max(stated, key=len),)
    values = attribute.values
    for hint in hints:
        if hint.attribute == attribute.id:
            kept = tuple(value for value in values if any(keep in value for keep in hint.keep))
            # A material or colour of the name that the list lacks: better no value than a wrong one.
            if kept or (attribute.id in {"material", "color"} and not hint.word.startswith("<")):
                values = kept
    return values


@lru_cache(maxsize=16_384)
def _sayable(value: str) -> bool:
    return len(value) <= SAYABLE_CHARACTERS_MAX and not _UNSAYABLE.search(value)


@lru_cache(maxsize=1_024)
def _numbers(low: float, high: float) -> tuple[float, ...]:
    return tuple(round_numbers(low, high))


def round_numbers(low: float, high: float) -> Iterable[float]:
    """The values inside the range that things are made in: 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times powers of ten."""
    steps = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
    start = math.floor(math.log10(max(low, 1e-6)))
    stop = math.ceil(math.log10(max(high, 1e-6)))
    found = [
        number
        for exponent in range(start, stop + 1)
        for step in steps
        if low <= (number := float(f"{step * 10.0**exponent:.6g}")) <= high
    ]
    return found or [low]
