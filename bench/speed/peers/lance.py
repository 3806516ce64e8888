"""LanceDB over the cut text, and over the vectors, each with its own index and within its own filters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import lancedb
import numpy as np
import pyarrow as pa
from lancedb.query import FullTextOperator, MatchQuery

from bench.speed.peers.port import TOP, Peer, PeerQuery
from search_engine.documents import IndexDocument
from search_engine.prices import price_columns
from search_engine.schema import PRICE_AT_MOQ

TABLE = "listings"
INDEXED_FROM = 5_000  # below it LanceDB has too few rows to train its partitions and scans, which is faster anyway


class LanceDb(Peer):
    """Full text: LanceDB's own BM25 over characters and words that arrive cut, all characters required."""

    filters = True

    def build(self, batches: Iterable[tuple[Sequence[IndexDocument], np.ndarray]]) -> None:
        table = _create(self, batches)
        table.create_fts_index(
            "text",
            base_tokenizer="whitespace",
            stem=False,
            remove_stop_words=False,
            lower_case=False,
            ascii_folding=False,
            with_position=False,
            max_token_length=100,
        )
        table.create_scalar_index("leaf")
        table.create_scalar_index("region", index_type="BITMAP")

    def open(self) -> None:
        self._table = lancedb.connect(str(self.folder)).open_table(TABLE)

    def search(self, query: PeerQuery) -> int:
        if not query.characters:
            return self._table.search().where(_where(query)).select(["offer"]).limit(TOP).to_arrow().num_rows
        wanted = MatchQuery(" ".join(dict.fromkeys(query.characters)), "text", operator=FullTextOperator.AND)
        asked = self._table.search(wanted, query_type="fts").select(["offer", "_score"]).limit(TOP)
        where = _where(query)
        return (asked.where(where, prefilter=True) if where else asked).to_arrow().num_rows


class LanceDbVectors(Peer):
    """Vectors: LanceDB's HNSW with scalar quantisation, cosine."""

    asks_text = False
    filters = True

    def build(self, batches: Iterable[tuple[Sequence[IndexDocument], np.ndarray]]) -> None:
        table = _create(self, batches)
        if table.count_rows() >= INDEXED_FROM:
            table.create_index(metric="cosine", index_type="IVF_HNSW_SQ", vector_column_name="vector")
        table.create_scalar_index("leaf")

    def open(self) -> None:
        self._table = lancedb.connect(str(self.folder)).open_table(TABLE)

    def search(self, query: PeerQuery) -> int:
        asked = self._table.search(query.vector, vector_column_name="vector").distance_type("cosine")
        asked = asked.select(["offer", "_distance"]).limit(TOP)
        where = _where(query)
        return (asked.where(where, prefilter=True) if where else asked).to_arrow().num_rows


def _create(peer: Peer, batches: Iterable[tuple[Sequence[IndexDocument], np.ndarray]]) -> lancedb.table.Table:
    source = iter(batches)
    first = next(source)
    dimensions = first[1].shape[1]
    schema = pa.schema(
        [
            ("offer", pa.string()),
            ("text", pa.string()),
            ("leaf", pa.string()),
            ("region", pa.string()),
            ("price", pa.int64()),
            ("vector", pa.list_(pa.float32(), dimensions)),
        ]
    )

    def rows() -> Iterator[pa.RecordBatch]:
        yield _batch(schema, *first)
        for documents, vectors in source:
            yield _batch(schema, documents, vectors)

    return lancedb.connect(str(peer.folder)).create_table(TABLE, data=rows(), schema=schema, mode="overwrite")


def _batch(schema: pa.Schema, documents: Sequence[IndexDocument], vectors: np.ndarray) -> pa.RecordBatch:
    return pa.record_batch(
        [
            pa.array([document.offer_id for document in documents]),
            pa.array([f"{document.coverage} {document.words}" for document in documents]),
            pa.array([document.category_path[-1] if document.category_path else "" for document in documents]),
            pa.array([document.regions[0] if document.regions else "" for document in documents]),
            pa.array([price_columns(each.tiers, moq=each.moq)[PRICE_AT_MOQ] for each in documents], pa.int64()),
            pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel(), pa.float32()), vectors.shape[1]),
        ],
        schema=schema,
    )


def _where(query: PeerQuery) -> str:
    parts = []
    if query.category:
        parts.append(f"leaf >= '{query.category}' AND leaf < '{query.category}:'")
    if query.region:
        parts.append(f"region = '{query.region}'")
    if query.price_max_fen is not None:
        parts.append(f"price <= {query.price_max_fen}")
    return " AND ".join(parts)
