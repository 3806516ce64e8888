"""One published state, opened: what a search runs against from its first question to its last."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar, cast

import numpy as np
import tantivy
from tantivy import DocAddress, Query

from search_engine.embedded.facet_lists import FACETS_NAME, FacetReader
from search_engine.embedded.forward import FORWARD_NAME, ForwardReader
from search_engine.embedded.ladders import LadderFile
from search_engine.embedded.manifest import Manifest, corrupt
from search_engine.embedded.options import EmbeddedOptions
from search_engine.embedded.query import rows_query, unscored
from search_engine.embedded.values import VALUES_NAME, ValueReader
from search_engine.port import IndexCorrupt
from search_engine.vectors.file import VectorFile
from search_engine.vectors.search import VectorSearcher

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hits:
    """Matching documents in some order: rows int64 (n,), float64 sort keys (n,), and where each one lies.

    ``matched``: how many documents match beyond this window, where that was asked.
    """

    rows: np.ndarray
    keys: np.ndarray
    addresses: Sequence[DocAddress]
    matched: int | None = None

    def take(self, order: np.ndarray) -> Hits:
        """These hits at the positions ``order``."""
        return replace(
            self, rows=self.rows[order], keys=self.keys[order], addresses=[self.addresses[i] for i in order.tolist()]
        )


class Searching:
    """A tantivy searcher that speaks in rows."""

    def __init__(self, index: tantivy.Index) -> None:
        self.searcher = index.searcher()
        self.schema = index.schema
        self.documents: int = self.searcher.num_docs

    def count(self, query: Query) -> int:
        """How many documents match."""
        found: int = self.searcher.search(unscored(query), limit=1, count=True).count  # type: ignore[attr-defined]
        return found

    def hits(
        self,
        query: Query,
        *,
        limit: int,
        offset: int = 0,
        order_by: str | None = None,
        descending: bool = True,
        count: bool = False,
    ) -> Hits:
        """The matches by score, or by a column."""
        if limit <= 0:
            return NO_HITS
        order = tantivy.Order.Desc if descending else tantivy.Order.Asc
        result = self.searcher.search(
            query, limit=limit, offset=offset, count=count, order_by_field=order_by, order=order
        )
        matched: int | None = result.count if count else None  # type: ignore[attr-defined]
        if not result.hits:
            return replace(NO_HITS, matched=matched)
        keys, addresses = zip(*result.hits, strict=True)
        return Hits(
            rows=self.column("row", addresses),
            keys=np.fromiter(keys, dtype=np.float64 if order_by is None else np.int64, count=len(keys)),
            addresses=addresses,
            matched=matched,
        )

    def all_hits(self, query: Query) -> Hits:
        """Every match, in no order that means anything."""
        return self.hits(unscored(query), limit=max(self.documents, 1))

    def hits_of(self, rows: np.ndarray) -> Hits:
        """The live documents among these rows."""
        return self.hits(unscored(rows_query(self.schema, rows)), limit=len(rows)) if len(rows) else NO_HITS

    def rows_within(self, query: Query, rows: np.ndarray) -> np.ndarray:
        """Which of a few rows match, ascending."""
        if not len(rows):
            return rows
        both = Query.boolean_query(
            [(tantivy.Occur.Must, unscored(rows_query(self.schema, rows))), (tantivy.Occur.Must, unscored(query))]
        )
        return np.sort(self.hits(both, limit=len(rows)).rows)

    def column(self, field: str, addresses: Sequence[DocAddress]) -> np.ndarray:
        """int64 values of a column."""
        values = self.searcher.fast_field_values(field, list(addresses))
        return np.array(values, dtype=np.int64)


class Snapshot(Searching):
    """A tantivy searcher, the vectors, ladders, values and lists of one manifest, with a memory of recent answers."""

    def __init__(
        self,
        *,
        index: tantivy.Index,
        manifest: Manifest,
        vectors: VectorSearcher | None,
        ladders: LadderFile,
        values: ValueReader,
        forward: ForwardReader,
        facets: FacetReader,
        options: EmbeddedOptions,
    ) -> None:
        super().__init__(index)
        self.manifest = manifest
        self.vectors = vectors
        self.ladders = ladders
        self.values = values
        self.forward = forward
        self.facets = facets
        self._cache: OrderedDict[Hashable, object] = OrderedDict()
        self._cache_entries = options.cache_entries
        self.named_max = options.named_max
        self._cache_lock = threading.Lock()

    def remember(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The answer to ``key``, made once while it is among the recent ones."""
        with self._cache_lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return cast(Value, self._cache[key])
        value = make()
        with self._cache_lock:
            self._cache[key] = value
            while len(self._cache) > self._cache_entries:
                self._cache.popitem(last=False)
        return value


