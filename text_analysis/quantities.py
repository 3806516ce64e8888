"""Step 3a: measured values to one canonical token each, so that 1.5升, 1.5L and 1500ml are the same word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cn2an

from text_analysis.tables import read_table
from text_analysis.values import Quantity

CHINESE_DIGITS = "零一二两三四五六七八九十百千万半"
# Twelve digits hold every barcode-free number of a title; longer runs are codes, and floats stay exact below 2**53.
NUMBER = r"\d{1,12}(?:\.\d{1,6})?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One spelling of a unit: ``factor`` turns its values into those of ``unit``, the canonical one."""

    spelling: str
    unit: str
    factor: float
    dimension: str
    numeral: bool
    not_before: str

    @property
    def counts_pieces(self) -> bool:
        """Whether it says how many are wanted: 只 does; 件套 and 支装 say how the goods are made up."""
        return self.dimension == "count" and (self.spelling == "套" or self.spelling[-1] not in "套装")

    @property
    def pattern(self) -> str:
        """Matches the spelling where it is a unit: not inside a Latin word, not before what makes another word."""
        spelt = re.escape(self.spelling)
        if self.spelling[-1].isascii() and self.spelling[-1].isalnum():
            return spelt + r"(?![a-z0-9])"
        return f"{spelt}(?!{self.not_before})" if self.not_before else spelt


class UnitTable:
    """The units of ``data/text/units.tsv`` with the patterns that find them, longest spelling first."""

    def __init__(self, units: Mapping[str, Unit]) -> None:
        self._units = dict(units)
        ordered = sorted(units.values(), key=lambda unit: -len(unit.spelling))
        self.any_pattern = "|".join(u.pattern for u in ordered)
        self.chinese_pattern = "|".join(u.pattern for u in ordered if not u.spelling.isascii())
        self.numeral_pattern = "|".join(u.pattern for u in ordered if u.numeral)
        self.length_pattern = "|".join(u.pattern for u in ordered if u.dimension in ("length", "inch"))
        self.count_pattern = "|".join(u.pattern for u in ordered if u.counts_pieces)

    @classmethod
    def load(cls, path: Path) -> UnitTable:
        units = {}
        for row in read_table(path):
            units[row["spelling"]] = Unit(
                spelling=row["spelling"],
                unit=row["unit"],
                factor=float(row["factor"]),
                dimension=row["dimension"],
                numeral=row["numeral"] == "yes",
                not_before=row["not_before"],
            )
        return cls(units)

    def __getitem__(self, spelling: str) -> Unit:
        return self._units[spelling]

    def quantity(self, number: str, spelling: str) -> Quantity | None:
        """The canonical quantity of a number (Arabic or Chinese) and a unit as spelt; None when it is no number."""
        value = number_value(number)
        if value is None:
            return None
        unit = self._units[spelling]
        value *= unit.factor
        return Quantity(text=number_text(value) + unit.unit, value=value, unit=unit.unit, dimension=unit.dimension)


@lru_cache(maxsize=4096)
def number_value(text: str) -> float | None:
    """The value of an Arabic or Chinese numeral (十二, 两, 半, 1.5); None when it is neither."""
    try:
        return float(text)
    except ValueError:
        pass
    if text == "半":
        return 0.5
    try:
        return float(cn2an.cn2an(text.replace("半", ""), "smart"))
    except (ValueError, KeyError, IndexError, TypeError):
        return None


def number_text(value: float) -> str:
    """Shortest plain spelling with at most four decimals: 1500.0 -> ``1500``, 0.08 -> ``0.08``."""
    if value == int(value):
        return str(int(value))
    return f"{value:.4f}".rstrip("0").rstrip(".")
