"""The facet numbers of each document by row, so that a small result set is counted without the text index."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np

from search_engine.embedded.mapping import COUNTED
from search_engine.embedded.ragged import NUMBER, RaggedReader, RaggedWriter

FACETS_NAME: Final = "facets"


class FacetReader:
    """The rows that are there when it is opened, the published ones at least; OSError or ValueError when broken."""

    def __init__(self, directory: Path, *, rows: int) -> None:
        self._lists = RaggedReader(directory, FACETS_NAME, fields=len(COUNTED), rows=rows)

    def numbers(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """All numbers of each facet field in these rows, uint32."""
        lists = self._lists.lists(rows)
        return {name: lists.of(field) for field, name in enumerate(COUNTED)}


class FacetWriter:
    """Stores the numbers of new rows. ValueError when published rows are gone."""

    def __init__(self, directory: Path, *, next_row: int) -> None:
        self._lists = RaggedWriter(directory, FACETS_NAME, fields=len(COUNTED), next_row=next_row)

    def put(self, first_row: int, documents: Sequence[Sequence[list[int]]]) -> None:
        """The numbers of rows from ``first_row`` on: of each, a list a field."""
        if documents:
            lists = list(chain.from_iterable(documents))
            sizes = np.array([len(each) for each in lists], dtype=np.int64).reshape(len(documents), len(COUNTED))
            numbers = np.fromiter(chain.from_iterable(lists), dtype=NUMBER, count=int(sizes.sum()))
            self._lists.put(first_row, numbers, sizes)

    def flush(self, *, next_row: int) -> None:
        """Write through to the disk; rows below ``next_row`` that were never put have no values."""
        self._lists.flush(next_row=next_row)
