"""Lists of numbers by row: as many fields a row as the file has, as many numbers a field as the row has."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

NUMBER: Final = np.dtype("<u4")
_HELD_MAX: Final = 1 << 22  # 16 MB of numbers wait in memory at most


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lists:
    """The lists of n rows, one after the other. ``numbers`` uint32; ``ends`` int64 (n, fields): where in ``numbers``
    each list ends; each begins where the one before it ends."""

    numbers: np.ndarray
    ends: np.ndarray

    @property
    def sizes(self) -> np.ndarray:
        """int64 (n, fields)."""
        return np.diff(self.ends.ravel(), prepend=0).reshape(self.ends.shape)


class RaggedReader:
    """The rows that are there when it is opened, the published ones at least; OSError or ValueError when broken."""

    def __init__(self, directory: Path, name: str, *, fields: int, rows: int) -> None:
        records_path, numbers_path = _paths(directory, name)
        self._records = _mapped(records_path, _record(fields))
        self._numbers = _mapped(numbers_path, NUMBER)
        if len(self._records) < rows:
            raise ValueError(f"{len(self._records)} rows, {rows} published")
        published = self._records[:rows]
        end = _end_of(published)
        if len(self._numbers) < end:
            raise ValueError(f"{len(self._numbers)} numbers, {end} published")
        totals = np.diff(published["ends"].sum(axis=0, dtype=np.int64), prepend=0)
        self.average_sizes: list[float] = (totals / max(rows, 1)).tolist()

    def numbers(self, rows: np.ndarray, *, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of the fields ``first`` to ``last`` of these rows, and how many each row has, int64 (n,)."""
        records = self._records[rows]
        before = records["ends"][:, first - 1].astype(np.int64) if first else np.zeros(len(rows), dtype=np.int64)
        sizes = records["ends"][:, last] - before
        return self._numbers[_places(records["start"].astype(np.int64) + before, sizes)], sizes

    def lists(self, rows: np.ndarray) -> Lists:
        """The lists of these rows, in their order."""
        records = self._records[rows]
        ends = records["ends"].astype(np.int64)
        before = np.cumsum(ends[:, -1]) - ends[:, -1]
        return Lists(
            numbers=self._numbers[_places(records["start"].astype(np.int64), ends[:, -1])], ends=ends + before[:, None]
        )


class RaggedWriter:
    """Stores the lists of new rows; what was never published is forgotten. ValueError when published rows are gone."""

    def __init__(self, directory: Path, name: str, *, fields: int, next_row: int) -> None:
        self._records_path, self._numbers_path = _paths(directory, name)
        self._records_path.touch()
        self._numbers_path.touch()
        self._record = _record(fields)
        records = _mapped(self._records_path, self._record)
        self._end = _end_of(records[:next_row])
        if len(records) < next_row or self._numbers_path.stat().st_size < self._end * NUMBER.itemsize:
            raise ValueError(f"{len(records)} rows, {next_row} published")
        os.truncate(self._records_path, next_row * self._record.itemsize)
        self._written = self._end
        self._waiting: list[tuple[int, np.ndarray, np.ndarray]] = []

    def put(self, first_row: int, numbers: np.ndarray, sizes: np.ndarray) -> None:
        """The lists of rows from ``first_row`` on, one after the other; ``sizes`` int64 (n, fields)."""
        records = np.zeros(len(sizes), dtype=self._record)
        records["ends"] = sizes.cumsum(axis=1)
        records["start"] = self._end + np.concatenate(([0], sizes.sum(axis=1).cumsum()[:-1]))
        self._waiting.append((first_row, numbers.astype(NUMBER, copy=False), records))
        self._end += len(numbers)
        if self._end - self._written >= _HELD_MAX:
            self._write()

    def flush(self, *, next_row: int) -> None:
        """Write through to the disk; rows below ``next_row`` that were never put have empty lists."""
        self._write()
        os.truncate(self._records_path, next_row * self._record.itemsize)
        for path in (self._numbers_path, self._records_path):
            with path.open("rb") as file:
                os.fsync(file.fileno())

    def _write(self) -> None:
        """Each part at its own place, so that writing it again after a failure changes nothing."""
        with self._numbers_path.open("r+b") as numbers_file, self._records_path.open("r+b") as records_file:
            for first_row, numbers, records in self._waiting:
                numbers_file.seek(int(records[0]["start"]) * NUMBER.itemsize)
                numbers_file.write(numbers.tobytes())
                records_file.seek(first_row * self._record.itemsize)
                records_file.write(records.tobytes())
        self._waiting.clear()
        self._written = self._end


def _places(starts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Where all numbers of lists lie that begin at ``starts`` and have these sizes, int64."""
    ends = np.cumsum(sizes)
    places: np.ndarray = np.repeat(starts - (ends - sizes), sizes)
    places += np.arange(len(places))
    return places


def _paths(directory: Path, name: str) -> tuple[Path, Path]:
    return directory / f"{name}.rows", directory / f"{name}.numbers"


def _record(fields: int) -> np.dtype:
    """Where a row's numbers begin, and where each of its lists ends, counted from there."""
    return np.dtype([("start", "<u8"), ("ends", "<u4", (fields,))])


def _end_of(records: np.ndarray) -> int:
    """Where the numbers of all these rows end."""
    return int((records["start"] + records["ends"][:, -1]).max(initial=0))


def _mapped(path: Path, dtype: np.dtype) -> np.ndarray:
    size = path.stat().st_size // dtype.itemsize
    # A plain view of the mapping: numpy's memmap class adds a microsecond to every slice.
    return np.asarray(np.memmap(path, dtype=dtype, mode="r", shape=(size,))) if size else np.empty(0, dtype=dtype)
