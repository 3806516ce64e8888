"""Vectors by row in one growing memory-mapped file, half precision, with a byte of state a row."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Literal

import faiss
import numpy as np

PENDING: Final = 0
STORED: Final = 1
GONE: Final = 2  # dead before it got a vector: nobody waits for one
DEAD: Final = 3  # replaced or withdrawn; the vector stays for readers of an older state
GROW_ROWS: Final = 65_536  # files grow in sparse steps, so that a mapping outlives many small commits
BLOCK_ROWS: Final = 512  # decoded to float32 a block at a time: 1 MB at 512 dimensions stays in the second-level cache


class VectorFile:
    """``vectors.f16`` (row-major, ``dimensions`` half floats a row) and ``vectors.state`` (one byte a row).

    Half precision keeps cosines to within 1e-3 and halves the memory. Opened for writing by one process, mapped
    read-only by any number; a reader sees new rows after ``remap``.
    """

    def __init__(self, directory: Path, *, dimensions: int, writable: bool) -> None:
        self.dimensions = dimensions
        self._data_path = directory / "vectors.f16"
        self._state_path = directory / "vectors.state"
        self._writable = writable
        self._codec = faiss.ScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_fp16)
        if writable:
            self._data_path.touch()
            self._state_path.touch()
        self.remap()

    def remap(self) -> None:
        """Map the files as they are now; earlier mappings stay valid for who holds them."""
        self.rows = self._state_path.stat().st_size
        mode: Literal["r", "r+"] = "r+" if self._writable else "r"
        if self.rows == 0:
            self._codes = np.empty((0, self.dimensions * 2), dtype=np.uint8)
            self.state = np.empty(0, dtype=np.uint8)
            return
        shape = (self.rows, self.dimensions * 2)
        self._codes = np.memmap(self._data_path, dtype=np.uint8, mode=mode, shape=shape)
        self.state = np.memmap(self._state_path, dtype=np.uint8, mode=mode, shape=(self.rows,))

    def reserve(self, rows: int) -> None:
        """Make room for rows below ``rows``; what is new is pending."""
        if rows <= self.rows:
            return
        wanted = -(-rows // GROW_ROWS) * GROW_ROWS
        os.truncate(self._data_path, wanted * self.dimensions * 2)
        os.truncate(self._state_path, wanted)
        self.remap()

    def put(self, rows: np.ndarray, vectors: np.ndarray) -> None:
        """Store float32 vectors (n, dimensions) for rows that ``reserve`` made room for."""
        self._codes[rows] = np.ascontiguousarray(vectors, dtype=np.float16).view(np.uint8)
        self.state[rows] = STORED

    def copy(self, sources: np.ndarray, targets: np.ndarray) -> None:
        """Give ``targets`` the vectors of ``sources``: the text did not change."""
        self._codes[targets] = self._codes[sources]
        self.state[targets] = STORED

    def bury(self, rows: np.ndarray) -> None:
        """These rows are dead as of the state that is being published."""
        self.state[rows] = np.where(self.state[rows] == STORED, DEAD, GONE)

    def forget_from(self, row: int) -> None:
        """Rows from ``row`` on were never published: whatever a killed writer left there is void."""
        self.state[row:] = PENDING

    def has(self, rows: np.ndarray) -> np.ndarray:
        """Bool (n,): which of these rows have a vector, dead ones included."""
        known = (rows >= 0) & (rows < self.rows)
        result = np.zeros(len(rows), dtype=bool)
        states = self.state[rows[known]]
        result[known] = (states == STORED) | (states == DEAD)
        return result

    def get(self, rows: np.ndarray) -> np.ndarray:
        """float32 (n, dimensions); rows without a vector give whatever the file holds, so ask ``has`` first."""
        return self._decode(self._codes[rows])

    def scores(self, query: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Cosines float32 (n,) of rows that have a vector."""
        result = np.empty(len(rows), dtype=np.float32)
        for start in range(0, len(rows), BLOCK_ROWS):
            block = rows[start : start + BLOCK_ROWS]
            result[start : start + len(block)] = self._decode(self._codes[block]) @ query
        return result

    def codes(self, rows: np.ndarray) -> np.ndarray:
        """The stored half floats as bytes, uint8 (n, 2 * dimensions)."""
        return np.ascontiguousarray(self._codes[rows])

    def stored(self, first: int, last: int) -> np.ndarray:
        """Bool (last - first,): which rows live and have a vector now."""
        stored: np.ndarray = np.asarray(self.state[first:last]) == STORED
        return stored

    def stored_rows(self, first: int, last: int) -> np.ndarray:
        """int64 rows in [first, last) that live and have a vector, ascending."""
        return np.flatnonzero(self.stored(first, last)).astype(np.int64) + first

    def rows_beyond(self, last: int, rows: np.ndarray) -> np.ndarray:
        """int64 rows below ``last`` that live and have a vector but are not among ``rows``, ascending."""
        beyond = self.state[:last] == STORED
        beyond[rows[rows < last]] = False
        return np.flatnonzero(beyond).astype(np.int64)

    def pending_count(self, last: int) -> int:
        """How many rows below ``last`` wait for a vector."""
        return int(np.count_nonzero(self.state[:last] == PENDING))

    def pending_rows(self, last: int, limit: int) -> np.ndarray:
        """int64 rows below ``last`` that wait for a vector, ascending, at most ``limit``."""
        return np.flatnonzero(self.state[:last] == PENDING)[:limit].astype(np.int64)

    def flush(self) -> None:
        """Write through to the disk."""
        for mapped in (self._codes, self.state):
            if isinstance(mapped, np.memmap):
                mapped.flush()

    def _decode(self, codes: np.ndarray) -> np.ndarray:
        # FAISS decodes half floats with SIMD, an order of magnitude faster than numpy's astype.
        if len(codes) < BLOCK_ROWS:  # FAISS forks threads for every call, which costs more than a small block itself
            return codes.view(np.float16).astype(np.float32)
        decoded: np.ndarray = self._codec.decode(np.ascontiguousarray(codes))
        return decoded
