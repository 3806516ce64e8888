"""What was prepared, for a rebuild: found by digest of the listing or of the text, the rest is made."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import msgspec
import numpy as np

from indexer.prepared.files import PreparedFolder, Seal
from indexer.prepared.partitions import text_digest
from indexer.stages.assemble import DocumentMaker
from indexer.stages.listing import DIGEST_BYTES, Listing, listing_digest
from search_engine.documents import IndexDocument
from text_analysis.encoders.port import Encoder, Progress

# A rebuild walks the catalog in the order of the partitions, so a batch meets a few neighbours: some 15 MB each.
PARTITIONS_OPEN = 8
_KEY = np.dtype("<u8")  # digests are found by their first eight bytes and then compared whole


class PreparedListings:
    """The whole partitions of one fingerprint, looked up by digest: 24 bytes in memory a listing."""

    def __init__(self, folder: PreparedFolder, *, fingerprint: str) -> None:
        """Reads and checks every file; those that are damaged are left out and counted in ``damaged``."""
        self._folder = folder
        self._seals: list[Seal] = []
        listings, texts = [b""], [b""]
        self.damaged = 0
        for seal in folder.seals(fingerprint=fingerprint):
            content = folder.read(seal)
            if content is None:
                self.damaged += 1
                continue
            columns = _columns(content, "listing", "text")
            self._seals.append(seal)
            listings.append(b"".join(columns["listing"]))
            texts.append(b"".join(columns["text"]))
        self._starts = np.cumsum([0, *(seal.count for seal in self._seals)])
        self._by_listing, self._by_text = _Index(b"".join(listings)), _Index(b"".join(texts))
        self._frame = lru_cache(maxsize=PARTITIONS_OPEN)(self._read)

    @property
    def count(self) -> int:
        """Listings, as they were when prepared."""
        return int(self._starts[-1])

    def documents(self, digests: Sequence[bytes]) -> list[bytes | None]:
        """A document as it was written for each digest of a listing, in order; None where there is none."""
        return self._find(self._by_listing, digests, key="listing", value="document")

    def vectors(self, digests: Sequence[bytes]) -> list[bytes | None]:
        """A vector's float32 for each digest of a text, in order; None where there is none."""
        return self._find(self._by_text, digests, key="text", value="vector")

    def _find(self, index: _Index, digests: Sequence[bytes], *, key: str, value: str) -> list[bytes | None]:
        found: list[bytes | None] = [None] * len(digests)
        for place, row in enumerate(index.rows(digests)):
            if row < 0:
                continue
            number = int(np.searchsorted(self._starts, row, side="right")) - 1
            columns = self._frame(number)
            at = row - int(self._starts[number])
            if columns is not None and columns[key][at] == digests[place]:
                found[place] = columns[value][at]
        return found

    def _read(self, number: int) -> dict[str, list[bytes]] | None:
        """A partition's columns; None when another run has removed it since."""
        content = self._folder.read(self._seals[number])
        return _columns(content) if content is not None else None


class _Index:
    """Rows by digest, in two sorted arrays."""

    def __init__(self, digests: bytes) -> None:
        keys = np.frombuffer(digests, _KEY)[:: DIGEST_BYTES // _KEY.itemsize]
        self._rows = np.argsort(keys, kind="stable")
        self._keys = keys[self._rows]

    def rows(self, digests: Sequence[bytes]) -> list[int]:
        """The first row of each digest's key, -1 where there is none."""
        if not len(self._keys):
            return [-1] * len(digests)
        keys = np.frombuffer(b"".join(digests), _KEY)[:: DIGEST_BYTES // _KEY.itemsize]
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        rows: list[int] = np.where(self._keys[places] == keys, self._rows[places], -1).tolist()
        return rows


@dataclass(frozen=True, slots=True)
class PreparedAssembler:
    """A ``DocumentMaker`` that assembles only listings which are not prepared as they are now."""

    prepared: PreparedListings
    assembler: DocumentMaker

    def documents(self, listings: Sequence[Listing]) -> list[IndexDocument]:
        """One document a listing, in order."""
        found = self.prepared.documents([listing_digest(listing) for listing in listings])
        missing = [listing for listing, document in zip(listings, found, strict=True) if document is None]
        made = iter(self.assembler.documents(missing) if missing else ())
        return [next(made) if each is None else _decode(each) for each in found]


class PreparedEncoder:
    """An ``Encoder`` that computes only the vectors of documents whose text is not prepared."""

    def __init__(self, prepared: PreparedListings, encoder: Encoder) -> None:
        self._prepared = prepared
        self._encoder = encoder
        self.name, self.dimensions, self.fingerprint = encoder.name, encoder.dimensions, encoder.fingerprint
        self.encode_queries = encoder.encode_queries

    def encode_documents(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        """float32 (n, dimensions) in order."""
        out = np.zeros((len(texts), self.dimensions), np.float32)
        missing = []
        for place, vector in enumerate(self._prepared.vectors([text_digest(text) for text in texts])):
            if vector is None:
                missing.append(place)
            else:
                out[place] = np.frombuffer(vector, np.float32)
        if progress is not None:
            progress(len(texts) - len(missing))
        if missing:
            out[missing] = self._encoder.encode_documents([texts[place] for place in missing], progress=progress)
        return out


def _columns(content: bytes, *names: str) -> dict[str, list[bytes]]:
    """Columns of a partition's file by name, all when none is named."""
    import polars as pl

    return pl.read_parquet(io.BytesIO(content), columns=list(names) or None).to_dict(as_series=False)


def _decode(document: bytes) -> IndexDocument:
    return msgspec.msgpack.decode(document, type=IndexDocument)
