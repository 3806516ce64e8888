"""Numbers for the values that facets count and filters select.

A string would have to be compared for every value of every listing; a number is counted in a nanosecond. This file says
what the numbers stand for: one value of a field, or all values of a field that come together (the path of a category,
the flags of a listing), so that a listing has one number for all of them and they are counted at once.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from search_engine.schema import FIELDS

Entry = tuple[str, tuple[str, ...]]  # field, and the values that the number stands for

VALUES_NAME: Final = "values.jsonl"
COUNTED: Final = tuple(field.name for field in FIELDS if field.facet)
# Fields whose values come in few combinations: a listing has one number for all of them.
TOGETHER: Final = frozenset({"category", "region", "flag"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FieldValues:
    """The values of a field and the numbers that stand for them: ``values[value[i]]`` is one of those that number
    ``number[i]`` stands for."""

    values: Sequence[str]
    number: np.ndarray
    value: np.ndarray

    def counts(self, by_number: np.ndarray) -> np.ndarray:
        """How often each value is there, int64, from how often each number is."""
        return np.bincount(self.value, weights=by_number[self.number], minlength=len(self.values)).astype(np.int64)


class ValueReader:
    """Values by number. The file only grows, so one reader serves every snapshot of a generation."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / VALUES_NAME
        self._fields: dict[str, _Growing] = {name: _Growing() for name in COUNTED}
        self._count = 0
        self._read_bytes = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self._count

    def catch_up(self) -> None:
        """Read what was added since; raises OSError or ValueError when the file cannot be read."""
        with self._lock, self._path.open("rb") as file:
            file.seek(self._read_bytes)
            added, whole = _whole_lines(file.read())
            for number, (field, values) in enumerate(added, start=self._count):
                self._fields[field].add(number, values)
            self._count += len(added)
            self._read_bytes += whole

    def numbers(self, field: str, values: Iterable[str]) -> list[int]:
        """The numbers that stand for any of the values, among others perhaps."""
        known = self._fields[field].numbers
        return list(dict.fromkeys(number for value in values for number in known.get(value, ())))

    def of(self, field: str) -> FieldValues:
        """All values of a field that are known now."""
        with self._lock:
            return self._fields[field].whole()


class _Growing:
    """The values of one field while the file is read."""

    def __init__(self) -> None:
        self.numbers: dict[str, list[int]] = {}
        self._values: list[str] = []
        self._places: dict[str, int] = {}
        self._pairs: list[tuple[int, int]] = []
        self._whole: FieldValues | None = None

    def add(self, number: int, values: Sequence[str]) -> None:
        for value in values:
            if value not in self._places:
                self._places[value] = len(self._values)
                self._values.append(value)
            self.numbers.setdefault(value, []).append(number)
            self._pairs.append((number, self._places[value]))
        self._whole = None

    def whole(self) -> FieldValues:
        if self._whole is None:
            pairs = np.array(self._pairs, dtype=np.int64).reshape(-1, 2)
            # The list of values grows under who holds it; the names that it has now stay where they are.
            self._whole = FieldValues(
                values=self._values[:],
                number=np.ascontiguousarray(pairs[:, 0]),
                value=np.ascontiguousarray(pairs[:, 1]),
            )
        return self._whole


class ValueWriter:
    """Gives every distinct value of a field, or values together, a number, for ever; there is one a generation."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / VALUES_NAME
        self._path.touch()
        known, whole = _whole_lines(self._path.read_bytes())
        os.truncate(self._path, whole)  # the torn last line of a killed writer: nothing committed names it
        self._numbers = {entry: number for number, entry in enumerate(known)}
        self._unsaved: list[Entry] = []

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, field: str, values: Sequence[str]) -> list[int]:
        """The number of each value of a field, or the one of all of them together; new ones for those never seen."""
        if not values:
            return []
        known = self._numbers
        groups = [tuple(values)] if field in TOGETHER else [(value,) for value in values]
        entries: list[Entry] = [(field, group) for group in groups]
        return [known[entry] if entry in known else self._add(entry) for entry in entries]

    def save(self) -> None:
        """Append what is new and sync it; before the commit that names it."""
        if not self._unsaved:
            return
        with self._path.open("ab") as file:
            file.write("".join(f"{json.dumps(entry)}\n" for entry in self._unsaved).encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        self._unsaved.clear()

    def _add(self, entry: Entry) -> int:
        number = self._numbers[entry] = len(self._numbers)
        self._unsaved.append(entry)
        return number


def _whole_lines(content: bytes) -> tuple[list[Entry], int]:
    """What all complete lines hold, and how many bytes those are. JSON escapes line ends, so a line is an entry."""
    whole = content.rfind(b"\n") + 1
    lines = json.loads(b"[" + content[:whole].rstrip(b"\n").replace(b"\n", b",") + b"]")
    entries = [_entry(*line) for line in lines if isinstance(line, list) and len(line) == 2]
    if len(entries) < len(lines):
        raise ValueError("not a field and its values")
    return entries, whole


def _entry(field: object, values: object) -> Entry:
    if field not in COUNTED or not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError("not a field and its values")
    return str(field), tuple(values)
