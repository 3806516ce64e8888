"""The engine port: what every backend promises. Reading and writing never meet but in the published state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

from kernel.errors import Conflict, Unavailable
from search_engine.documents import IndexDocument, Withdrawal
from search_engine.plan import Filter, Plan


class IndexMissing(Unavailable):
    """There is no index yet; the message names the command that builds one."""

    code = "index_missing"


class IndexCorrupt(Unavailable):
    """The files cannot be read; the message names the file and the command that mends it."""

    code = "index_corrupt"


class IndexOfAnotherSchema(Unavailable):
    """The index was written with another field table; the message names the command that mends it."""

    code = "index_other_schema"


class EngineAway(Unavailable):
    """The engine cannot be asked now. Nothing is wrong with what was asked: the same comes again later."""

    code = "engine_unavailable"


class EngineRefused(EngineAway):
    """The engine is there and will not have us, or is not to be trusted: no waiting mends that. The message names the
    setting that does."""

    code = "engine_refused"


class WriterBusy(Conflict):
    """Another process writes this index; the message names it."""

    code = "writer_busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorSpace:
    """Which encoder's vectors an index holds."""

    fingerprint: str
    dimensions: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """n candidates, best first by the engine, as columns.

    ``rows`` int64 (n,). ``legs[name]`` float32 (n,): exact BM25 of words, characters, bigrams, facts;
    ``coverage`` the share of the plan's groups that is there; ``code`` 1 where an item code is; cosine for vector (0
    where the vector is not there). ``lexical``/``semantic`` bool (n,): by which way each entered the result set.
    ``price_fen`` int64 (n,): exact at the plan's quantity, -1 for price on request. ``columns``: int64 arrays by
    field name. ``degraded``: of the nearest, why others may be nearer; a search says it in its result.
    """

    rows: np.ndarray
    legs: Mapping[str, np.ndarray]
    lexical: np.ndarray
    semantic: np.ndarray
    price_fen: np.ndarray
    columns: Mapping[str, np.ndarray]
    degraded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCount:
    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineResult:
    """The answer to a plan. ``total``, ``facets`` and pages are of exactly one result set:
    (lexical matches under ``rule`` + V) within the filters, V being the vector leg's listings, fixed before any filter.

    ``reachable``: how many of ``total`` paging can reach. ``legs``: matches that each way gave within the filters
    (``lexical``, ``vector``, ``both``). ``degraded``: parts left out, with the reason.
    """

    candidates: Candidates
    total: int
    rule: str
    legs: Mapping[str, int]
    facets: Mapping[str, Sequence[FacetCount]]
    generation: str
    reachable: int = 0
    vectors_pending: int = 0
    degraded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    """The published state as a reader sees it."""

    generation: str
    documents: int
    vectors: int
    vectors_pending: int
    vector_space: VectorSpace | None
    schema_version: int
    feed_cursor: int
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailment:
    """One line about the health of a part; ``mend`` is what mends it."""

    level: Literal["ok", "warning", "error"]
    what: str
    mend: str = ""


class SearchEngine(Protocol):
    """The read side. Thread-safe; ``refresh`` picks up what the writer published since."""

    def search(self, plan: Plan) -> EngineResult: ...

    def nearest(
        self,
        vector: np.ndarray,
        *,
        filters: Sequence[Filter],
        limit: int,
        quantity: int | None = None,
        floor: float = -1.0,
    ) -> Candidates:
        """The nearest listings within the filters, at most ``limit``; recall holds at every selectivity, or
        ``degraded`` says why it does not."""
        ...

    def cards(self, rows: Sequence[int]) -> Sequence[bytes]:
        """The stored cards of these rows, in their order; a row that is gone gives b""."""
        ...

    def find(self, offer_ids: Sequence[str]) -> Mapping[str, int]:
        """Rows of the live offers among these ids."""
        ...

    def vector(self, row: int) -> np.ndarray | None:
        """The stored vector of a row, float32 (dimensions,), None when pending."""
        ...

    def refresh(self) -> bool:
        """Move to the newest published state; True when it changed."""
        ...

    def status(self) -> EngineStatus: ...


class IndexWriter(Protocol):
    """The write side of one generation. Nothing is visible before ``commit``; no older version replaces a newer."""

    def apply(self, documents: Sequence[IndexDocument], withdrawals: Sequence[Withdrawal] = ()) -> None: ...

    def commit(self, *, feed_cursor: int) -> None:
        """Make everything applied so far visible at once, with the feed's position."""
        ...

    def pending_vector_texts(self, *, limit: int) -> tuple[np.ndarray, Sequence[str]]:
        """Rows (int64) and texts of committed documents that have no vector yet, oldest first."""
        ...

    def put_vectors(self, rows: np.ndarray, vectors: np.ndarray) -> None:
        """Store unit vectors, float32 (n, dimensions); visible at the next ``commit`` or ``publish_vectors``."""
        ...

    def publish_vectors(self) -> None:
        """Make stored vectors searchable; builds or extends the graph where the size calls for one."""
        ...

    def optimise(self) -> None:
        """Merge segments and drop what is dead, for reading speed."""
        ...

    @property
    def generation(self) -> str:
        """The generation written, named as a reader's ``status`` names it once it is published."""
        ...

    @property
    def feed_cursor(self) -> int: ...

    @property
    def documents(self) -> int: ...


class IndexStore(Protocol):
    """The index's home: generations, the published one, the writer's lock."""

    def writer(self) -> AbstractContextManager[IndexWriter]:
        """Open the published generation for writing; raises WriterBusy, IndexMissing, IndexOfAnotherSchema."""
        ...

    def rebuild(self, *, vector_space: VectorSpace | None, expected: int = 0) -> AbstractContextManager[IndexWriter]:
        """A new generation beside the old one. Leaving the block normally publishes it; an exception drops it.

        ``expected``: about how many documents will come, so that the backend can lay them out well; 0 when unknown.
        """
        ...

    def reader(self) -> SearchEngine: ...

    def require_free(self) -> None:
        """Nothing when nobody writes this index; raises WriterBusy with the writer's name otherwise."""
        ...

    def exists(self) -> bool: ...

    def examine(self) -> Sequence[Ailment]:
        """What can be told of the home itself, whether or not it holds an index; never raises."""
        ...
