"""The vector index keeps its recall whatever its kind, its filters and its history."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_engine.vectors.file import VectorFile
from search_engine.vectors.graph import Graph
from search_engine.vectors.options import VectorOptions
from search_engine.vectors.publish import publish_graph
from search_engine.vectors.search import VectorSearcher

DIMENSIONS = 32
COUNT = 3_000


def clustered(count: int, seed: int) -> np.ndarray:
    """Unit vectors around 60 centres, as listings lie around their products."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(0).normal(size=(60, DIMENSIONS))
    vectors = centres[rng.integers(60, size=count)] + 0.7 * rng.normal(size=(count, DIMENSIONS))
    unit: np.ndarray = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def stored(directory: Path, vectors: np.ndarray) -> VectorFile:
    """A file that holds the vectors in rows 0..n."""
    file = VectorFile(directory, dimensions=DIMENSIONS, writable=True)
    file.reserve(len(vectors))
    file.put(np.arange(len(vectors)), vectors)
    return file


def searcher(directory: Path, graph: str | None, options: VectorOptions) -> VectorSearcher:
    """The published state, as a reader opens it."""
    file = VectorFile(directory, dimensions=DIMENSIONS, writable=False)
    return VectorSearcher(file=file, directory=directory, graph=graph, last_row=COUNT, options=options)


def recall(found: VectorSearcher, vectors: np.ndarray, alive: np.ndarray, limit: int = 10) -> float:
    """Mean share of the true nearest among those found, over 40 queries."""
    shares = []
    for query in clustered(40, seed=9):
        truth = np.argsort(-(vectors @ query) + 10.0 * ~alive)[:limit]
        rows, _ = found.nearest(query, limit=limit, floor=-1.0)
        shares.append(len(np.intersect1d(rows, truth)) / limit)
    return float(np.mean(shares))


@pytest.mark.parametrize(
    ("options", "kind", "expected"),
    [
        (VectorOptions(graph_from=COUNT + 1), "none", 0.995),
        (VectorOptions(graph_from=1_000), "IndexHNSWSQ", 0.98),
        (VectorOptions(graph_from=1_000, inverted_from=2_000, threads=1), "IndexIVFPQ", 0.95),
    ],
)
def test_each_kind_of_index_finds_the_true_neighbours(
    tmp_path: Path, options: VectorOptions, kind: str, expected: float
) -> None:
    vectors = clustered(COUNT, seed=1)
    file = stored(tmp_path, vectors)
    graph = publish_graph(
        tmp_path, vectors=file, current=None, last_row=COUNT, serial=1, compact=False, options=options
    )
    if graph is None:
        assert kind == "none"
    else:
        assert type(Graph.open(tmp_path, graph, options)._index).__name__ == kind
    assert recall(searcher(tmp_path, graph, options), vectors, np.ones(COUNT, dtype=bool)) >= expected


def test_rows_beyond_the_graph_are_scanned_and_then_join_it(tmp_path: Path) -> None:
    vectors = clustered(COUNT, seed=1)
    options = VectorOptions(graph_from=1_000, tail_rows=500, tail_rows_max=500)
    file = stored(tmp_path, vectors[:2_000])
    first = publish_graph(
        tmp_path, vectors=file, current=None, last_row=2_000, serial=1, compact=False, options=options
    )
    file.reserve(COUNT)
    file.put(np.arange(2_000, 2_400), vectors[2_000:2_400])
    again = publish_graph(
        tmp_path, vectors=file, current=first, last_row=2_400, serial=2, compact=False, options=options
    )
    assert again == first == "graph-1"
    alive = np.arange(COUNT) < 2_400
    assert recall(searcher(tmp_path, again, options), vectors, alive) >= 0.98
    file.put(np.arange(2_400, COUNT), vectors[2_400:])
    last = publish_graph(
        tmp_path, vectors=file, current=again, last_row=COUNT, serial=3, compact=False, options=options
    )
    assert last == "graph-3"
    assert len(Graph.open(tmp_path, last, options)) == COUNT
    assert recall(searcher(tmp_path, last, options), vectors, np.ones(COUNT, dtype=bool)) >= 0.98


def test_dead_rows_cost_no_recall_and_a_compacting_build_drops_them(tmp_path: Path) -> None:
    vectors = clustered(COUNT, seed=1)
    options = VectorOptions(graph_from=500)
    file = stored(tmp_path, vectors)
    graph = publish_graph(
        tmp_path, vectors=file, current=None, last_row=COUNT, serial=1, compact=False, options=options
    )
    dead = np.flatnonzero(np.arange(COUNT) % 5 < 3)
    file.bury(dead)
    alive = ~np.isin(np.arange(COUNT), dead)
    state = searcher(tmp_path, graph, options)
    assert state.count == alive.sum()
    assert recall(state, vectors, alive, limit=100) >= 0.98
    assert state.has(dead).all()
    compact = publish_graph(
        tmp_path, vectors=file, current=graph, last_row=COUNT, serial=2, compact=True, options=options
    )
    assert compact is not None
    assert len(Graph.open(tmp_path, compact, options)) == alive.sum()


def test_scores_are_cosines_to_half_precision_and_zero_without_a_vector(tmp_path: Path) -> None:
    vectors = clustered(700, seed=1)
    file = stored(tmp_path, vectors)
    file.reserve(COUNT)
    state = searcher(tmp_path, None, VectorOptions())
    rows = np.arange(800)
    scores = state.scores(vectors[3], rows)
    assert scores[:700] == pytest.approx(vectors @ vectors[3], abs=1e-3)
    assert not scores[700:].any()
    assert state.vector(750) is None
    assert state.vector(-1) is None
    assert state.vector(1 << 40) is None


def test_what_a_killed_writer_left_beyond_the_published_rows_is_forgotten(tmp_path: Path) -> None:
    file = stored(tmp_path, clustered(10, seed=1))
    file.forget_from(6)
    assert file.stored_rows(0, 10).tolist() == [0, 1, 2, 3, 4, 5]
    assert file.pending_rows(10, limit=3).tolist() == [6, 7, 8]
