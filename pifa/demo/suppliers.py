"""The demo's suppliers: who sells what, from where, and how well they dealt."""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from kernel.offers import Supplier
from pifa.demo.leaves import Leaves
from pifa.demo.words import BrandStyle, Place, SectorWords, Words
from ranking.credit import CreditEvent

GOLDEN = 0.6180339887498949  # steps of the golden ratio spread any number of suppliers evenly over the groups
_COMPANY = (
    ("{place}{name}{trade}有限公司", 46),
    ("{place}{name}{trade}厂", 20),
    ("{place}{name}{trade}商行", 12),
    ("{place}{name}{trade}经营部", 10),
    ("{name}{trade}（{place}）有限公司", 4),
    ("{place}{name}电子商务有限公司", 4),
    ("{place}{name}贸易有限公司", 4),
)
# (share of suppliers, share of outcomes that are bad): most deal well, some carelessly, a few badly.
_CONDUCT = ((0.62, 0.001), (0.22, 0.012), (0.11, 0.05), (0.05, 0.25))
_OUTCOMES = (
    ("dispatched_on_time", "dispatched_late", 1.4),
    ("as_described", "not_as_described", 1.0),
    ("dispute_avoided", "dispute_lost", 0.4),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSupplier:
    """A supplier without credit, the credit events that give it one, and its groups (4 digits)."""

    supplier: Supplier
    credit_events: tuple[CreditEvent, ...]
    groups: tuple[str, ...]
    brand: str
    appeal: float


class Market:
    """All suppliers, found by the group that they trade in."""

    def __init__(self, suppliers: Sequence[DemoSupplier]) -> None:
        self._all = tuple(suppliers)
        by_group: dict[str, list[DemoSupplier]] = {}
        by_sector: dict[str, list[DemoSupplier]] = {}
        for supplier in suppliers:
            for group in supplier.groups:
                by_group.setdefault(group, []).append(supplier)
            for sector in {group[:2] for group in supplier.groups}:
                by_sector.setdefault(sector, []).append(supplier)
        self._by_group: Mapping[str, Sequence[DemoSupplier]] = by_group
        self._by_sector: Mapping[str, Sequence[DemoSupplier]] = by_sector
        self._by_competition: dict[str, Sequence[DemoSupplier]] = {}

    def seller(self, group: str, point: float, *, copy: int) -> DemoSupplier:
        """A supplier of the group (else of its sector, else any); the first ones of a group sell the most.

        ``point`` in [0, 1) is the item's own, ``copy`` 0 for its first listing and 1, 2 ... for its copies: they go to
        other suppliers as long as the sector has any.
        """
        known = self._by_group.get(group) or self._by_sector.get(group[:2]) or self._all
        place = int(point**1.6 * len(known))
        if copy:
            known = self._competitors(group, known)
        return known[(place + copy) % len(known)]

    def _competitors(self, group: str, known: Sequence[DemoSupplier]) -> Sequence[DemoSupplier]:
        """Those of the group, then the others of its sector."""
        found = self._by_competition.get(group)
        if found is None:
            mine = {demo.supplier.supplier_id for demo in known}
            others = (demo for demo in self._by_sector.get(group[:2], ()) if demo.supplier.supplier_id not in mine)
            found = self._by_competition[group] = (*known, *others)
        return found


def make_suppliers(leaves: Leaves, words: Words, *, count: int, seed: int, now: int) -> list[DemoSupplier]:
    """``count`` suppliers; the n-th is the same whatever the count."""
    places = _places_of_sectors(words)
    year = datetime.fromtimestamp(now, UTC).year
    return [_supplier(number, leaves, words, places, seed, year) for number in range(count)]


def brand_name(style: BrandStyle, refused: frozenset[str], random: Random) -> str:
    """An invented brand: two syllables, sometimes with or as a Latin name."""
    kind = random.random()
    latin = random.choice(style.latin)
    if kind < 0.15:
        return latin
    while (name := random.choice(style.heads) + random.choice(style.tails)) in refused or len(set(name)) < len(name):
        continue
    return f"{name}/{latin}" if kind > 0.92 else name


def _supplier(
    number: int, leaves: Leaves, words: Words, places: Mapping[str, tuple[Sequence[Place], Sequence[float]]],
    seed: int, year: int,
) -> DemoSupplier:  # fmt: skip
    random = Random(seed * 1_000_003 + number * 2 + 1)  # noqa: S311 (seeded data)
    place_in_line = (number * GOLDEN + seed * 0.137) % 1.0
    main = leaves.groups[min(bisect(leaves.group_cumulative, place_in_line), len(leaves.groups) - 1)]
    sector = main[:2]
    groups = [main]
    if random.random() < 0.55:
        groups.append(random.choice([group for group in leaves.groups if group[:2] == sector]))
    choices, weights = places.get(sector) or (words.places, [1.0] * len(words.places))
    place = random.choices(choices, weights)[0]
    speech = words.sectors.get(sector) or next(iter(words.sectors.values()))
    name = _company_name(speech, place, words, random)
    factory = name.endswith("厂") or random.random() < 0.35
    age = min(int(random.expovariate(1 / 5.0)), 18)
    supplier = Supplier(
        supplier_id=f"s{number + 1:06d}",
        name=name,
        province=place.province,
        city=place.city,
        joined_year=year - age,
        verified=random.random() < (0.75 if age >= 2 else 0.45),
        factory=factory,
        repeat_buyer_rate=round(random.betavariate(3, 5), 3) if random.random() < 0.9 else None,
    )
    return DemoSupplier(
        supplier=supplier,
        credit_events=_credit_events(age, random),
        groups=tuple(dict.fromkeys(groups)),
        brand=brand_name(speech.style, words.brands_refused, random),
        appeal=math.exp(random.gauss(0, 0.8)),
    )


def _company_name(speech: SectorWords, place: Place, words: Words, random: Random) -> str:
    style = speech.style
    pattern = random.choices([form for form, _ in _COMPANY], [weight for _, weight in _COMPANY])[0]
    middle = random.choice(style.heads)[0] + random.choice(style.tails)[0]
    while middle in words.brands_refused:
        middle = random.choice(style.heads)[0] + random.choice(style.tails)[0]
    return pattern.format(place=place.city, name=middle, trade=random.choice(speech.trade))


def _credit_events(age: int, random: Random) -> tuple[CreditEvent, ...]:
    """Counts of good and bad outcomes; a supplier of less than a year has few."""
    trades = random.lognormvariate(3.0 + 0.35 * min(age, 6), 1.2)
    bad_share = random.choices([bad for _, bad in _CONDUCT], [share for share, _ in _CONDUCT])[0]
    events = []
    for good_kind, bad_kind, breadth in _OUTCOMES:
        total = int(trades * breadth)
        expected = total * bad_share
        bad = min(total, int(expected + math.sqrt(expected) * abs(random.gauss(0, 0.6)) + random.random() * 0.5))
        if total - bad:
            events.append(CreditEvent(kind=good_kind, count=total - bad))
        if bad:
            events.append(CreditEvent(kind=bad_kind, count=bad))
    return tuple(events)


def _places_of_sectors(words: Words) -> dict[str, tuple[Sequence[Place], Sequence[float]]]:
    found: dict[str, tuple[list[Place], list[float]]] = {}
    for place in words.places:
        for sector, weight in place.trades.items():
            places, weights = found.setdefault(sector, ([], []))
            places.append(place)
            weights.append(weight)
    return {sector: (places, weights) for sector, (places, weights) in found.items()}
