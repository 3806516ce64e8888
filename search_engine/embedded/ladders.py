"""Exact price ladders by row, for the few offers whose price is not settled by the price columns."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from kernel.prices import PriceTier
from search_engine.ladders import LADDER, ladder_records, prices_at

GROW_ROWS: Final = 65_536


class LadderFile:
    """``ladders.bin``: one record a row, sparse on disk (only ladders of several steps are written)."""

    def __init__(self, directory: Path, *, writable: bool) -> None:
        self._path = directory / "ladders.bin"
        self._writable = writable
        if writable:
            self._path.touch()
        self.remap()

    def remap(self) -> None:
        """Map the file as it is now."""
        self.rows = self._path.stat().st_size // LADDER.itemsize
        self._records: np.ndarray = (
            np.memmap(self._path, dtype=LADDER, mode="r+" if self._writable else "r", shape=(self.rows,))
            if self.rows
            else np.empty(0, dtype=LADDER)
        )

    def reserve(self, rows: int) -> None:
        """Make room for rows below ``rows``."""
        if rows > self.rows:
            os.truncate(self._path, -(-rows // GROW_ROWS) * GROW_ROWS * LADDER.itemsize)
            self.remap()

    def put(self, rows: Sequence[int], ladders: Sequence[tuple[Sequence[PriceTier], int]]) -> None:
        """Store (tiers, moq) for rows that ``reserve`` made room for."""
        if not rows:
            return
        self._records[np.asarray(rows)] = ladder_records(ladders)

    def prices(self, rows: np.ndarray, *, quantity: int) -> np.ndarray:
        """Unit prices in fen, int64 (n,), of rows that have a ladder: ``kernel.prices.price_at``, vectorised."""
        return prices_at(self._records[rows], quantity)

    def flush(self) -> None:
        """Write through to the disk."""
        if isinstance(self._records, np.memmap):
            self._records.flush()
