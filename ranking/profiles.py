"""Profiles: weights and bounds as data, each with its origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kernel.errors import Invalid
from ranking.signals import SIGNALS


class ProfileInvalid(Invalid):
    """A profile names an unknown signal, or a number in it has no origin."""

    code = "profile_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Signal weights in two parts, and the bounds of the second."""

    name: str
    relevance: Mapping[str, float]
    trade: Mapping[str, float]
    trade_bound: float
    relevance_floor: float
    displacement_max: int
    supplier_max: int


def load_profiles(path: Path) -> dict[str, Profile]:
    """Every profile of the file by name; raises ``ProfileInvalid``."""
    document = yaml.safe_load(path.read_text("utf-8"))
    return {name: _profile(name, body) for name, body in document.items()}


def _profile(name: str, body: Mapping[str, Any]) -> Profile:
    return Profile(
        name=name,
        relevance=_weights(name, body["relevance"]),
        trade=_weights(name, body["trade"]),
        trade_bound=float(_number(name, "trade_bound", body["trade_bound"], "value")),
        relevance_floor=float(_number(name, "relevance_floor", body["relevance_floor"], "value")),
        displacement_max=int(_number(name, "displacement_max", body["displacement_max"], "value")),
        supplier_max=int(_number(name, "supplier_max", body["supplier_max"], "value")),
    )


def _weights(profile: str, section: Mapping[str, Any]) -> dict[str, float]:
    for signal in section:
        if signal not in SIGNALS:
            raise ProfileInvalid(f"{profile}：没有信号 {signal}")
    return {signal: float(_number(profile, signal, entry, "weight")) for signal, entry in section.items()}


def _number(profile: str, name: str, entry: Mapping[str, Any], key: str) -> float:
    if not entry.get("because") or not entry.get("shown_by"):
        raise ProfileInvalid(f"{profile}.{name}：数值没有来由（because / shown_by）")
    value = entry[key]
    if not isinstance(value, (int, float)) or value < 0:
        raise ProfileInvalid(f"{profile}.{name}：数值必须不小于 0")
    return value
