"""Vectors in FAISS beside the cluster: files by row in the home of the process, one folder a generation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from search_engine.elastic.state import GenerationState
from search_engine.vectors.file import VectorFile
from search_engine.vectors.options import VectorOptions
from search_engine.vectors.publish import publish_graph
from search_engine.vectors.search import VectorSearcher


class VectorsBeside:
    """The read side as of one published state; nothing there yet reads as no vectors."""

    def __init__(self, directory: Path, state: GenerationState, options: VectorOptions) -> None:
        self._searcher: VectorSearcher | None = None
        space = state.vector_space
        if space is not None and (directory / "vectors.state").exists():
            self._searcher = VectorSearcher(
                file=VectorFile(directory, dimensions=space.dimensions, writable=False),
                directory=directory,
                graph=state.graph,
                last_row=state.next_row,
                options=options,
            )

    @property
    def count(self) -> int:
        """How many live rows have one."""
        return self._searcher.count if self._searcher else 0

    @property
    def dimensions(self) -> int:
        return self._searcher.dimensions if self._searcher else 0

    def nearest(self, vector: np.ndarray, *, limit: int, floor: float, thorough: bool = False) -> np.ndarray:
        """int64 rows of the nearest of the whole catalog, best first; ``thorough`` where recall is promised."""
        if self._searcher is None:
            return np.empty(0, dtype=np.int64)
        return self._searcher.nearest(vector, limit=limit, floor=floor, thorough=thorough)[0]

    def scores(self, vector: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Cosines float32 (n,); 0 where a row has no vector."""
        if self._searcher is None:
            return np.zeros(len(rows), dtype=np.float32)
        return self._searcher.scores(vector, rows)

    def has(self, rows: np.ndarray) -> np.ndarray:
        """Bool (n,): which rows have a vector."""
        return self._searcher.has(rows) if self._searcher else np.zeros(len(rows), dtype=bool)

    def vector(self, row: int) -> np.ndarray | None:
        """float32 (dimensions,), None when it is not there."""
        return self._searcher.vector(row) if self._searcher else None


class VectorWriterBeside:
    """The write side: what the embedded engine's writer does with the same files."""

    def __init__(self, directory: Path, state: GenerationState, options: VectorOptions) -> None:
        space = state.vector_space
        self._directory = directory
        self._options = options
        self._file: VectorFile | None = None
        if space is not None:
            directory.mkdir(parents=True, exist_ok=True)
            self._file = VectorFile(directory, dimensions=space.dimensions, writable=True)
            self._file.reserve(state.next_row)

    @property
    def dimensions(self) -> int:
        """0 when the generation holds no vectors."""
        return self._file.dimensions if self._file else 0

    def reserve(self, rows: int) -> None:
        """Make room for rows below ``rows``."""
        if self._file is not None:
            self._file.reserve(rows)

    def skip(self, first: int, last: int) -> None:
        """Rows that no document will have: nobody waits for their vectors."""
        if self._file is not None and last > first:
            self._file.reserve(last)
            self._file.bury(np.arange(first, last, dtype=np.int64))

    def carry(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Give each second row the vector of the first, where there is one."""
        if self._file is None or not pairs:
            return
        rows = np.array(pairs, dtype=np.int64)
        rows = rows[self._file.has(rows[:, 0])]
        if len(rows):
            self._file.copy(rows[:, 0], rows[:, 1])

    def put(self, rows: np.ndarray, vectors: np.ndarray) -> None:
        """Store unit vectors, float32 (n, dimensions)."""
        if self._file is not None:
            self._file.put(rows, vectors)

    def bury(self, rows: Sequence[int]) -> None:
        """These rows are replaced or withdrawn."""
        if self._file is not None and rows:
            self._file.bury(np.array(rows, dtype=np.int64))

    def pending_rows(self, last: int, limit: int) -> np.ndarray:
        """int64 rows below ``last`` that wait for a vector, oldest first."""
        return np.empty(0, dtype=np.int64) if self._file is None else self._file.pending_rows(last, limit)

    def pending_count(self, last: int) -> int:
        """How many rows below ``last`` wait."""
        return self._file.pending_count(last) if self._file else 0

    def flush(self) -> None:
        """Write through to the disk."""
        if self._file is not None:
            self._file.flush()

    def publish(self, state: GenerationState, *, compact: bool) -> str | None:
        """Build or extend the graph where the size calls for one; gives its name."""
        if self._file is None:
            return None
        self._file.flush()
        graph = publish_graph(
            self._directory,
            vectors=self._file,
            current=state.graph,
            last_row=state.next_row,
            serial=state.serial + 1,
            compact=compact,
            options=self._options,
        )
        for path in self._directory.glob("graph-*"):
            if graph is None or not path.name.startswith((f"{graph}.", f"{state.graph}.")):
                path.unlink(missing_ok=True)
        return graph
