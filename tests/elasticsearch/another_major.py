"""A real server of the other major version; run by ``ops/elastic8.sh``, whose client is of 8."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import elasticsearch
import pytest

from ops.elasticsearch.jars import TESTED
from ops.elasticsearch.server import Cluster
from search_engine.elastic import ElasticStore
from search_engine.elastic.client import AnotherMajor, Connection


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Cluster]:
    version = next(version for major, version in TESTED.items() if major != elasticsearch.__version__[0])
    cluster = Cluster(tmp_path, version=version)
    yield cluster.start()
    cluster.remove()


def test_a_server_of_another_major_is_refused_in_one_line(other: Cluster, tmp_path: Path) -> None:
    store = ElasticStore(Connection(url=other.url), tmp_path / "home")
    with pytest.raises(AnotherMajor, match=f"Elasticsearch 是 {other.version}"):
        store.exists()
