"""The numbers of each document's facet values by row: what facets are counted from."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np

from search_engine.embedded.ragged import NUMBER, RaggedReader, RaggedWriter
from search_engine.embedded.values import COUNTED

FACETS_NAME: Final = "facets"


class FacetReader:
    """The rows that are there when it is opened, the published ones at least; OSError or ValueError when broken."""

    def __init__(self, directory: Path, *, rows: int) -> None:
        self._lists = RaggedReader(directory, FACETS_NAME, fields=len(COUNTED), rows=rows)

    def numbers(self, rows: np.ndarray, field: str | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of these rows, uint32, of one field or of all, and how many each row has, int64."""
        if field is None:
            return self._lists.numbers(rows, first=0, last=len(COUNTED) - 1)
        place = COUNTED.index(field)
        return self._lists.numbers(rows, first=place, last=place)


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
