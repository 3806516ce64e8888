"""The judged queries and what each of them asks for (``data/judged/README.md`` says how they are written)."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kernel.errors import Invalid

CLASSES = ("one_word", "long", "model_number", "browse", "filtered")
_RANGE = re.compile(r"(?P<attribute>\w+):(?P<low>[\d.]*?)\.\.(?P<high>[\d.]*)")
_LIMIT = re.compile(r"(?P<what>p|moq)(?P<way><=|>=)(?P<value>[\d.]+)")
_EQUAL = re.compile(r"(?P<attribute>\w+)=(?P<values>.+)")


class JudgedFileInvalid(Invalid):
    """A line of the judged queries cannot be read; the message names it."""

    code = "judged_file_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One thing stated besides the category. ``values`` are alternatives; ``low``/``high`` inclusive, None when open.

    ``kind``: value and range speak of ``attribute``; price (yuan) and moq of ``low``/``high``; quantity, place, flag,
    excluded of ``values``.
    """

    kind: Literal["value", "range", "price", "moq", "quantity", "place", "flag", "excluded"]
    attribute: str = ""
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedQuery:
    """A query and its need. ``categories`` and ``near`` are ids of any level."""

    id: str
    query_class: str
    wording: str
    split: str
    text: str
    categories: tuple[str, ...]
    near: tuple[str, ...]
    requirements: tuple[Requirement, ...]

    @property
    def quantity(self) -> int | None:
        """Pieces that the buyer wants, None when not said."""
        return next((int(r.values[0]) for r in self.requirements if r.kind == "quantity"), None)


def load_judged(path: Path) -> tuple[JudgedQuery, ...]:
    """Every query of the file; raises ``JudgedFileInvalid`` with the line."""
    queries = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE), start=2):
            try:
                queries.append(_query(row))
            except (KeyError, ValueError, AttributeError) as error:
                raise JudgedFileInvalid(f"{path.name} 第 {number} 行：{error}") from error
    return tuple(queries)


def _query(row: dict[str, str]) -> JudgedQuery:
    categories = row["categories"].split()
    return JudgedQuery(
        id=row["id"],
        query_class=row["class"],
        wording=row["wording"],
        split=row["split"],
        text=row["text"],
        categories=tuple(category for category in categories if not category.startswith("~")),
        near=tuple(category[1:] for category in categories if category.startswith("~")),
        requirements=tuple(read_requirement(text) for text in row["requirements"].split(" ; ") if text),
    )


def read_requirement(text: str) -> Requirement:
    """One requirement as it stands in the file; raises ValueError."""
    if text.startswith("!"):
        return Requirement(kind="excluded", values=tuple(text[1:].split("|")))
    if match := _LIMIT.fullmatch(text):
        value = float(match["value"])
        low, high = (None, value) if match["way"] == "<=" else (value, None)
        return Requirement(kind="price" if match["what"] == "p" else "moq", low=low, high=high)
    if match := _RANGE.fullmatch(text):
        low, high = (float(match[name]) if match[name] else None for name in ("low", "high"))
        return Requirement(kind="range", attribute=match["attribute"], low=low, high=high)
    if match := _EQUAL.fullmatch(text):
        name, values = match["attribute"], tuple(match["values"].split("|"))
        match name:
            case "q":
                return Requirement(kind="quantity", values=(str(int(values[0])),))
            case "in":
                return Requirement(kind="place", values=values)
            case "f":
                return Requirement(kind="flag", values=values)
        return Requirement(kind="value", attribute=name, values=values)
    raise ValueError(f"requirement {text!r}")
