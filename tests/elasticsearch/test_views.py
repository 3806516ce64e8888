"""A reader changes to a new point in time before the old one stands in the cluster's way."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from search_engine.elastic import ElasticOptions, ElasticStore
from search_engine.plan import Plan, VectorQuery
from tests.elasticsearch.test_contract import store_of
from tests.search_engine.catalog import build, listing, vector_of

pytestmark = pytest.mark.xdist_group("elasticsearch")


@pytest.fixture(params=[0.0, 3_600.0], ids=["old", "young"])
def store(request: pytest.FixtureRequest, elasticsearch_url: str, tmp_path: Path) -> Iterator[ElasticStore]:
    yield from store_of(elasticsearch_url, tmp_path, ElasticOptions(view_seconds=request.param))


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Nothing may need the collector to be let go of: a process that serves runs it rarely."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def held(store: ElasticStore) -> int:
    """How many points in time the server holds on the index."""
    found = store.client.indices.stats(index=store.names.read, metric="search")
    return int(found["_all"]["primaries"]["search"]["open_contexts"])


def test_an_old_view_is_renewed_with_the_same_answers_and_let_go_of(store: ElasticStore, no_collector: None) -> None:
    documents = [listing("o1", "不锈钢螺丝"), listing("o2", "尼龙螺丝")]
    build(store, documents)
    engine = store.reader()
    plan = Plan(vector=VectorQuery(vector=vector_of("螺丝"), floor=0.0), limit=5)
    before, view = engine.search(plan), engine._view
    assert not engine.refresh()  # nothing was published
    assert (engine._view is not view) == (store.options.view_seconds == 0)
    del view
    after = engine.search(plan)
    assert after.candidates.rows.tolist() == before.candidates.rows.tolist()
    assert after.total == before.total > 0
    until = time.monotonic() + 10
    while held(store) > 1 and time.monotonic() < until:
        time.sleep(0.05)
    assert held(store) == 1
