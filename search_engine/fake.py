"""The engine in memory: naive and exact, for unit tests and as the reference of the contract suite.

Every answer is computed from the documents one by one, with ``kernel.prices.price_at`` and sets, so that it shares no
shortcut with the real backends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from kernel.errors import Invalid
from search_engine.documents import IndexDocument, Withdrawal
from search_engine.fake_search import MemoryState, Search, pending_count
from search_engine.limits import validate_neighbours, validate_window
from search_engine.plan import Filter, Plan, VectorQuery
from search_engine.port import Ailment, Candidates, EngineResult, EngineStatus, IndexMissing, VectorSpace, WriterBusy
from search_engine.schema import SCHEMA_VERSION


class InMemoryStore:
    """Implements ``IndexStore`` without a disk."""

    def __init__(self) -> None:
        self.published: MemoryState | None = None
        self._writing = False

    def exists(self) -> bool:
        return self.published is not None

    def reader(self) -> InMemoryEngine:
        return InMemoryEngine(self)

    def examine(self) -> Sequence[Ailment]:
        return ()

    def require_free(self) -> None:
        with self._lock():
            return

    @contextmanager
    def writer(self) -> Iterator[InMemoryWriter]:
        with self._lock():
            yield InMemoryWriter(self.state().copy(), publish=self._publish)

    @contextmanager
    def rebuild(self, *, vector_space: VectorSpace | None, expected: int = 0) -> Iterator[InMemoryWriter]:
        with self._lock():
            number = int(self.published.generation[1:]) + 1 if self.published else 1
            state = MemoryState(generation=f"g{number:06d}", vector_space=vector_space)
            writer = InMemoryWriter(state, publish=lambda _: None)
            yield writer
            writer.commit(feed_cursor=writer.feed_cursor)
            self._publish(writer.committed)

    def state(self) -> MemoryState:
        """What is published; raises IndexMissing."""
        if self.published is None:
            raise IndexMissing("还没有索引：请运行 pifa rebuild 或 pifa import")
        return self.published

    def _publish(self, state: MemoryState) -> None:
        self.published = state

    @contextmanager
    def _lock(self) -> Iterator[None]:
        if self._writing:
            raise WriterBusy("本进程正在写索引，请等它结束")
        self._writing = True
        try:
            yield
        finally:
            self._writing = False


class InMemoryWriter:
    """Implements ``IndexWriter``."""

    def __init__(self, state: MemoryState, *, publish: Callable[[MemoryState], None]) -> None:
        self._state = state
        self._publish = publish
        self.committed = state.copy()

    @property
    def generation(self) -> str:
        return self.committed.generation

    @property
    def feed_cursor(self) -> int:
        return self.committed.feed_cursor

    @property
    def documents(self) -> int:
        return len(self.committed.rows)

    def apply(self, documents: Sequence[IndexDocument], withdrawals: Sequence[Withdrawal] = ()) -> None:
        state = self._state
        for document in documents:
            before = state.row_of(document.offer_id)
            newest = state.rows[before].version if before is not None else 0
            if document.version < newest or document.version <= state.withdrawn.get(document.offer_id, -1):
                continue
            row, state.next_row = state.next_row, state.next_row + 1
            if before is not None:
                old = state.rows.pop(before)
                if old.vector_text == document.vector_text and before in state.vectors:
                    state.vectors[row] = state.vectors[before]
            state.rows[row] = document
        for withdrawal in withdrawals:
            before = state.row_of(withdrawal.offer_id)
            if before is not None and withdrawal.version < state.rows[before].version:
                continue
            newest = state.withdrawn.get(withdrawal.offer_id, -1)
            state.withdrawn[withdrawal.offer_id] = max(newest, withdrawal.version)
            if before is not None:
                del state.rows[before]

    def commit(self, *, feed_cursor: int) -> None:
        self._state.feed_cursor = feed_cursor
        self._publish_copy()

    def pending_vector_texts(self, *, limit: int) -> tuple[np.ndarray, Sequence[str]]:
        if self._state.vector_space is None:
            return np.empty(0, dtype=np.int64), []
        rows = sorted(row for row in self.committed.rows if row not in self._state.vectors)[: max(limit, 0)]
        return np.array(rows, dtype=np.int64), [self.committed.rows[row].vector_text for row in rows]

    def put_vectors(self, rows: np.ndarray, vectors: np.ndarray) -> None:
        space = self._state.vector_space
        if space is None or vectors.shape != (len(rows), space.dimensions):
            raise Invalid("向量的形状不对", parameter="vectors")
        for row, vector in zip(rows.tolist(), vectors, strict=True):
            if not 0 <= row < self._state.next_row:
                raise Invalid("没有这样的行", parameter="rows")
            self._state.vectors[row] = np.array(vector, dtype=np.float32)

    def publish_vectors(self) -> None:
        vectors = dict(self._state.vectors)
        self.committed = replace(self.committed, vectors=vectors)
        self._publish(self.committed)

    def optimise(self) -> None:
        return None

    def _publish_copy(self) -> None:
        self.committed = self._state.copy()
        self._publish(self.committed)


class InMemoryEngine:
    """Implements ``SearchEngine`` over the state that was published when it last refreshed."""

    def __init__(self, store: InMemoryStore) -> None:
        self._store = store
        self._state = store.state()

    def search(self, plan: Plan) -> EngineResult:
        validate_window(plan)
        return Search(self._state, plan).result()

    def nearest(
        self,
        vector: np.ndarray,
        *,
        filters: Sequence[Filter],
        limit: int,
        quantity: int | None = None,
        floor: float = -1.0,
    ) -> Candidates:
        validate_neighbours(limit)
        query = VectorQuery(vector=vector, floor=floor, limit=len(self._state.rows) + 1)
        search = Search(self._state, Plan(vector=query, filters=tuple(filters), quantity=quantity))
        if search.degraded and self._state.vectors:
            raise Invalid("向量的维数不对", parameter="vector")
        rows = [row for row in search.near if search.passes(row)]
        rows.sort(key=lambda row: (-search.cosine(row), row))
        return search.candidates(rows[:limit])

    def cards(self, rows: Sequence[int]) -> Sequence[bytes]:
        return [self._state.rows[row].card if row in self._state.rows else b"" for row in map(int, rows)]

    def find(self, offer_ids: Sequence[str]) -> Mapping[str, int]:
        wanted = set(offer_ids)
        return {document.offer_id: row for row, document in self._state.rows.items() if document.offer_id in wanted}

    def vector(self, row: int) -> np.ndarray | None:
        return self._state.vectors.get(row)

    def refresh(self) -> bool:
        changed = self._store.state() is not self._state
        self._state = self._store.state()
        return changed

    def status(self) -> EngineStatus:
        state = self._state
        stored = sum(row in state.vectors for row in state.rows)
        return EngineStatus(
            generation=state.generation,
            documents=len(state.rows),
            vectors=stored,
            vectors_pending=pending_count(state),
            vector_space=state.vector_space,
            schema_version=SCHEMA_VERSION,
            feed_cursor=state.feed_cursor,
        )
