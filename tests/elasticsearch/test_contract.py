"""The contract suite over a real server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from search_engine.elastic import ElasticOptions, ElasticStore
from search_engine.elastic.client import Connection
from search_engine.port import IndexStore
from search_engine.vectors.options import VectorOptions
from tests.search_engine.contract import EngineContract

pytestmark = pytest.mark.xdist_group("elasticsearch")


def store_of(url: str, home: Path, options: ElasticOptions | None = None) -> Iterator[ElasticStore]:
    """A store under a prefix of its own, which is gone afterwards."""
    named = replace(options or ElasticOptions(), prefix=f"t{uuid4().hex[:12]}")
    store = ElasticStore(Connection(url=url), home, named)
    yield store
    for index in store.client.indices.get(index=f"{named.prefix}-*"):
        store.client.indices.delete(index=index)
    store.client.close()


class TestElasticEngine(EngineContract):
    @pytest.fixture
    def store(self, elasticsearch_url: str, tmp_path: Path) -> Iterator[IndexStore]:
        yield from store_of(elasticsearch_url, tmp_path)


class TestElasticEngineWithVectorsInside(EngineContract):
    """The same promises when the cluster keeps the vectors."""

    @pytest.fixture(params=["int8_hnsw", "bbq_hnsw"])
    def store(self, request: pytest.FixtureRequest, elasticsearch_url: str, tmp_path: Path) -> Iterator[IndexStore]:
        yield from store_of(elasticsearch_url, tmp_path, ElasticOptions(vectors=request.param, shards=2))


class TestElasticEngineOfSeveralShards(EngineContract):
    """The same promises when the listings lie in three shards, with their nearest in a graph."""

    @pytest.fixture
    def store(self, elasticsearch_url: str, tmp_path: Path) -> Iterator[IndexStore]:
        options = ElasticOptions(shards=3, graph=VectorOptions(graph_from=10, tail_rows=5), buffer_documents=7)
        yield from store_of(elasticsearch_url, tmp_path, options)
