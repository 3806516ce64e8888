"""One published state, opened: what a search runs against from its first question to its last."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

import numpy as np
import tantivy
from tantivy import DocAddress, Query

from search_engine.embedded.bits import count, holds
from search_engine.embedded.column_file import COLUMNS_NAME, ColumnFile
from search_engine.embedded.dead_rows import DEAD_NAME, living_rows
from search_engine.embedded.facet_lists import FACETS_NAME, FacetReader
from search_engine.embedded.forward import FORWARD_NAME, ForwardReader
from search_engine.embedded.ladders import LadderFile
from search_engine.embedded.manifest import Manifest, corrupt
from search_engine.embedded.options import EmbeddedOptions
from search_engine.embedded.posting_files import Readers, open_postings
from search_engine.embedded.postings import Postings
from search_engine.embedded.query import rows_query, unscored
from search_engine.embedded.values import VALUES_NAME, ValueReader
from search_engine.port import IndexCorrupt
from search_engine.vectors.file import VectorFile
from search_engine.vectors.search import VectorSearcher

Value = TypeVar("Value")

NO_ROWS = np.empty(0, dtype=np.int64)
NO_SCORES = np.empty(0, dtype=np.float64)


class Searching:
    """A tantivy searcher that speaks in rows."""

    def __init__(self, index: tantivy.Index) -> None:
        self.searcher = index.searcher()
        self.schema = index.schema
        self.documents: int = self.searcher.num_docs

    def best(self, query: Query, *, limit: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows int64 and scores float64 of the best matches, best first."""
        hits = self.searcher.search(query, limit=limit, count=False).hits if limit > 0 else []
        if not hits:
            return NO_ROWS, NO_SCORES
        scores, addresses = zip(*hits, strict=True)
        return self._rows(addresses), np.array(scores, dtype=np.float64)

    def rows(self, query: Query) -> np.ndarray:
        """The rows of every match, int64, in no order."""
        return self.best(unscored(query), limit=max(self.documents, 1))[0]

    def documents_of(self, rows: np.ndarray) -> dict[int, tantivy.Document]:
        """The stored documents of those of these rows that are there."""
        if not len(rows):
            return {}
        hits = self.searcher.search(unscored(rows_query(self.schema, rows)), limit=len(rows), count=False).hits
        addresses = [address for _, address in hits]
        return dict(zip(self._rows(addresses).tolist(), map(self.searcher.doc, addresses), strict=True))

    def highest_row(self) -> int:
        """-1 when there is none."""
        found = self.searcher.search(Query.all_query(), limit=1, count=False, order_by_field="row").hits
        return int(found[0][0]) if found else -1

    def _rows(self, addresses: Sequence[DocAddress]) -> np.ndarray:
        return np.array(self.searcher.fast_field_values("row", list(addresses)), dtype=np.int64)


class Recent:
    """The most recent answers by key; thread-safe."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._answers: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The answer to ``key``, made once while it is among the recent ones."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return cast(Value, self._answers[key])
        answer = make()
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > self._entries:
                self._answers.popitem(last=False)
        return answer


class Snapshot(Searching):
    """Everything that one manifest names, with a memory of recent answers.

    ``living``: the published rows that live, as bits; ``tokens``, ``facet_numbers``: who has a token or a value.
    """

    def __init__(
        self, directory: Path, manifest: Manifest, options: EmbeddedOptions, *, before: Snapshot | None
    ) -> None:
        super().__init__(open_tantivy(directory / "text"))
        self.manifest = manifest
        rows = manifest.next_row
        self.vectors = open_vectors(directory, manifest, options)
        self.columns = reading(directory / COLUMNS_NAME, partial(_open_columns, directory, rows))
        self.ladders = reading(directory / "ladders.bin", partial(_open_ladders, directory, rows))
        self.forward = reading(directory / FORWARD_NAME, partial(ForwardReader, directory, rows=rows))
        self.facets = reading(directory / FACETS_NAME, partial(FacetReader, directory, rows=rows))
        self.values = open_values(directory, manifest, before)
        self.living: np.ndarray = reading(
            directory / DEAD_NAME, partial(living_rows, directory, rows=rows, dead=manifest.dead)
        )
        self.documents = count(self.living)
        postings = reading(
            directory / "postings",
            partial(
                open_postings,
                directory,
                manifest.postings,
                rows=rows,
                readers=posting_readers(self.forward, self.facets),
            ),
        )
        self.tokens: Postings = postings["tokens"]
        self.facet_numbers: Postings = postings["values"]
        self.scored_max = options.scored_max
        self.sets = Recent(options.remembered_sets)
        self.answers = Recent(options.remembered_answers)

    def live(self, rows: np.ndarray) -> np.ndarray:
        """Those of these rows that are published and live; the text index may be a commit ahead."""
        rows = rows[rows < self.manifest.next_row]
        living: np.ndarray = rows[holds(self.living, rows)]
        return living


def posting_readers(forward: ForwardReader, facets: FacetReader) -> Readers:
    """What is turned round: the tokens that match rules look at, and the values that filters select."""
    return {"tokens": partial(forward.numbers, "coverage"), "values": facets.numbers}


def open_values(directory: Path, manifest: Manifest, before: Snapshot | None) -> ValueReader:
    """What the value numbers of a manifest stand for, with what ``before`` has read of it already."""
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
    except (OSError, ValueError, RuntimeError, KeyError, EOFError, IndexError) as error:
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


def _open_columns(directory: Path, rows: int) -> ColumnFile:
    columns = ColumnFile(directory, writable=False)
    if columns.rows < rows:
        raise ValueError(f"{columns.rows} rows, {rows} published")
    return columns


def _open_ladders(directory: Path, rows: int) -> LadderFile:
    ladders = LadderFile(directory, writable=False)
    if ladders.rows < rows:
        raise ValueError(f"{ladders.rows} rows, {rows} published")
    return ladders
