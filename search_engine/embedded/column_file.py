"""Every integer field by row in one growing memory-mapped file."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from search_engine.columns import refuse_unfit
from search_engine.schema import FIELDS

COLUMNS_NAME: Final = "columns.bin"
# The row's own number needs no column.
STORED: Final = tuple(field.name for field in FIELDS if field.kind == "integer" and field.name != "row")
# Inside a block of rows one column lies after the other, so that both reading a column through and reading a few rows
# touch few pages; a block of a small catalog is 3 MB, sparse.
BLOCK_ROWS: Final = 8_192
_BLOCK_VALUES: Final = BLOCK_ROWS * len(STORED)
_PLACE: Final[Mapping[str, int]] = {name: place * BLOCK_ROWS for place, name in enumerate(STORED)}
_VALUE: Final = np.dtype("<i8")
_ROW: Final = struct.Struct(f"<{len(STORED)}q")


def packed(values: Mapping[str, int]) -> bytes:
    """The fields of one row as the file holds them; raises Invalid that names the field whose value does not fit."""
    try:
        return _ROW.pack(*(values[name] for name in STORED))
    except struct.error:
        refuse_unfit(values)
        raise


class ColumnFile:
    """``columns.bin``. Opened for writing by one process, mapped read-only by any number."""

    def __init__(self, directory: Path, *, writable: bool) -> None:
        self._path = directory / COLUMNS_NAME
        self._writable = writable
        if writable:
            self._path.touch()
        self._map()

    def reserve(self, rows: int) -> None:
        """Make room for rows below ``rows``."""
        if rows > self.rows:
            os.truncate(self._path, -(-rows // BLOCK_ROWS) * _BLOCK_VALUES * _VALUE.itemsize)
            self._map()

    def put(self, first_row: int, rows: Sequence[bytes]) -> None:
        """Store the packed fields of rows from ``first_row`` on, which ``reserve`` made room for."""
        if not rows:
            return
        table = np.frombuffer(b"".join(rows), dtype=_VALUE).reshape(len(rows), len(STORED))
        starts = _starts(np.arange(first_row, first_row + len(rows)))
        self._values[starts[:, None] + np.array(list(_PLACE.values()))] = table

    def read(self, name: str, rows: np.ndarray) -> np.ndarray:
        """int64 values of one field."""
        return self.read_all([name], rows)[name]

    def read_all(self, names: Iterable[str], rows: np.ndarray) -> dict[str, np.ndarray]:
        """int64 values of several fields, by name."""
        starts = _starts(rows)
        return {name: rows if name == "row" else self._values[starts + _PLACE[name]] for name in names}

    def flush(self) -> None:
        """Write through to the disk."""
        if self._mapped is not None:
            self._mapped.flush()

    def _map(self) -> None:
        self.rows = self._path.stat().st_size // (_BLOCK_VALUES * _VALUE.itemsize) * BLOCK_ROWS
        mode = "r+" if self._writable else "r"
        shape = (self.rows * len(STORED),)
        self._mapped = np.memmap(self._path, dtype=_VALUE, mode=mode, shape=shape) if self.rows else None  # type: ignore[call-overload]
        # A plain view of the mapping: numpy's memmap class adds a microsecond to every read.
        self._values = np.empty(0, dtype=_VALUE) if self._mapped is None else np.asarray(self._mapped)


def _starts(rows: np.ndarray) -> np.ndarray:
    """Where the value of the first column lies."""
    starts: np.ndarray = rows // BLOCK_ROWS * _BLOCK_VALUES + rows % BLOCK_ROWS
    return starts
