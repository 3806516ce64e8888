"""How ranking works, told from the very files that it works by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from search_api.present.explanation import SIGNAL_LABELS
from storefront.pages.results import RULES

BOUNDS = {
    "trade_bound": "价格、履约与诚信合计的上限",
    "relevance_floor": "相关性门槛（占最佳相关性的份额）",
    "displacement_max": "最多移动的名次",
    "supplier_max": "每页同一供应商最多",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    label: str
    value: str
    because: str
    shown_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileFacts:
    name: str
    relevance: Sequence[Weight]
    trade: Sequence[Weight]
    bounds: Sequence[Weight]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    name: str
    meaning: str
    enough: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingPage:
    profiles: Sequence[ProfileFacts]
    rules: Sequence[Rule]


def ranking_page(files: Path) -> RankingPage:
    """Every profile and rule with its origin."""
    profiles = yaml.safe_load((files / "profiles.yaml").read_text("utf-8"))
    matching = yaml.safe_load((files / "matching.yaml").read_text("utf-8"))
    return RankingPage(
        profiles=[_profile(name, body) for name, body in profiles.items()],
        rules=[
            Rule(
                name=rule["name"],
                meaning=RULES.get(rule["name"], rule["name"]),
                enough=str(rule["enough"]),
                because=rule["because"],
            )
            for rule in matching["rules"]
        ],
    )


def _profile(name: str, body: Mapping[str, Any]) -> ProfileFacts:
    return ProfileFacts(
        name=name,
        relevance=[_weight(SIGNAL_LABELS.get(signal, signal), entry) for signal, entry in body["relevance"].items()],
        trade=[_weight(SIGNAL_LABELS.get(signal, signal), entry) for signal, entry in body["trade"].items()],
        bounds=[_weight(label, body[key]) for key, label in BOUNDS.items() if key in body],
    )


def _weight(label: str, entry: Mapping[str, Any]) -> Weight:
    value = entry.get("weight", entry.get("value"))
    return Weight(label=label, value=f"{value:g}", because=entry["because"], shown_by=entry["shown_by"])