NO_HITS = Hits(rows=np.empty(0, dtype=np.int64), keys=np.empty(0, dtype=np.float64), addresses=())


def open_snapshot(
    index_dir: Path, manifest: Manifest, options: EmbeddedOptions, *, before: Snapshot | None = None
) -> Snapshot:
    """Open what the manifest names, with what ``before`` has read of it already; raises IndexCorrupt naming the file
    that cannot be read."""
    directory = index_dir / manifest.generation
    index = open_tantivy(directory / "text")
    ladders = reading(directory / "ladders.bin", lambda: LadderFile(directory, writable=False))
    if ladders.rows < manifest.next_row:
        raise corrupt(directory / "ladders.bin", ValueError(f"{ladders.rows} rows, {manifest.next_row} published"))
    return Snapshot(
        index=index,
        manifest=manifest,
        vectors=open_vectors(directory, manifest, options),
        ladders=ladders,
        values=open_values(directory, manifest, before),
        forward=reading(directory / FORWARD_NAME, lambda: ForwardReader(directory, rows=manifest.next_row)),
        facets=reading(directory / FACETS_NAME, lambda: FacetReader(directory, rows=manifest.next_row)),
        options=options,
    )


def open_values(directory: Path, manifest: Manifest, before: Snapshot | None) -> ValueReader:
    """What the value numbers of a manifest stand for."""
    same = before is not None and before.manifest.generation == manifest.generation
    values = before.values if before is not None and same else ValueReader(directory)
    path = directory / VALUES_NAME
    reading(path, values.catch_up)
    if len(values) < manifest.values:
        raise corrupt(path, ValueError(f"{len(values)} values, {manifest.values} published"))
    return values


def open_tantivy(directory: Path) -> tantivy.Index:
    """The text index; raises IndexCorrupt."""
    return reading(directory, lambda: _open_index(directory))


def open_vectors(directory: Path, manifest: Manifest, options: EmbeddedOptions) -> VectorSearcher | None:
    """The vectors of a manifest; None when it has no space of vectors."""
    space = manifest.vector_space
    if space is None:
        return None
    path = directory / "vectors.f16"
    file = reading(path, lambda: VectorFile(directory, dimensions=space.dimensions, writable=False))
    path = directory / f"{manifest.graph}.faiss" if manifest.graph else path
    return reading(
        path,
        lambda: VectorSearcher(
            file=file,
            directory=directory,
            graph=manifest.graph,
            last_row=manifest.vectors_published_row,
            options=options.vectors,
        ),
    )


def reading(path: Path, read: Callable[[], Value]) -> Value:
    """What ``read`` gives; whatever a broken file makes it raise becomes IndexCorrupt naming the file."""
    try:
        return read()
    except IndexCorrupt:
        raise
    except (OSError, ValueError, RuntimeError, KeyError, EOFError) as error:
        raise corrupt(path, error) from error
    except BaseException as error:
        # tantivy panics on some broken files; the panic does not derive from Exception.
        if type(error).__name__ == "PanicException":
            raise corrupt(path, error) from error
        raise


def _open_index(directory: Path) -> tantivy.Index:
    index = tantivy.Index.open(str(directory))
    index.config_reader("manual")
    index.reload()
    return index
