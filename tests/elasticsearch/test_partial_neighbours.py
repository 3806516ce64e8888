"""Neighbours of which a shard or the deadline kept some back say so. No server: its answers are made here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from elastic_transport import ApiResponseMeta, BaseNode, HttpHeaders, TransportApiResponse
from elasticsearch import Elasticsearch

from search_engine.elastic import ElasticOptions
from search_engine.elastic.engine import ElasticEngine
from search_engine.elastic.names import Names
from search_engine.elastic.source import source_of
from search_engine.plan import Plan, TermFilter, VectorQuery
from search_engine.schema import SCHEMA_VERSION
from tests.search_engine.catalog import DIMENSIONS, listing, vector_of

WHOLE: dict[str, Any] = {"timed_out": False, "_shards": {"total": 2, "failed": 0}}
LATE: dict[str, Any] = {**WHOLE, "timed_out": True}
AWAY: dict[str, Any] = {
    "timed_out": False,
    "_shards": {"total": 2, "failed": 1, "failures": [{"reason": {"type": "node_disconnected_exception"}}]},
}
SAID = {
    "late": "到了期限，结果不全",
    "away": "2 个分片中有 1 个没有应答（node disconnected）",
}
STATE = {
    "index": "pifa-g000001",
    "schema_version": SCHEMA_VERSION,
    "vector_kind": "int8_hnsw",
    "vector_space": {"fingerprint": "test", "dimensions": DIMENSIONS},
}
HIT = {
    "_id": "o1",
    "_score": 1.9,
    "sort": [0],
    "fields": {"row": [0], "packed": [source_of(listing("o1", "螺丝"), 0)["packed"]]},
}


class OneListing(BaseNode):
    """A node whose every search finds the one listing; ``of_knn`` and ``of_rest``: how much of the index answered."""

    of_knn, of_rest = WHOLE, WHOLE

    def perform_request(  # type: ignore[override]
        self, method: str, target: str, body: bytes | None = None, headers: Any = None, request_timeout: Any = None
    ) -> TransportApiResponse:
        meta = ApiResponseMeta(
            status=200,
            http_version="1.1",
            headers=HttpHeaders({"content-type": "application/json", "x-elastic-product": "Elasticsearch"}),
            duration=0.0,
            node=self.config,
        )
        return TransportApiResponse(meta, orjson.dumps(self._answer(target, body)))

    def close(self) -> None:
        """Nothing is open."""

    def _answer(self, target: str, body: bytes | None) -> dict[str, Any]:
        if "/_doc/" in target:
            state = {name: value for name, value in STATE.items() if name != "index"}
            return {"_index": STATE["index"], "_seq_no": 1, "_primary_term": 1, "_source": {"state": state}}
        if target.startswith("/_msearch"):
            return {"responses": [self._found(line) for line in (body or b"").splitlines()[1::2]]}
        if target.startswith("/_search"):
            return self._found(body or b"")
        return {"id": "a point in time"}

    def _found(self, body: bytes) -> dict[str, Any]:
        reached = self.of_knn if b'"knn"' in body else self.of_rest
        return {**reached, "hits": {"total": {"value": 1}, "hits": [HIT]}, "aggregations": {}}


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ElasticEngine:
    """With whatever the test makes of the node's answers from here on."""
    client = Elasticsearch("http://127.0.0.1:9", node_class=OneListing)
    return ElasticEngine(client, Names("pifa"), ElasticOptions(vectors="int8_hnsw"), tmp_path)


@pytest.mark.parametrize("asked", ["of_knn", "of_rest"])
@pytest.mark.parametrize(("reached", "said"), [(LATE, SAID["late"]), (AWAY, SAID["away"])])
def test_partial_neighbours_say_so(
    engine: ElasticEngine, monkeypatch: pytest.MonkeyPatch, asked: str, reached: dict[str, Any], said: str
) -> None:
    monkeypatch.setattr(OneListing, asked, reached)
    filters = (TermFilter(field="category", values=("03",), group="category"),)
    near = engine.nearest(vector_of("螺丝"), filters=filters, limit=5)
    assert near.rows.tolist() == [0]
    assert near.degraded == (f"nearest：{said}",)


def test_whole_neighbours_say_nothing(engine: ElasticEngine) -> None:
    near = engine.nearest(vector_of("螺丝"), filters=(), limit=5)
    assert near.rows.tolist() == [0]
    assert near.degraded == ()


def test_a_search_says_that_its_leg_of_meaning_was_partial(
    engine: ElasticEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OneListing, "of_knn", AWAY)
    meaning = VectorQuery(vector=vector_of("螺丝"), floor=0.0)
    assert engine.search(Plan(vector=meaning, limit=5)).degraded == (f"lexical：{SAID['away']}",)
    assert engine.search(Plan(limit=5)).degraded == ()
