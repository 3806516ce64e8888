"""The contract suite over each backend."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from search_engine.embedded import EmbeddedOptions, EmbeddedStore, PostingOptions, VectorOptions
from search_engine.fake import InMemoryStore
from search_engine.port import IndexStore
from tests.search_engine.contract import EngineContract

# tantivy asks at least 15 MB a thread; small heaps keep sixty small indexes quick.
SMALL = EmbeddedOptions(writer_heap_bytes=30_000_000, writer_threads=1)


class TestInMemoryEngine(EngineContract):
    @pytest.fixture
    def store(self) -> IndexStore:
        return InMemoryStore()


class TestEmbeddedEngine(EngineContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> IndexStore:
        return EmbeddedStore(tmp_path, SMALL)


class TestEmbeddedEngineOverLargeResults(EngineContract):
    """The same promises when every result set counts as a large one, so that the text index orders and counts it."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> IndexStore:
        return EmbeddedStore(tmp_path, replace(SMALL, scored_max=0))


class TestEmbeddedEngineWithAGraph(EngineContract):
    """The same promises when vectors are looked up in HNSW, with rows beyond it scanned."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> IndexStore:
        return EmbeddedStore(tmp_path, replace(SMALL, vectors=VectorOptions(graph_from=10, tail_rows=5)))


class TestEmbeddedEngineWithPostingsOnDisk(EngineContract):
    """The same promises when a few rows fill a segment of postings, and a commit merges some of them."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> IndexStore:
        return EmbeddedStore(
            tmp_path, replace(SMALL, postings=PostingOptions(tail_rows=1, live_rows=128, segment_rows=192))
        )
