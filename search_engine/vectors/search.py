"""Nearest rows: the graph for the bulk, an exact scan for what came after it, exact scores for all."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np

from search_engine.vectors.file import VectorFile
from search_engine.vectors.graph import Graph
from search_engine.vectors.options import VectorOptions

Wanted = Callable[[np.ndarray], np.ndarray]  # rows int64 (n,) -> bool (n,)


class VectorSearcher:
    """One published state of the vectors; immutable, thread-safe."""

    def __init__(
        self, *, file: VectorFile, directory: Path, graph: str | None, last_row: int, options: VectorOptions
    ) -> None:
        # One thread a search: concurrent searches use the cores, and FAISS's threads wait for each other when they do.
        faiss.omp_set_num_threads(1)
        self._file = file
        self._options = options
        self._last_row = min(last_row, file.rows)
        self._graph = Graph.open(directory, graph, options) if graph else None
        in_graph = np.asarray(self._graph.rows) if self._graph else np.empty(0, dtype=np.int64)
        self._tail_rows = file.rows_beyond(self._last_row, in_graph)
        self._tail = faiss.IndexScalarQuantizer(
            file.dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        self._tail.is_trained = True
        if len(self._tail_rows):
            self._tail.add_sa_codes(file.codes(self._tail_rows))
        self._stored = file.stored(0, self._last_row)
        self.count = int(np.count_nonzero(self._stored))
        indexed = len(self._tail_rows) + len(in_graph)
        self._living_share = self.count / indexed if indexed else 1.0

    @property
    def dimensions(self) -> int:
        return self._file.dimensions

    def scores(self, query: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Cosines float32 (n,), exact to half precision; 0 where a row has no vector."""
        result = np.zeros(len(rows), dtype=np.float32)
        there = self.has(rows)
        result[there] = self._file.scores(query, rows[there])
        return result

    def has(self, rows: np.ndarray) -> np.ndarray:
        """Bool (n,): which rows have a vector in this state."""
        return self._file.has(rows) & (rows < self._last_row)

    def vector(self, row: int) -> np.ndarray | None:
        """float32 (dimensions,), None when it is not there."""
        rows = np.array([row], dtype=np.int64)
        if not self.has(rows)[0]:
            return None
        found: np.ndarray = self._file.get(rows)[0]
        return found

    def nearest(
        self, query: np.ndarray, *, limit: int, floor: float, thorough: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """Rows int64 and cosines float32 of the ``limit`` nearest that live and reach ``floor``, best first, ties by
        row; ``thorough`` where recall is promised."""
        found = self.try_nearest(
            query,
            limit=limit,
            floor=floor,
            wanted=self._living,
            share=1.0,
            fetch_max=sys.maxsize,
            thorough=thorough,
        )
        return found if found is not None else (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))

    def try_nearest(
        self,
        query: np.ndarray,
        *,
        limit: int,
        floor: float,
        wanted: Wanted,
        share: float,
        fetch_max: int,
        thorough: bool,
    ) -> tuple[np.ndarray, np.ndarray] | None:
        """The nearest that are ``wanted``, which about ``share`` of the rows are; None when more than ``fetch_max``
        neighbours would have to be looked at (the caller then scans the rows that it wants exactly)."""
        fetch = int(limit / max(share * self._living_share, 1e-9) * self._options.rescore_factor) + 10
        while True:
            if fetch > fetch_max:
                return None
            rows, complete = self._fetch(query, fetch, thorough=thorough)
            scores = self._file.scores(query, rows)
            above = scores >= floor
            rows, scores = rows[above], scores[above]
            taken = wanted(rows)
            exhausted = complete or not above.all()
            if exhausted or int(np.count_nonzero(taken)) >= limit:
                rows, scores = rows[taken], scores[taken]
                order = np.lexsort((rows, -scores))[:limit]
                return rows[order], scores[order]
            fetch *= 3

    def _living(self, rows: np.ndarray) -> np.ndarray:
        """Bool (n,): which rows lived when this state was published."""
        living: np.ndarray = self._stored[rows]
        return living

    def _fetch(self, query: np.ndarray, fetch: int, *, thorough: bool) -> tuple[np.ndarray, bool]:
        """About the ``fetch`` nearest rows, and whether that is all there are."""
        parts = []
        if len(self._tail_rows):
            _, found = self._tail.search(query[None, :], min(fetch, len(self._tail_rows)))
            parts.append(self._tail_rows[found[0][found[0] >= 0]])
        if self._graph is not None and len(self._graph):
            parts.append(self._graph.nearest(query, fetch, thorough=thorough))
        rows = np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
        return rows, fetch >= len(self._tail_rows) and (self._graph is None or fetch >= len(self._graph))
