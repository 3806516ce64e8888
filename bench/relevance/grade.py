"""Grades from facts: 3 all that was asked, 2 the right thing and half of it or more, 1 the right thing, 0 another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.relevance.judged import JudgedQuery, Requirement
from indexer.stages.flags import offer_flags
from kernel.money import FEN_PER_YUAN
from kernel.offers import Offer, Supplier
from kernel.prices import price_at

MOST = 0.5  # of the requirements: the share from which a listing is "most of what was asked"
# What a buyer sets as a limit: above the price named, or with what was refused, a listing is not "nearly right".
LIMITS = ("price", "excluded")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# Attributes that name where a thing is made or sold from, in the taxonomy's sectors.
PLACE_ATTRIBUTES = ("brand_origin", "origin", "region", "cn_origin_region")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """An offer and what is true of it: its leaf, and its attributes whether the supplier filled them in or not."""

    offer: Offer
    supplier: Supplier | None
    leaf_id: str
    facts: Mapping[str, tuple[str, ...]]


Qrels = dict[str, dict[str, int]]


class Judge:
    """Listings by leaf, so that a query looks at its own categories only."""

    def __init__(self, listings: Iterable[Listing]) -> None:
        self._by_leaf: dict[str, list[Listing]] = {}
        for listing in listings:
            self._by_leaf.setdefault(listing.leaf_id, []).append(listing)

    def qrels(self, queries: Sequence[JudgedQuery]) -> Qrels:
        """Grades above 0 of every query, by query id and offer id."""
        return {query.id: self.grades(query) for query in queries}

    def grades(self, query: JudgedQuery) -> dict[str, int]:
        """Grades above 0 by offer id."""
        found: dict[str, int] = {}
        for leaf_id, listings in self._by_leaf.items():
            right = leaf_id.startswith(query.categories)
            if right or (query.near and leaf_id.startswith(query.near)):
                graded = ((listing.offer.offer_id, grade(query, listing, near=not right)) for listing in listings)
                found.update((offer_id, value) for offer_id, value in graded if value)
        return found


def grade(query: JudgedQuery, listing: Listing, *, near: bool) -> int:
    """The grade of a listing of an accepted (or near) category. A limit that is broken makes it 0."""
    limits = [requirement for requirement in query.requirements if requirement.kind in LIMITS]
    if not all(meets(requirement, listing, query.quantity) for requirement in limits):
        return 0
    if near:
        return 1
    met = sum(meets(requirement, listing, query.quantity) for requirement in query.requirements)
    if met == len(query.requirements):
        return 3
    return 2 if met >= MOST * len(query.requirements) else 1


def meets(requirement: Requirement, listing: Listing, quantity: int | None) -> bool:
    """Whether one requirement holds."""
    offer = listing.offer
    match requirement.kind:
        case "value":
            return _has_value(requirement, listing)
        case "range":
            return any(_inside(requirement, number) for number in _numbers(requirement, listing))
        case "price":
            price = price_at(offer.tiers, moq=offer.moq, quantity=quantity)
            return price is not None and _inside(requirement, price.unit_fen / FEN_PER_YUAN)
        case "moq":
            return _inside(requirement, offer.moq)
        case "quantity":
            return offer.moq <= int(requirement.values[0])
        case "place":
            return any(value in _places(listing) for value in requirement.values)
        case "flag":
            return requirement.values[0] in offer_flags(offer, listing.supplier)
        case "excluded":
            said = _everything_said(listing)
            return not any(value.lower() in said for value in requirement.values)


def _has_value(requirement: Requirement, listing: Listing) -> bool:
    values = listing.facts.get(requirement.attribute)
    if values is not None:
        return any(value in requirement.values for value in values)
    # A listing that has no such attribute may say it in its title.
    title = listing.offer.title.lower()
    return any(len(value) > 1 and value.lower() in title for value in requirement.values)


def _numbers(requirement: Requirement, listing: Listing) -> list[float]:
    return [
        float(number) for value in listing.facts.get(requirement.attribute, ()) for number in _NUMBER.findall(value)[:1]
    ]


def _inside(requirement: Requirement, number: float) -> bool:
    low_holds = requirement.low is None or number >= requirement.low
    return low_holds and (requirement.high is None or number <= requirement.high)


def _places(listing: Listing) -> str:
    supplier = listing.supplier
    seat = f"{supplier.province} {supplier.city}" if supplier else ""
    made = " ".join(value for name in PLACE_ATTRIBUTES for value in listing.facts.get(name, ()))
    return f"{seat} {listing.offer.origin} {made}"


def _everything_said(listing: Listing) -> str:
    values = (value for values in listing.facts.values() for value in values)
    return " ".join((listing.offer.title, *values)).lower()


def write_tsv(directory: Path, queries: Sequence[JudgedQuery], qrels: Qrels) -> tuple[Path, Path]:
    """``queries.tsv`` and ``qrels.tsv`` as ``pifa evaluate`` reads them."""
    directory.mkdir(parents=True, exist_ok=True)
    texts, grades = directory / "queries.tsv", directory / "qrels.tsv"
    texts.write_text("".join(f"{query.id}\t{query.text}\n" for query in queries), "utf-8")
    with grades.open("w", encoding="utf-8") as file:
        for query in queries:
            file.writelines(f"{query.id}\t0\t{offer_id}\t{value}\n" for offer_id, value in qrels[query.id].items())
    return texts, grades
