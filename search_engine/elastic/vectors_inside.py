"""Vectors in the cluster itself (``dense_vector``): for a catalog whose vectors outgrow one machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any, Final

import numpy as np
from elasticsearch import Elasticsearch

from search_engine.elastic.bulk import BulkFailed, Write, write_all
from search_engine.elastic.client import explained
from search_engine.elastic.mapping import VECTOR
from search_engine.elastic.options import ElasticOptions
from search_engine.elastic.query import Query, every
from search_engine.elastic.source import external_version
from search_engine.elastic.state import GenerationState
from search_engine.elastic.vectors import Answer, Body, Neighbours, Search

K_MAX: Final = 10_000  # the server's bound for k and for num_candidates
ROWS_A_REQUEST: Final = 500  # 512 floats are 6 KB of JSON: 3 MB a request
# The server walks by codes and scores the best again by the whole vectors: so many times what is asked for (for 8 bits
# as beside the cluster, for one bit Elastic's own default), and never fewer than the second number: of thirty best by
# one-bit codes only .82 of the ten nearest were there (3,000 listings).
OVERSAMPLE: Final[Mapping[str, float]] = {"int8_hnsw": 1.5, "bbq_hnsw": 3.0}
RESCORED_LEAST: Final[Mapping[str, int]] = {"int8_hnsw": 100, "bbq_hnsw": 400}
# Where recall is promised, so many times the effort that FAISS needs beside the cluster: at 100,000 listings
# (int8_hnsw, a filter of a tenth) the server found .97 of the ten nearest with 400 candidates, .999 with 800 and
# with 1,600.
THOROUGH: Final = 2
_HAS_VECTOR: Final[Query] = {"exists": {"field": VECTOR}}


class VectorsInside:
    """Implements ``Vectors`` by kNN searches of the view's point in time."""

    lost: Final = ""  # they are where their documents are

    def __init__(self, search: Search, state: GenerationState, options: ElasticOptions, *, documents: int) -> None:
        self._search = search
        self._state = state
        self._options = options
        self._documents = documents
        counted = search({"query": every(must=[_HAS_VECTOR]), "size": 0, "track_total_hits": True})
        self.count: int = counted["hits"]["total"]["value"]

    def asking(self, search: Search) -> VectorsInside:
        """The same, with what it asks of the server asked through ``search``."""
        bound = copy(self)
        bound._search = search
        return bound

    @property
    def dimensions(self) -> int:
        space = self._state.vector_space
        return space.dimensions if space and self.count else 0

    def nearest_bodies(self, vector: np.ndarray, *, limit: int) -> tuple[Body, ...]:
        """One kNN search."""
        return (self._body(every(), vector, limit=limit, effort=self._effort(thorough=False)),) if self.count else ()

    def nearest(self, vector: np.ndarray, *, limit: int, floor: float, answers: Sequence[Answer]) -> Neighbours:
        """By the effort of a search's semantic leg."""
        return _neighbours(answers[0]).above(floor) if answers else Neighbours.none()

    def nearest_within(
        self, conditions: Sequence[Query], vector: np.ndarray, *, limit: int, floor: float
    ) -> np.ndarray:
        """The server walks its graph within the filter, or compares all of a narrow one."""
        within = every(must=conditions)
        return self._knn(within, vector, limit=limit, effort=self._effort(thorough=True)).above(floor).rows

    def scores(self, vector: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Exact: a filter of no more listings than are asked for is compared whole."""
        if not self.count or not len(rows):
            return np.zeros(len(rows), dtype=np.float32)
        there = self._knn({"terms": {"row": rows.tolist()}}, vector, limit=len(rows), effort=len(rows))
        return there.scores_of(rows, otherwise=0.0)

    def vector(self, row: int) -> np.ndarray | None:
        """Normalised as it was put."""
        body = {"query": {"term": {"row": row}}, "size": 1, "_source": False, "fields": [VECTOR]}
        hits = self._search(body)["hits"]["hits"]
        stored = hits[0].get("fields", {}).get(VECTOR) if hits else None
        return np.array(stored, dtype=np.float32) if stored else None

    def _oversample(self, k: int) -> float:
        kind = self._state.vector_kind
        return min(max(OVERSAMPLE[kind], RESCORED_LEAST[kind] / k), max(K_MAX / k, 1.0))

    def _effort(self, *, thorough: bool) -> int:
        """``num_candidates`` is what each shard looks at."""
        effort = self._options.graph.effort(self._documents // self._options.shards, thorough=thorough)
        return effort * THOROUGH if thorough else effort

    def _knn(self, within: Query, vector: np.ndarray, *, limit: int, effort: int) -> Neighbours:
        if not self.count:
            return Neighbours.none()
        return _neighbours(self._search(self._body(within, vector, limit=limit, effort=effort)))

    def _body(self, within: Query, vector: np.ndarray, *, limit: int, effort: int) -> Body:
        k = min(limit, K_MAX)
        knn = {
            "field": VECTOR,
            "query_vector": vector.tolist(),
            "k": k,
            "num_candidates": min(max(limit, effort), K_MAX),
            "filter": within,
            "rescore_vector": {"oversample": self._oversample(k)},
        }
        return {"knn": knn, "size": k, "_source": False, "docvalue_fields": ["row"], "track_total_hits": False}


def _neighbours(answer: Answer) -> Neighbours:
    """Best first, ties by row."""
    hits = answer["hits"]["hits"]
    rows = np.array([hit["fields"]["row"][0] for hit in hits], dtype=np.int64)
    scores = cosines_of(np.array([hit["_score"] for hit in hits], dtype=np.float32))
    order = np.lexsort((rows, -scores))
    return Neighbours(rows=rows[order], scores=scores[order])


def cosines_of(scores: np.ndarray) -> np.ndarray:
    """Inner products from the server's scores, float32 (n,): it makes them positive as 1 + p, or 1 / (1 - p) for
    p < 0 (its ``max_inner_product``)."""
    return np.where(scores >= 1, scores - 1, 1 - 1 / np.maximum(scores, np.finfo(np.float32).tiny)).astype(np.float32)


class VectorWriterInside:
    """Implements ``VectorWriter``: a vector is a field of its document, so that putting one writes the document again
    under the version that it has."""

    lost: Final = ""

    def __init__(self, client: Elasticsearch, state: GenerationState, options: ElasticOptions) -> None:
        self._client = client
        self._index = state.index
        self._space = state.vector_space
        self._options = options
        self._put_below = 0  # rows below have their vectors, though no refresh has shown them yet

    @property
    def dimensions(self) -> int:
        return self._space.dimensions if self._space else 0

    def reserve(self, rows: int) -> None:
        """The cluster makes room itself."""

    def skip(self, first: int, last: int) -> None:
        """Only documents are looked at."""

    def carry(self, pairs: Sequence[tuple[int, int]], sources: Mapping[int, dict[str, Any]]) -> None:
        """The old documents are read as the last refresh shows them, before the new ones replace them."""
        if not self._space:
            return
        wanted = {before: sources[after] for before, after in pairs if after in sources}
        for rows in _batches(list(wanted)):
            for hit in self._hits({"terms": {"row": rows}}, len(rows), vectors=True, source=False):
                if VECTOR in hit["fields"]:
                    wanted[hit["fields"]["row"][0]][VECTOR] = hit["fields"][VECTOR]

    def put(self, rows: np.ndarray, vectors: np.ndarray) -> None:
        """Rows whose document is no more are passed over."""
        by_row = dict(zip(rows.tolist(), vectors, strict=True))
        for batch in _batches(list(by_row)):
            query = every(must=[{"terms": {"row": batch}}])
            hits = self._hits(query, len(batch), vectors=False, source=True)
            writes = [_with_vector(hit, by_row[hit["_source"]["row"]]) for hit in hits]
            refused = write_all(self._client, self._index, writes, self._options)
            if refused:
                raise BulkFailed(f"Elasticsearch 拒绝了 {len(refused)} 条的向量", detail={"offers": refused})
        self._put_below = max(self._put_below, int(rows.max()) + 1)

    def bury(self, rows: Sequence[int]) -> None:
        """A vector goes with its document."""

    def pending_rows(self, last: int, limit: int) -> np.ndarray:
        query = self._waiting(self._put_below, last)
        hits = self._hits(query, limit, vectors=False, source=False) if self._space else []
        return np.array([hit["fields"]["row"][0] for hit in hits], dtype=np.int64)

    def pending_count(self, last: int) -> int:
        if not self._space:
            return 0
        with explained("清点向量"):
            return int(self._client.count(index=self._index, query=self._waiting(0, last))["count"])

    def flush(self) -> None:
        """The cluster's own log keeps what was written."""

    def publish(self, *, graph: str | None, last_row: int, serial: int, compact: bool) -> str | None:
        """A refresh; the server builds its graphs with its segments."""
        with explained("刷新索引"):
            self._client.indices.refresh(index=self._index)
        self._put_below = 0
        return None

    def _waiting(self, first: int, last: int) -> Query:
        return every(must=[{"range": {"row": {"gte": first, "lt": last}}}], without=[_HAS_VECTOR])

    def _hits(self, query: Query, size: int, *, vectors: bool, source: bool) -> list[Mapping[str, Any]]:
        with explained("读取向量"):
            found = self._client.search(
                index=self._index,
                query=query,
                size=size,
                source=source,
                fields=[{"field": VECTOR}] if vectors else [],
                docvalue_fields=[{"field": "row"}],
                sort=["row"],
            )
        hits: list[Mapping[str, Any]] = found["hits"]["hits"]
        return hits


def _batches(rows: list[int]) -> Iterator[list[int]]:
    return (rows[start : start + ROWS_A_REQUEST] for start in range(0, len(rows), ROWS_A_REQUEST))


def _with_vector(hit: Mapping[str, Any], vector: np.ndarray) -> Write:
    source = {**hit["_source"], VECTOR: vector.tolist()}
    return Write(id=hit["_id"], version=external_version(source["version"], withdrawn=False), source=source)
