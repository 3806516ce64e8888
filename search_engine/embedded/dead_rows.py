"""Rows that were replaced or withdrawn: a list that only grows, of which a manifest counts so many."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from search_engine.embedded.bits import from_rows, words_of

DEAD_NAME: Final = "dead.rows"
_ROW: Final = np.dtype("<i8")


def living_rows(directory: Path, *, rows: int, dead: int) -> np.ndarray:
    """The rows below ``rows`` that live, as bits, by the first ``dead`` of the list; OSError or ValueError when some
    are missing."""
    listed = np.fromfile(directory / DEAD_NAME, dtype=_ROW, count=dead)
    if len(listed) < dead:
        raise ValueError(f"{len(listed)} dead rows, {dead} published")
    words = words_of(rows)
    living: np.ndarray = from_rows(np.arange(rows), words) & ~from_rows(listed[listed < rows], words)
    return living


class DeadRows:
    """The writer's side. ``published``: how many a manifest counts; what a killed writer listed beyond them is handed
    back as ``unsure``, since its text may or may not have been committed."""

    def __init__(self, directory: Path, *, published: int) -> None:
        self._path = directory / DEAD_NAME
        self._path.touch()
        listed = np.fromfile(self._path, dtype=_ROW)
        if len(listed) < published:
            raise ValueError(f"{len(listed)} dead rows, {published} published")
        self.unsure: np.ndarray = listed[published:]
        self._count = published
        self._unsaved: list[int] = []

    def __len__(self) -> int:
        return self._count + len(self._unsaved)

    def bury(self, rows: Sequence[int]) -> None:
        """These rows are dead as of the next manifest."""
        self._unsaved += rows

    def save(self) -> None:
        """Write what is new at its place and sync it; before the text and the manifest that counts it."""
        os.truncate(self._path, self._count * _ROW.itemsize)
        if self._unsaved:
            with self._path.open("ab") as file:
                file.write(np.array(self._unsaved, dtype=_ROW).tobytes())
                file.flush()
                os.fsync(file.fileno())
        self._count += len(self._unsaved)
        self._unsaved.clear()
