"""Matching rules as data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kernel.errors import Invalid
from search_engine.plan import MatchRule


class MatchingInvalid(Invalid):
    """A number in the matching file has no origin."""

    code = "matching_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """The ladder of rules, the vector floor by encoder name, the engine's leg weights."""

    rules: tuple[MatchRule, ...]
    vector_floor: Mapping[str, float]
    weights: tuple[tuple[str, float], ...]

    def floor_of(self, encoder_name: str) -> float:
        """Cosine floor of an encoder, by the family that its name begins with; that of ``other`` when unknown."""
        family = re.split(r"[-:]", encoder_name, maxsplit=1)[0]
        return self.vector_floor.get(family, self.vector_floor["other"])


def load_matching(path: Path) -> Matching:
    """Read the file; raises ``MatchingInvalid`` when a number lacks its origin."""
    document = yaml.safe_load(path.read_text("utf-8"))
    for rule in document["rules"]:
        _origin(rule["name"], rule)
    return Matching(
        rules=tuple(MatchRule(**rule) for rule in document["rules"]),
        vector_floor={name: _value(name, entry) for name, entry in document["vector_floor"].items()},
        weights=tuple((name, _value(name, entry)) for name, entry in document["lexical"].items()),
    )


def _value(name: str, entry: Mapping[str, Any]) -> float:
    _origin(name, entry)
    return float(entry["value"])


def _origin(name: str, entry: Mapping[str, Any]) -> None:
    if not entry.get("because") or not entry.get("shown_by"):
        raise MatchingInvalid(f"matching.{name}：数值没有来由（because / shown_by）")
