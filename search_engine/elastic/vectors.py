"""Where a generation keeps its vectors: beside the cluster in FAISS, or inside it. The two sides of each, as ports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from search_engine.elastic.query import Query

Body = dict[str, Any]
Answer = Mapping[str, Any]
Search = Callable[[Body], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """int64 rows (n,), each once, and their cosines float32 (n,)."""

    rows: np.ndarray
    scores: np.ndarray

    @classmethod
    def none(cls) -> Neighbours:
        return cls(rows=np.empty(0, dtype=np.int64), scores=np.empty(0, dtype=np.float32))

    def above(self, floor: float) -> Neighbours:
        """Those whose cosine is at least the floor."""
        kept = self.scores >= floor
        return Neighbours(rows=self.rows[kept], scores=self.scores[kept])

    def scores_of(self, rows: np.ndarray, *, otherwise: float) -> np.ndarray:
        """Cosines float32 of other rows (m,), ``otherwise`` where a row is none of these."""
        found = np.full(len(rows), otherwise, dtype=np.float32)
        if len(self.rows):
            order = np.argsort(self.rows)
            place = np.minimum(np.searchsorted(self.rows, rows, sorter=order), len(order) - 1)
            known = self.rows[order[place]] == rows
            found[known] = self.scores[order[place[known]]]
        return found


class Vectors(Protocol):
    """The read side as of one published state; nothing there yet reads as no vectors."""

    def asking(self, search: Search) -> Vectors:
        """The same, with what it asks of the server asked through ``search``."""

    @property
    def count(self) -> int:
        """How many live rows have one."""

    @property
    def dimensions(self) -> int:
        """0 when there are none."""

    @property
    def lost(self) -> str:
        """Why vectors that were stored cannot be read; empty when they can."""

    def nearest_bodies(self, vector: np.ndarray, *, limit: int) -> tuple[Body, ...]:
        """What the cluster is asked for the nearest, so that it can be asked along with other things; nothing where
        they are known without it."""

    def nearest(self, vector: np.ndarray, *, limit: int, floor: float, answers: Sequence[Answer]) -> Neighbours:
        """The nearest of the whole catalog, as a search's semantic leg takes them; ``answers`` to
        ``nearest_bodies``."""

    def nearest_within(
        self, conditions: Sequence[Query], vector: np.ndarray, *, limit: int, floor: float
    ) -> np.ndarray:
        """int64 rows of the nearest that meet the conditions, with the recall that is promised; rows that live are
        ``limit`` of them at least, where there are so many."""

    def scores(self, vector: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Cosines float32 (n,); 0 where a row has no vector."""

    def vector(self, row: int) -> np.ndarray | None:
        """float32 (dimensions,), None when it is not there."""


class VectorWriter(Protocol):
    """The write side."""

    @property
    def lost(self) -> str:
        """Why stored vectors were not found when this was opened, so that all rows wait again; empty when they were."""

    @property
    def dimensions(self) -> int:
        """0 when the generation holds no vectors."""

    def reserve(self, rows: int) -> None:
        """Make room for rows below ``rows``."""

    def skip(self, first: int, last: int) -> None:
        """Rows that no document will have: nobody waits for their vectors."""

    def carry(self, pairs: Sequence[tuple[int, int]], sources: Mapping[int, dict[str, Any]]) -> None:
        """Give each second row the vector of the first, where there is one. ``sources``: documents by row that are
        about to be written."""

    def put(self, rows: np.ndarray, vectors: np.ndarray) -> None:
        """Store unit vectors, float32 (n, dimensions)."""

    def bury(self, rows: Sequence[int]) -> None:
        """These rows are replaced or withdrawn."""

    def pending_rows(self, last: int, limit: int) -> np.ndarray:
        """int64 rows below ``last`` that wait for a vector, oldest first."""

    def pending_count(self, last: int) -> int:
        """How many rows below ``last`` wait, as of the last refresh."""

    def flush(self) -> None:
        """Make durable what was put."""

    def publish(self, *, graph: str | None, last_row: int, serial: int, compact: bool) -> str | None:
        """Make what was put searchable; gives the name of the graph, where there is a file of one."""
