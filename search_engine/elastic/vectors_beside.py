"""Vectors in FAISS beside the cluster: files by row in the home of the process, one folder a generation."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any, Final

import numpy as np

from search_engine.elastic.query import Query, every
from search_engine.elastic.state import GenerationState
from search_engine.elastic.vectors import Answer, Body, Neighbours, Search
from search_engine.vectors.file import VectorFile
from search_engine.vectors.options import VectorOptions
from search_engine.vectors.publish import publish_graph
from search_engine.vectors.search import VectorSearcher

# Up to so many listings a filter's rows are fetched and compared exactly, in about 20 ms; it is also the most that
# one page of the server holds.
NARROW_ROWS: Final = 10_000
# Neighbours pass a filter unevenly, so more are asked for than its share says, as on the embedded engine.
MARGIN: Final = 6.0
GROWS: Final = 4
TERMS_MAX: Final = 65_536  # the server's bound for the values of one terms query
_ID_FILE: Final = "vectors.id"


def why_lost(directory: Path, state: GenerationState) -> str:
    """Why the files of a generation's vectors are not the ones that its state speaks of; empty when they are."""
    graph = [f"{state.graph}.faiss", f"{state.graph}.rows.npy"] if state.graph else []
    there = {path.name for path in directory.glob("*")}
    if not {"vectors.f16", "vectors.state"} <= there:
        return "集群旁的向量文件不在了"
    if ((directory / _ID_FILE).read_text("ascii") if _ID_FILE in there else "") != state.vectors_id:
        return "集群旁的向量文件属于另一个索引"
    return "" if there.issuperset(graph) else "集群旁的向量文件不在了"


class VectorsBeside:
    """Implements ``Vectors``: exact within a narrow filter, the graph for a wide one."""

    def __init__(
        self, directory: Path, search: Search, state: GenerationState, options: VectorOptions, *, documents: int
    ) -> None:
        self._search = search
        self._documents = documents
        self._searcher: VectorSearcher | None = None
        space = state.vector_space
        self.lost = why_lost(directory, state) if space is not None else ""
        if space is not None and not self.lost:
            self._searcher = VectorSearcher(
                file=VectorFile(directory, dimensions=space.dimensions, writable=False),
                directory=directory,
                graph=state.graph,
                last_row=state.next_row,
                options=options,
            )

    def asking(self, search: Search) -> VectorsBeside:
        """The same, with what it asks of the server asked through ``search``."""
        bound = copy(self)
        bound._search = search
        return bound

    @property
    def count(self) -> int:
        """How many live rows have one."""
        return self._searcher.count if self._searcher else 0

    @property
    def dimensions(self) -> int:
        return self._searcher.dimensions if self._searcher else 0

    def nearest_bodies(self, vector: np.ndarray, *, limit: int) -> tuple[Body, ...]:
        """Nothing."""
        return ()

    def nearest(self, vector: np.ndarray, *, limit: int, floor: float, answers: Sequence[Answer]) -> Neighbours:
        """Best first."""
        return self._nearest(vector, limit=limit, floor=floor, thorough=False)

    def nearest_within(
        self, conditions: Sequence[Query], vector: np.ndarray, *, limit: int, floor: float
    ) -> np.ndarray:
        """More and more of the nearest, until enough of them meet the conditions."""
        if not self.count:
            return np.empty(0, dtype=np.int64)
        if not conditions:
            return self._nearest(vector, limit=limit, floor=floor, thorough=True).rows
        within = every(must=conditions)
        counted = self._search({"query": within, "size": 0, "track_total_hits": True})["hits"]["total"]["value"]
        if counted <= NARROW_ROWS:
            return self._exact(vector, self._rows(within, counted), limit=limit, floor=floor)
        fetch = int(limit * self._documents / counted * MARGIN) + limit
        while True:
            fetch = min(fetch, TERMS_MAX, self.count)
            near = self._nearest(vector, limit=fetch, floor=floor, thorough=True).rows
            inside = self._rows(every(must=[*conditions, {"terms": {"row": near.tolist()}}]), len(near))
            exhausted = len(near) < fetch or fetch in (TERMS_MAX, self.count)
            if len(inside) >= limit or exhausted:
                return self._exact(vector, inside, limit=limit, floor=floor)
            fetch *= GROWS

    def scores(self, vector: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Cosines float32 (n,); 0 where a row has no vector."""
        if self._searcher is None:
            return np.zeros(len(rows), dtype=np.float32)
        return self._searcher.scores(vector, rows)

    def vector(self, row: int) -> np.ndarray | None:
        """float32 (dimensions,), None when it is not there."""
        return self._searcher.vector(row) if self._searcher else None

    def _nearest(self, vector: np.ndarray, *, limit: int, floor: float, thorough: bool) -> Neighbours:
        if self._searcher is None:
            return Neighbours.none()
        rows, scores = self._searcher.nearest(vector, limit=limit, floor=floor, thorough=thorough)
        return Neighbours(rows=rows, scores=scores)

    def _rows(self, query: Query, most: int) -> np.ndarray:
        """int64 rows that meet a query, at most one page of them."""
        if not most:
            return np.empty(0, dtype=np.int64)
        body = {
            "query": query,
            "size": min(most, NARROW_ROWS),
            "sort": ["_doc"],
            "_source": False,
            "docvalue_fields": ["row"],
            "track_total_hits": False,
        }
        hits = self._search(body)["hits"]["hits"]
        return np.array([hit["fields"]["row"][0] for hit in hits], dtype=np.int64)

    def _exact(self, vector: np.ndarray, rows: np.ndarray, *, limit: int, floor: float) -> np.ndarray:
        if self._searcher is None:
            return np.empty(0, dtype=np.int64)
        rows = rows[self._searcher.has(rows)]
        scores = self._searcher.scores(vector, rows)
        rows, scores = rows[scores >= floor], scores[scores >= floor]
        chosen: np.ndarray = rows[np.lexsort((rows, -scores))[:limit]]
        return chosen


class VectorWriterBeside:
    """Implements ``VectorWriter``: what the embedded engine's writer does with the same files."""

    def __init__(self, directory: Path, state: GenerationState, options: VectorOptions) -> None:
        space = state.vector_space
        self._directory = directory
        self._options = options
        self._file: VectorFile | None = None
        self.lost = why_lost(directory, state) if space is not None and state.next_row else ""
        if self.lost:
            shutil.rmtree(directory, ignore_errors=True)
        if space is not None:
            directory.mkdir(parents=True, exist_ok=True)
            (directory / _ID_FILE).write_text(state.vectors_id, "ascii")
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

    def carry(self, pairs: Sequence[tuple[int, int]], sources: Mapping[int, dict[str, Any]]) -> None:
        """From row to row in the file; nobody sees them before their documents."""
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

    def publish(self, *, graph: str | None, last_row: int, serial: int, compact: bool) -> str | None:
        """Build or extend the graph where the size calls for one; gives its name."""
        if self._file is None:
            return None
        self._file.flush()
        newest = publish_graph(
            self._directory,
            vectors=self._file,
            current=graph,
            last_row=last_row,
            serial=serial,
            compact=compact,
            options=self._options,
        )
        for path in self._directory.glob("graph-*"):
            if newest is None or not path.name.startswith((f"{newest}.", f"{graph}.")):
                path.unlink(missing_ok=True)
        return newest
