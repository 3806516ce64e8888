"""FAISS by itself: the same kind of graph over the same vectors, as many neighbours as Pifa's vector leg takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import faiss
import numpy as np

from bench.speed.peers.port import Peer, PeerQuery
from search_api.retrieve.plan import VECTOR_HITS_MAX
from search_engine.documents import IndexDocument
from search_engine.vectors.options import VectorOptions

TRAIN_ROWS = 20_000


class FaissAlone(Peer):
    """HNSW with 8-bit codes and Pifa's own parameters."""

    asks_text = False

    def build(self, batches: Iterable[tuple[Sequence[IndexDocument], np.ndarray]]) -> None:
        options = VectorOptions()
        vectors = np.concatenate([each for _, each in batches])
        index = faiss.IndexHNSWSQ(
            vectors.shape[1], faiss.ScalarQuantizer.QT_8bit, options.links, faiss.METRIC_INNER_PRODUCT
        )
        index.hnsw.efConstruction = options.ef_construction
        index.train(vectors[:: max(1, len(vectors) // TRAIN_ROWS)])
        index.add(vectors)
        faiss.write_index(index, str(self.folder / "hnsw.faiss"))

    def open(self) -> None:
        faiss.omp_set_num_threads(1)
        self._index = faiss.read_index(str(self.folder / "hnsw.faiss"), faiss.IO_FLAG_MMAP_IFC)
        self._parameters = faiss.SearchParametersHNSW(efSearch=VectorOptions().ef_search)

    def search(self, query: PeerQuery) -> int:
        assert query.vector is not None
        wanted = min(VECTOR_HITS_MAX, self._index.ntotal)
        _, found = self._index.search(query.vector[None, :], wanted, params=self._parameters)
        return int(np.count_nonzero(found >= 0))
