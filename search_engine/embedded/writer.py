"""The write side of one generation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import tantivy

from kernel.errors import Invalid
from kernel.prices import PriceTier
from search_engine.columns import ROW_MAX, integer_values
from search_engine.documents import IndexDocument, Withdrawal
from search_engine.embedded.column_file import ColumnFile, packed
from search_engine.embedded.dead_rows import DEAD_NAME, DeadRows
from search_engine.embedded.facet_lists import FACETS_NAME, FacetReader, FacetWriter
from search_engine.embedded.forward import FORWARD_NAME, ForwardReader, ForwardWriter
from search_engine.embedded.ladders import LadderFile
from search_engine.embedded.lookup import look_up, rows_of_offers
from search_engine.embedded.manifest import Manifest, corrupt, sync_directory
from search_engine.embedded.mapping import build_schema, facet_values, to_tantivy
from search_engine.embedded.options import EmbeddedOptions
from search_engine.embedded.posting_files import grown, post, remove_others
from search_engine.embedded.snapshot import Searching, open_tantivy, posting_readers, reading
from search_engine.embedded.tombstones import Tombstones
from search_engine.embedded.values import ValueWriter
from search_engine.vectors.file import VectorFile
from search_engine.vectors.publish import publish_graph

# tantivy merges eight segments of like size into one; a rebuild commits as many as that, so that it ends with one.
MERGED_AT_ONCE = 8
LOOK_UP_OFFERS = 2_000  # ids a version look-up: large enough to share its cost, small enough to stay in cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """The newest version of an offer, applied or committed. ``source``: the row whose vector it carries on, or -1."""

    version: int
    row: int
    vector_key: int
    source: int


@dataclass(slots=True, kw_only=True)
class _Added:
    """What one call of ``apply`` added: its rows follow each other."""

    first_row: int
    documents: list[IndexDocument] = field(default_factory=list)
    facets: list[list[list[int]]] = field(default_factory=list)
    columns: list[bytes] = field(default_factory=list)
    copies: list[tuple[int, int]] = field(default_factory=list)  # the row that has the vector, the row that takes it

    def ladders(self) -> tuple[list[int], list[tuple[Sequence[PriceTier], int]]]:
        """Rows with more than one price, and their tiers and MOQ."""
        found = [(row, each) for row, each in enumerate(self.documents, self.first_row) if len(each.tiers) > 1]
        return [row for row, _ in found], [(each.tiers, each.moq) for _, each in found]


class EmbeddedWriter:
    """Implements ``IndexWriter``. ``publish`` is called with each new manifest; a rebuild has none, and ends with
    ``finish``.

    ``expected``: how many documents are about to come into a new generation, 0 when nobody knows.
    """

    def __init__(
        self,
        directory: Path,
        manifest: Manifest,
        options: EmbeddedOptions,
        *,
        publish: Callable[[Manifest], None] | None,
        expected: int = 0,
    ) -> None:
        self._directory = directory
        self._options = options
        self._expected = expected
        # Each thread writes a segment a commit, so that all commits together make as many as are merged at once.
        self._cut_rows = -(-expected * options.writer_threads // MERGED_AT_ONCE)
        self._cut_at = self._cut_rows
        self._publish = publish
        self._index = open_tantivy(directory / "text")
        self._writer = self._open_writer()
        self._committed = Searching(self._index)
        self._schema = self._index.schema
        self._tombstones = Tombstones(directory)
        self._values = ValueWriter(directory)
        self._ladders = LadderFile(directory, writable=True)
        self._columns = ColumnFile(directory, writable=True)
        self._dead = reading(directory / DEAD_NAME, lambda: DeadRows(directory, published=manifest.dead))
        self._dead.bury(self._gone(self._dead.unsure))
        space = manifest.vector_space
        self._vectors = VectorFile(directory, dimensions=space.dimensions, writable=True) if space else None
        self._next_row = max(manifest.next_row, self._committed.highest_row() + 1)
        self._forward = reading(directory / FORWARD_NAME, lambda: ForwardWriter(directory, next_row=self._next_row))
        self._facets = reading(directory / FACETS_NAME, lambda: FacetWriter(directory, next_row=self._next_row))
        self.manifest = replace(manifest, next_row=self._next_row)
        if self._vectors is not None:
            self._vectors.reserve(self._next_row)
            self._vectors.forget_from(self._next_row)
        self._applied: dict[str, Live | None] = {}
        self._dead_rows: list[int] = []
        self._vectors_changed = False

    @property
    def generation(self) -> str:
        return self.manifest.generation

    @property
    def feed_cursor(self) -> int:
        return self.manifest.feed_cursor

    @property
    def documents(self) -> int:
        """Live documents as of the last commit."""
        return self._committed.documents

    def apply(self, documents: Sequence[IndexDocument], withdrawals: Sequence[Withdrawal] = ()) -> None:
        """Take in new versions; older ones than what is known are passed over."""
        if self._next_row + len(documents) > ROW_MAX:
            raise Invalid("索引的行号用完了，请运行 pifa rebuild", parameter="documents")
        self._learn([*(document.offer_id for document in documents), *(gone.offer_id for gone in withdrawals)])
        added = _Added(first_row=self._next_row)
        try:
            for document in documents:
                self._add(document, added)
            for withdrawal in withdrawals:
                self._withdraw(withdrawal)
        finally:  # what came before a document that is refused is whole
            self._put(added)

    def commit(self, *, feed_cursor: int) -> None:
        """Durable in this order: withdrawals, values, columns and lists, vectors, the dead, text, manifest. A kill in
        between replays some changes, which their versions make harmless."""
        self._tombstones.save()
        self._values.save()
        self._ladders.flush()
        self._columns.flush()
        self._forward.flush(next_row=self._next_row)
        self._facets.flush(next_row=self._next_row)
        self._flush_vectors()
        self._dead.bury(self._dead_rows)
        self._dead.save()
        self._writer.commit()
        self._reload()
        self._bury_rows()
        self._applied.clear()
        self._publish_state(
            feed_cursor=feed_cursor, next_row=self._next_row, values=len(self._values), dead=len(self._dead)
        )
        if self._publish is not None:
            self._post(whole=False)

    def pending_vector_texts(self, *, limit: int) -> tuple[np.ndarray, Sequence[str]]:
        """Rows and texts without a vector, oldest first; empty when the index holds no vectors at all."""
        while self._vectors is not None and limit > 0:
            rows = self._vectors.pending_rows(self.manifest.next_row, limit)
            if not len(rows):
                break
            documents = self._committed.documents_of(rows)
            live = np.array(sorted(documents), dtype=np.int64)
            self._vectors.bury(np.setdiff1d(rows, live))
            if len(live):
                return live, [bytes(documents[row].get_first("vector_text") or b"").decode() for row in live.tolist()]
        return np.empty(0, dtype=np.int64), []

    def put_vectors(self, rows: np.ndarray, vectors: np.ndarray) -> None:
        """Store unit vectors, float32 (n, dimensions)."""
        if self._vectors is None:
            raise Invalid("这个索引不存向量", parameter="vectors")
        if vectors.shape != (len(rows), self._vectors.dimensions):
            raise Invalid(f"向量应是 {len(rows)}×{self._vectors.dimensions}", parameter="vectors")
        if not len(rows):
            return
        if int(rows.min()) < 0 or int(rows.max()) >= self._next_row:
            raise Invalid("没有这样的行", parameter="rows")
        self._vectors.put(rows, vectors)
        self._vectors_changed = True

    def publish_vectors(self) -> None:
        """Make stored vectors searchable; the graph is built or extended when there are enough of them."""
        self._publish_graph(compact=False)

    def finish(self) -> None:
        """Ready to be published as a new generation: whatever was committed is turned round, the graph is built."""
        self._post(whole=True)
        self.publish_vectors()

    def optimise(self) -> None:
        """Wait for tantivy's merges, drop their leftovers, and build the graph anew when much of it is dead."""
        self._writer.wait_merging_threads()
        self._writer = self._open_writer()
        self._writer.garbage_collect_files()
        self._reload()
        self._post(whole=True)
        self._publish_graph(compact=True)

    def close(self) -> None:
        """Forget what was not committed and release tantivy's lock."""
        self._writer.rollback()
        self._writer.wait_merging_threads()

    @property
    def has_uncommitted(self) -> bool:
        return bool(self._applied)

    def _learn(self, offer_ids: Sequence[str]) -> None:
        """Put the live version of each offer into ``_applied``, None where there is none."""
        unknown = [offer_id for offer_id in dict.fromkeys(offer_ids) if offer_id not in self._applied]
        if not self._committed.documents:
            self._applied.update(dict.fromkeys(unknown))
            return
        for start in range(0, len(unknown), LOOK_UP_OFFERS):
            batch = unknown[start : start + LOOK_UP_OFFERS]
            known = look_up(self._columns, rows_of_offers(self._committed, batch), batch)
            for offer_id in batch:
                found = known.get(offer_id)
                self._applied[offer_id] = (
                    Live(version=found.version, row=found.row, vector_key=found.vector_key, source=found.row)
                    if found
                    else None
                )

    def _add(self, document: IndexDocument, added: _Added) -> None:
        """Index the document unless something newer is known; whatever can refuse it comes before anything changes."""
        before = self._applied[document.offer_id]
        if document.version <= self._tombstones.version(document.offer_id):
            return
        if before is not None and document.version < before.version:
            return
        row = self._next_row
        integers = integer_values(document, row)
        columns = packed(integers)
        values = facet_values(document)
        tantivy_document = to_tantivy(document, row, values, self._schema)
        key = integers["vector_key"]
        source = before.source if before is not None and before.vector_key == key else -1
        if before is not None:
            self._remove(document.offer_id, before)
        self._writer.add_document(tantivy_document)
        self._next_row += 1
        self._applied[document.offer_id] = Live(version=document.version, row=row, vector_key=key, source=source)
        added.documents.append(document)
        added.facets.append([self._values.numbers(name, each) for name, each in values.items()])
        added.columns.append(columns)
        if source >= 0:
            added.copies.append((source, row))

    def _put(self, added: _Added) -> None:
        """Everything of the new rows that does not lie in the text index."""
        self._cut_segments()
        self._forward.put(added.first_row, added.documents)
        self._facets.put(added.first_row, added.facets)
        self._columns.reserve(self._next_row)
        self._columns.put(added.first_row, added.columns)
        self._ladders.reserve(self._next_row)
        self._ladders.put(*added.ladders())
        self._carry_vectors(added.copies)

    def _withdraw(self, withdrawal: Withdrawal) -> None:
        before = self._applied[withdrawal.offer_id]
        if before is not None and withdrawal.version < before.version:
            return
        self._tombstones.bury(withdrawal.offer_id, withdrawal.version)
        if before is not None:
            self._remove(withdrawal.offer_id, before)
            self._applied[withdrawal.offer_id] = None

    def _remove(self, offer_id: str, before: Live) -> None:
        self._writer.delete_documents_by_term("offer_id", offer_id)
        self._dead_rows.append(before.row)

    def _carry_vectors(self, copies: Sequence[tuple[int, int]]) -> None:
        if self._vectors is None:
            return
        self._vectors.reserve(self._next_row)
        if not copies:
            return
        pairs = np.array(copies, dtype=np.int64)
        pairs = pairs[self._vectors.has(pairs[:, 0])]
        if len(pairs):
            self._vectors.copy(pairs[:, 0], pairs[:, 1])
            self._vectors_changed = True

    def _bury_rows(self) -> None:
        if self._vectors is not None and self._dead_rows:
            self._vectors.bury(np.array(self._dead_rows, dtype=np.int64))
        self._dead_rows.clear()

    def _post(self, *, whole: bool) -> None:
        """Turn round the rows that are due, in as few ranges as their number allows."""
        posted, rows = self.manifest.postings, self.manifest.next_row
        ranges = grown(posted, rows=rows, whole=whole, options=self._options.postings)
        if ranges == posted:
            return
        readers = posting_readers(ForwardReader(self._directory, rows=rows), FacetReader(self._directory, rows=rows))
        post(self._directory, ranges, posted=posted, readers=readers)
        sync_directory(self._directory)
        self._publish_state(postings=ranges)
        remove_others(self._directory, ranges)

    def _gone(self, rows: np.ndarray) -> list[int]:
        """Those of these rows that the text index no longer has."""
        there = self._committed.documents_of(rows)
        return [row for row in rows.tolist() if row not in there]

    def _publish_graph(self, *, compact: bool) -> None:
        graph = None
        if self._vectors is not None:
            self._flush_vectors()
            graph = publish_graph(
                self._directory,
                vectors=self._vectors,
                current=self.manifest.graph,
                last_row=self.manifest.next_row,
                serial=self.manifest.serial + 1,
                compact=compact,
                options=self._options.vectors,
            )
            sync_directory(self._directory)
        self._publish_state(graph=graph)
        self._remove_old_graphs()

    def _publish_state(self, **changes: object) -> None:
        manifest = replace(self.manifest, serial=self.manifest.serial + 1, **changes)  # type: ignore[arg-type]
        pending = self._vectors.pending_count(manifest.next_row) if self._vectors is not None else 0
        self.manifest = replace(manifest, vectors_pending=pending, vectors_published_row=manifest.next_row)
        if self._publish is not None:
            self._publish(self.manifest)

    def _remove_old_graphs(self) -> None:
        for path in self._directory.glob("graph-*"):
            if path.name.split(".")[0] != self.manifest.graph:
                path.unlink(missing_ok=True)

    def _flush_vectors(self) -> None:
        if self._vectors is not None and self._vectors_changed:
            self._vectors.flush()
            self._vectors_changed = False

    def _reload(self) -> None:
        self._index.reload()
        self._committed = Searching(self._index)

    def _open_writer(self) -> tantivy.IndexWriter:
        try:
            return self._index.writer(heap_size=self._heap_bytes(), num_threads=self._options.writer_threads)
        except ValueError as error:
            raise corrupt(self._directory / "text", error) from error

    def _heap_bytes(self) -> int:
        options = self._options
        wanted = max(options.writer_heap_bytes, self._expected * options.writer_heap_bytes_a_document)
        return min(wanted, max(options.writer_heap_bytes, options.writer_heap_bytes_max))

    def _cut_segments(self) -> None:
        """End a segment of each thread where a rebuild's next eighths are complete; nobody reads them before commit."""
        if self._cut_rows and self._next_row >= self._cut_at < self._expected:
            self._writer.commit()
            self._cut_at += self._cut_rows


def create_text_index(directory: Path) -> None:
    """A new, empty tantivy index of the field table."""
    directory.mkdir(parents=True)
    tantivy.Index(build_schema(), path=str(directory), reuse=False)
