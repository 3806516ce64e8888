"""Listings to the bytes of one file: the same function in this process and on a worker of a cluster."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from indexer.prepared.partitions import Partition, partition_key, text_digest
from indexer.stages.assemble import DocumentMaker
from indexer.stages.listing import Listing, listing_digest
from kernel.changes import Catalog
from search_engine.documents import IndexDocument
from text_analysis.encoders.port import Encoder


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A Parquet file, and the key of the listings that it was made of."""

    key: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionMaker:
    """Reads a partition's listings, cuts and encodes them. ``encoder`` None: documents without vectors."""

    catalog: Catalog
    assembler: DocumentMaker
    encoder: Encoder | None
    fingerprint: str

    def make(self, partition: Partition) -> Made:
        """What the record holds now of the partition's range; its key tells whether that is what was asked for."""
        batch = next(self.catalog.live_offers(batch_size=partition.count, after_id=partition.after_id), ())
        listings = [listing for listing in batch if listing[0].offer_id <= partition.last_id]
        key = partition_key(map(listing_digest, listings), fingerprint=self.fingerprint)
        return Made(key=key, content=self._file(listings))

    def _file(self, listings: Sequence[Listing]) -> bytes:
        import polars as pl

        documents = self.assembler.documents(listings)
        columns = {
            "listing": [listing_digest(listing) for listing in listings],
            "text": [text_digest(document.vector_text) for document in documents],
            "document": [msgspec.msgpack.encode(document) for document in documents],
            "vector": list(self._vectors(documents)),
        }
        buffer = io.BytesIO()
        pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Binary)).write_parquet(buffer, statistics=False)
        return buffer.getvalue()

    def _vectors(self, documents: Sequence[IndexDocument]) -> Iterator[bytes]:
        """float32 as bytes, whole: a rebuild must get the very vector that the encoder gave."""
        if self.encoder is None:
            return (b"" for _ in documents)
        vectors = self.encoder.encode_documents([document.vector_text for document in documents])
        return (vector.tobytes() for vector in vectors)
