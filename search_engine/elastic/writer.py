"""The write side of one generation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from elasticsearch import Elasticsearch

from kernel.errors import Invalid
from search_engine.columns import ROW_MAX, vector_key
from search_engine.documents import IndexDocument, Withdrawal
from search_engine.elastic.bulk import BulkFailed, Write, write_all
from search_engine.elastic.client import ClusterUnavailable, explained, whole
from search_engine.elastic.lock import WriterLock
from search_engine.elastic.mapping import LIVE, STATUS
from search_engine.elastic.options import ElasticOptions
from search_engine.elastic.query import EVERYTHING_LIVE
from search_engine.elastic.source import external_version, source_of, tombstone_of
from search_engine.elastic.state import ROWS_RESERVED, GenerationState, write_state
from search_engine.elastic.vectors import VectorWriter

LOOK_UP_OFFERS = 2_000  # ids a look-up: 100 KB of answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The newest version of an offer, applied or in the index; ``row`` -1 when it is withdrawn. ``source``: the row
    whose vector it carries on, or -1."""

    version: int
    row: int
    vector_key: int
    source: int


class ElasticWriter:
    """Implements ``IndexWriter``. ``lock`` is checked before every write."""

    def __init__(
        self,
        client: Elasticsearch,
        state: GenerationState,
        options: ElasticOptions,
        *,
        lock: WriterLock,
        vectors: VectorWriter,
    ) -> None:
        self._client = client
        self._options = options
        self._lock = lock
        self._vectors = vectors
        self.state = state
        # Rows of a writer that was killed are given to nobody: the feed brings its documents again, under new ones.
        self._next_row = max(state.next_row, state.rows_reserved)
        self._vectors.skip(state.next_row, self._next_row)
        self._known: dict[str, Known | None] = {}
        self._writes: dict[str, Write] = {}
        self._copies: list[tuple[int, int]] = []
        self._dead: dict[str, list[int]] = {}
        self._refused: dict[tuple[str, int], str] = {}
        self._documents = self._count()
        self.vectors_lost = vectors.lost
        if vectors.lost:
            self._write_state(graph=None)

    @property
    def generation(self) -> str:
        return self.state.index

    @property
    def feed_cursor(self) -> int:
        return self.state.feed_cursor

    @property
    def documents(self) -> int:
        """Live documents as of the last commit."""
        return self._documents

    @property
    def has_uncommitted(self) -> bool:
        return bool(self._known)

    def apply(self, documents: Sequence[IndexDocument], withdrawals: Sequence[Withdrawal] = ()) -> None:
        """Take in new versions; older ones than what is known are passed over. They are held back until the commit,
        as many as ``buffer_documents``."""
        self._lock.check()
        self._learn([*(document.offer_id for document in documents), *(gone.offer_id for gone in withdrawals)])
        self._reserve(self._next_row + len(documents))
        for document in documents:
            self._add(document)
        for withdrawal in withdrawals:
            self._withdraw(withdrawal)
        if len(self._writes) >= self._options.buffer_documents:
            self._send()

    def commit(self, *, feed_cursor: int) -> None:
        """Durable in this order: documents, vectors, state. A kill in between replays some changes, which their
        versions make harmless."""
        self._lock.check()
        self._send()
        self._refresh()
        self._vectors.bury(list(chain.from_iterable(self._dead.values())))
        self._vectors.flush()
        self._dead.clear()
        self._known.clear()
        self._documents = self._count()
        self._write_state(feed_cursor=feed_cursor, next_row=self._next_row)

    def pending_vector_texts(self, *, limit: int) -> tuple[np.ndarray, Sequence[str]]:
        """Rows and texts without a vector, oldest first; empty when the index holds no vectors at all."""
        while limit > 0:
            rows = self._vectors.pending_rows(self.state.next_row, min(limit, LOOK_UP_OFFERS))
            if not len(rows):
                break
            texts = self._texts(rows)
            live = np.array(sorted(texts), dtype=np.int64)
            self._vectors.bury(np.setdiff1d(rows, live).tolist())
            if len(live):
                return live, [texts[row] for row in live.tolist()]
        return np.empty(0, dtype=np.int64), []

    def put_vectors(self, rows: np.ndarray, vectors: np.ndarray) -> None:
        """Store unit vectors, float32 (n, dimensions)."""
        dimensions = self._vectors.dimensions
        if not dimensions:
            raise Invalid("这个索引不存向量", parameter="vectors")
        if vectors.shape != (len(rows), dimensions):
            raise Invalid(f"向量应是 {len(rows)}×{dimensions}", parameter="vectors")
        if not len(rows):
            return
        if int(rows.min()) < 0 or int(rows.max()) >= self._next_row:
            raise Invalid("没有这样的行", parameter="rows")
        self._vectors.put(rows, vectors)

    def publish_vectors(self) -> None:
        """Make stored vectors searchable; the graph is built or extended when there are enough of them."""
        self._lock.check()
        self._publish(compact=False)

    def optimise(self) -> None:
        """Merge what is dead away and build the graph anew when much of it is dead."""
        with explained("合并段"):
            self._client.options(request_timeout=3_600).indices.forcemerge(index=self.state.index, max_num_segments=1)
            self._refresh()
        self._publish(compact=True)

    def close(self) -> None:
        """Give back the rows that were reserved and not used, so that the next writer goes on with them."""
        if not self.has_uncommitted and self.state.rows_reserved > self._next_row:
            self.state = write_state(self._client, self.state, rows_reserved=self._next_row)

    def _learn(self, offer_ids: Sequence[str]) -> None:
        """Put the newest version of each offer into ``_known``, None where it was never heard of."""
        unknown = [offer_id for offer_id in dict.fromkeys(offer_ids) if offer_id not in self._known]
        for start in range(0, len(unknown), LOOK_UP_OFFERS):
            batch = unknown[start : start + LOOK_UP_OFFERS]
            with explained("查已有版本"):
                found = self._client.mget(
                    index=self.state.index, ids=batch, source_includes=["version", "row", "vector_key", STATUS]
                )
            for each in found["docs"]:
                if "error" in each:  # its shard is away, which does not mean that the offer is new
                    raise ClusterUnavailable(f"查已有版本：{each['error']['reason']}")
                self._known[each["_id"]] = _known(each["_source"]) if each.get("found") else None

    def _add(self, document: IndexDocument) -> None:
        before = self._known[document.offer_id]
        if before is not None and document.version < before.version + (before.row < 0):
            return
        row = self._next_row
        version = external_version(document.version, withdrawn=False)
        refusal = self._refused.get((document.offer_id, version))
        if refusal:
            raise Invalid(f"Elasticsearch 拒绝了这条：{refusal}", parameter=document.offer_id)
        source = source_of(document, row)
        key = vector_key(document.vector_text)
        carried = before.source if before is not None and before.vector_key == key else -1
        self._next_row += 1
        self._replace(document.offer_id, before)
        self._known[document.offer_id] = Known(version=document.version, row=row, vector_key=key, source=carried)
        self._writes[document.offer_id] = Write(id=document.offer_id, version=version, source=source)
        if carried >= 0:
            self._copies.append((carried, row))

    def _withdraw(self, withdrawal: Withdrawal) -> None:
        before = self._known[withdrawal.offer_id]
        if before is not None and withdrawal.version < before.version:
            return
        self._replace(withdrawal.offer_id, before)
        self._known[withdrawal.offer_id] = Known(version=withdrawal.version, row=-1, vector_key=0, source=-1)
        version = external_version(withdrawal.version, withdrawn=True)
        source = tombstone_of(withdrawal)
        self._writes[withdrawal.offer_id] = Write(id=withdrawal.offer_id, version=version, source=source)

    def _replace(self, offer_id: str, before: Known | None) -> None:
        if before is not None and before.row >= 0:
            self._dead.setdefault(offer_id, []).append(before.row)

    def _send(self) -> None:
        """Write what was held back; what the server refuses is refused by name when it comes again."""
        writes, self._writes = self._writes, {}
        self._vectors.reserve(self._next_row)
        copies, self._copies = self._copies, []
        new = {each.source["row"]: each.source for each in writes.values() if each.source[STATUS] == LIVE}
        self._vectors.carry(copies, new)
        refused = write_all(self._client, self.state.index, writes.values(), self._options)
        if refused:
            self._refused |= {(each, writes[each].version): why for each, why in refused.items()}
            for each in refused:  # what it was before lives on, with its row and its vector
                self._known.pop(each)
                self._dead.pop(each, None)
            first = next(iter(refused.items()))
            raise BulkFailed(
                f"Elasticsearch 拒绝了 {len(refused)} 条，例如 {first[0]}：{first[1]}", detail={"offers": refused}
            )

    def _reserve(self, rows: int) -> None:
        """Rows below ``rows`` are taken for good before the first of them is used, so that none is used twice."""
        if rows > ROW_MAX:
            raise Invalid("索引的行号用完了，请运行 pifa rebuild", parameter="documents")
        if rows > self.state.rows_reserved:
            self.state = write_state(self._client, self.state, rows_reserved=rows + ROWS_RESERVED)

    def _publish(self, *, compact: bool) -> None:
        state = self.state
        graph = self._vectors.publish(
            graph=state.graph, last_row=state.next_row, serial=state.serial + 1, compact=compact
        )
        self._write_state(graph=graph)

    def _write_state(self, **changes: Any) -> None:
        pending = self._vectors.pending_count(changes.get("next_row", self.state.next_row))
        self.state = write_state(self._client, self.state, vectors_pending=pending, **changes)

    def _refresh(self) -> None:
        """Every copy, since a reader may be on any; one that was left out would never show what is committed."""
        with explained("刷新索引"):
            whole("刷新索引", self._client.indices.refresh(index=self.state.index).body)

    def _count(self) -> int:
        with explained("清点索引"):
            counted = self._client.count(index=self.state.index, query=EVERYTHING_LIVE).body
            return int(whole("清点索引", counted)["count"])

    def _texts(self, rows: np.ndarray) -> dict[int, str]:
        """What the encoder reads, by row, of those that live."""
        query = {"bool": {"filter": [EVERYTHING_LIVE, {"terms": {"row": rows.tolist()}}]}}
        with explained("读取待编码文本"):
            found = self._client.search(
                index=self.state.index,
                query=query,
                size=len(rows),
                source_includes=["row", "vector_text"],
                # A row that is not there is buried, so one whose shard is away must not look as if it were not there.
                allow_partial_search_results=False,
            )
        return {hit["_source"]["row"]: hit["_source"]["vector_text"] for hit in found["hits"]["hits"]}


def _known(source: dict[str, Any]) -> Known:
    row = source["row"] if source[STATUS] == LIVE else -1
    return Known(version=source["version"], row=row, vector_key=source.get("vector_key", 0), source=row)
