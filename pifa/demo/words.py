"""The word lists of ``data/demo``, read once."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kernel.errors import Invalid


class DemoDataInvalid(Invalid):
    """A word list of the demo is missing or malformed; the message names the file."""

    code = "demo_data_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandStyle:
    """How brands of a kind of trade are named: first and last syllables, and names in Latin letters."""

    heads: tuple[str, ...]
    tails: tuple[str, ...]
    latin: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorWords:
    """How one sector is talked about. ``weight``: how busy it is beside the others."""

    style: BrandStyle
    weight: float
    trade: tuple[str, ...]
    adjectives: tuple[str, ...]
    scenes: tuple[str, ...]
    crowds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A city or county and the sectors (2 digits) that trade there, with their weights."""

    city: str
    province: str
    trades: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A leaf whose name holds ``word`` keeps the values of ``attribute`` that hold any of ``keep``.

    A word in angle brackets is a shape instead.
    """

    word: str
    attribute: str
    keep: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRule:
    """A leaf whose name holds ``word`` is drawn as ``shape`` in one of ``variants``.

    ``within``: prefixes of the leaf ids that the rule is for; empty: leaves of that very shape. Word ``*`` is the rest
    of the shape's leaves.
    """

    word: str
    shape: str
    variants: tuple[int, ...]
    within: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Everything that the generator says."""

    selling: tuple[str, ...]
    years: tuple[str, ...]
    years_plain: tuple[str, ...]
    english: tuple[str, ...]
    traditional: tuple[tuple[str, str], ...]
    seasons: Mapping[str, tuple[str, ...]]
    crowds: Mapping[str, tuple[str, ...]]
    orders: tuple[tuple[str, float], ...]
    sizes: Mapping[str, tuple[str, ...]]
    brands_refused: frozenset[str]
    never_joined: frozenset[str]
    sectors: Mapping[str, SectorWords]
    places: tuple[Place, ...]
    colours: tuple[tuple[str, str], ...]
    hints: tuple[Hint, ...]
    pictures: tuple[PictureRule, ...]


def load_words(directory: Path) -> Words:
    """The lists of ``directory``; raises ``DemoDataInvalid`` naming the file."""
    grammar = _grammar(directory / "grammar.yaml")
    try:
        styles = {name: BrandStyle(**_tuples(style)) for name, style in grammar["styles"].items()}
        sectors = {
            sector_id: SectorWords(
                style=styles[entry["style"]],
                weight=float(entry["weight"]),
                **_tuples({name: entry[name] for name in ("trade", "adjectives", "scenes", "crowds")}),
            )
            for sector_id, entry in grammar["sectors"].items()
        }
        plain = {name: tuple(grammar[name]) for name in ("selling", "years", "years_plain", "english")}
        return Words(
            **plain,
            traditional=tuple(grammar["traditional"].items()),
            seasons=_tuples(grammar["seasons"]),
            crowds=_tuples(grammar["crowds"]),
            orders=tuple((order, float(weight)) for order, weight in grammar["orders"]),
            sizes=_tuples(grammar["sizes"]),
            brands_refused=frozenset(grammar["brands_refused"]),
            never_joined=frozenset(grammar["never_joined"]),
            sectors=sectors,
            places=tuple(_place(row) for row in _rows(directory / "places.tsv")),
            # The longest colour word that a value holds decides, so the longest stand first.
            colours=tuple(
                sorted(((row["colour"], row["hex"]) for row in _rows(directory / "colours.tsv")), key=_by_length)
            ),
            hints=tuple(_hint(row) for row in _rows(directory / "hints.tsv")),
            # The longest word of a name decides.
            pictures=tuple(
                sorted(
                    map(_picture, _rows(directory / "pictures.tsv")),
                    key=lambda rule: (rule.word == "*", -len(rule.word)),
                )
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DemoDataInvalid(f"{directory.name} 不合格式：{type(error).__name__} {error}") from error


def _by_length(entry: tuple[str, str]) -> tuple[int, str]:
    return -len(entry[0]), entry[0]


def _grammar(path: Path) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 (a safe loader, in C where there is one)
    except (OSError, yaml.YAMLError) as error:
        raise DemoDataInvalid(f"{path.name} 无法读取：{error}") from error


def _rows(path: Path) -> Sequence[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    except OSError as error:
        raise DemoDataInvalid(f"{path.name} 无法读取：{error}") from error


def _place(row: dict[str, str]) -> Place:
    trades = dict(entry.split(":") for entry in row["trades"].split())
    return Place(
        city=row["city"],
        province=row["province"],
        trades={sector: float(weight) for sector, weight in trades.items()},
    )


def _hint(row: dict[str, str]) -> Hint:
    return Hint(word=row["word"], attribute=row["attribute"], keep=tuple(row["keep"].split("|")))


def _picture(row: dict[str, str]) -> PictureRule:
    return PictureRule(
        word=row["word"],
        shape=row["shape"],
        variants=tuple(int(variant) for variant in row["variants"].split(",")),
        within=tuple((row["within"] or "").replace(",", " ").split()),
    )


def _tuples(lists: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(str(value) for value in values) for name, values in lists.items()}
