"""The approximate index over the bulk of the vectors: built once, memory-mapped, extended rarely."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from search_engine.vectors.file import VectorFile
from search_engine.vectors.options import VectorOptions

# Training samples: 8-bit ranges need few; k-means of IVF needs about 40 a cell (FAISS warns below 39).
TRAIN_ROWS_HNSW = 20_000
TRAIN_ROWS_PER_CELL = 40
ADD_ROWS = 20_000  # decoded and added at a time: 40 MB at 512 dimensions


class Graph:
    """A read-only FAISS index and the row of each of its entries."""

    def __init__(self, index: Any, rows: np.ndarray, options: VectorOptions) -> None:
        self._index = index
        self.rows = rows
        self._options = options
        self._inverted = isinstance(index, faiss.IndexIVF)

    @classmethod
    def open(cls, directory: Path, name: str, options: VectorOptions) -> Graph:
        """Map the files, in milliseconds whatever the size; RuntimeError or ValueError when they are broken."""
        path = directory / f"{name}.faiss"
        rows = np.load(directory / f"{name}.rows.npy", mmap_mode="r")
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        if isinstance(index, faiss.IndexPreTransform):
            index = faiss.downcast_index(index)
        if index.ntotal != len(rows):
            raise ValueError(f"{path.name}: {index.ntotal} entries, {len(rows)} rows")
        return cls(index, rows, options)

    def __len__(self) -> int:
        return len(self.rows)

    def nearest(self, query: np.ndarray, limit: int, *, thorough: bool) -> np.ndarray:
        """Rows int64 of about the ``limit`` nearest, roughly best first; ``thorough`` takes longer and misses fewer."""
        fetch = min(limit, len(self.rows))
        if self._inverted:
            # One cell in 64, and more when many are wanted: recall@10 stays above 0.98 after re-scoring.
            parameters = faiss.SearchParametersIVF(  # type: ignore[call-arg]
                nprobe=max(self._index.nlist // 64, 8, fetch // 64)
            )
        else:
            parameters = faiss.SearchParametersHNSW(  # type: ignore[attr-defined]
                efSearch=max(self._options.effort(len(self.rows), thorough=thorough), fetch)
            )
        _, found = self._index.search(query[None, :], fetch, params=parameters)
        rows: np.ndarray = np.asarray(self.rows)[found[0][found[0] >= 0]]
        return rows


def build_graph(
    directory: Path,
    name: str,
    *,
    vectors: VectorFile,
    rows: np.ndarray,
    options: VectorOptions,
    extends: str | None = None,
) -> None:
    """Write ``name``.faiss and ``name``.rows.npy over ``rows``, or over those of the graph ``extends`` and ``rows``."""
    faiss.omp_set_num_threads(options.threads)
    index: Any
    if extends is not None:
        index = faiss.read_index(str(directory / f"{extends}.faiss"))
        all_rows = np.concatenate([np.load(directory / f"{extends}.rows.npy"), rows])
    else:
        index = _untrained(vectors.dimensions, len(rows), options)
        _train(index, vectors, rows)
        all_rows = rows
    for start in range(0, len(rows), ADD_ROWS):
        index.add(vectors.get(rows[start : start + ADD_ROWS]))
    faiss.omp_set_num_threads(1)
    _write(directory, name, index, all_rows)


def _untrained(dimensions: int, count: int, options: VectorOptions) -> Any:
    if count >= options.inverted_from:
        cells = _cells(count)
        code_bytes = max(size for size in (64, 32, 16, 8, 4, 2, 1) if dimensions % size == 0)
        # np: no polysemous reordering of the codes. It is for Hamming pre-filtering, which is not used here, and takes
        # most of the training (52 s against 1 s for 32 code bytes).
        return faiss.index_factory(dimensions, f"IVF{cells},PQ{code_bytes}x8np", faiss.METRIC_INNER_PRODUCT)
    codes = faiss.ScalarQuantizer.QT_8bit
    # The stubs know the C++ constructor only.
    index = faiss.IndexHNSWSQ(dimensions, codes, options.links, faiss.METRIC_INNER_PRODUCT)  # type: ignore[arg-type]
    index.hnsw.efConstruction = options.ef_construction
    return index


def _cells(count: int) -> int:
    """About 4 times the square root, the size that FAISS's guidelines give, with enough entries to train each."""
    return max(1, min(int(4 * count**0.5), count // TRAIN_ROWS_PER_CELL))


def _train(index: Any, vectors: VectorFile, rows: np.ndarray) -> None:
    inverted = isinstance(index, faiss.IndexIVF)
    wanted = index.nlist * TRAIN_ROWS_PER_CELL if inverted else TRAIN_ROWS_HNSW
    step = max(1, len(rows) // wanted)
    index.train(vectors.get(rows[::step]))


def _write(directory: Path, name: str, index: Any, rows: np.ndarray) -> None:
    faiss.write_index(index, str(directory / f"{name}.faiss"))
    np.save(directory / f"{name}.rows.npy", rows.astype(np.int64))
    for path in (directory / f"{name}.faiss", directory / f"{name}.rows.npy"):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
