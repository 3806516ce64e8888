"""A whole product over a cluster: its home, ``pifa serve`` with the follower, and what a look into the server shows."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from elasticsearch import Elasticsearch

from indexer.drift import Drift, find_drift
from ops.elasticsearch.server import Cluster
from pifa.commands.demo_data import fill_record
from pifa.commands.rebuild import build_index, build_vectors
from pifa.home import Home
from pifa.settings import Settings
from pifa.wiring import Installation
from search_engine.elastic.names import Names
from search_engine.elastic.options import ElasticOptions
from tests.pifa.conftest import Served, _starting, free_port, until, wait_ready

LISTINGS, SEED = 600, 7  # enough that every shard has some of every query, and read in a second
NAMES = Names(ElasticOptions().prefix)


@dataclass(frozen=True)
class Market:
    """``served`` is the product from outside; ``server`` the cluster from outside the product."""

    cluster: Cluster
    site: Installation
    served: Served
    server: Elasticsearch

    @property
    def index(self) -> str:
        """The published generation."""
        return next(iter(self.server.indices.get_alias(name=NAMES.read)))

    @property
    def log(self) -> str:
        """What the product said so far."""
        text: str = self.served.process.log.read_text("utf-8")  # type: ignore[attr-defined]
        return text

    @property
    def dead_letters(self) -> list[dict[str, Any]]:
        path = self.site.home.dead_letters
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []

    def settings(self, **persistent: object) -> None:
        """Settings of the whole cluster; None takes one back."""
        self.server.cluster.put_settings(persistent=persistent)

    def index_settings(self, **settings: object) -> None:
        """Settings of the published generation."""
        self.server.indices.put_settings(index=self.index, settings=settings)

    def master(self) -> int:
        """Which node is the elected master."""
        name = self.server.cat.master(format="json")[0]["node"]  # type: ignore[index]
        return next(number for number, node in enumerate(self.cluster.nodes) if node.name == name)

    def indexed(self, offer_ids: list[str]) -> dict[str, list[tuple[int, bool]]]:
        """Version and whether it is live of every document that the server has of these offers."""
        found: dict[str, list[tuple[int, bool]]] = {}
        answer = self.server.search(
            index=NAMES.read,
            query={"terms": {"offer_id": offer_ids}},
            size=10_000,
            source_includes=["offer_id", "version", "status"],
            allow_partial_search_results=False,
        )
        for hit in answer["hits"]["hits"]:
            source = hit["_source"]
            found.setdefault(source["offer_id"], []).append((source["version"], source["status"] == "live"))
        return found

    def drift(self) -> Drift:
        """The product's own look for what the index has not, or has too much."""
        with self.site.record() as record:
            return find_drift(record.catalog, self.site.store.reader())

    def has_every_vector(self) -> bool:
        """Whether each live listing has its vector: a row that was taken for dead would never get one."""
        status = self.site.store.reader().status()
        return status.vectors == status.documents

    def whole(self) -> None:
        """Wait until every node is there and every copy of every shard."""
        self.cluster.wait(nodes=self.cluster.count, status="green")


@contextmanager
def killed(cluster: Cluster, *numbers: int) -> Iterator[None]:
    """Nodes without their power for the length of the block."""
    for number in numbers:
        cluster.kill(number)
    try:
        yield
    finally:
        for number in numbers:
            cluster.launch(number)


@contextmanager
def market_over(cluster: Cluster, folder: Path, *, urls: str, shards: int) -> Iterator[Market]:
    """A demo catalog, indexed, with vectors, served until the block ends."""
    settings = {"engine": "elastic", "elastic_url": urls, "elastic_shards": str(shards)}
    site = Installation(Settings(encoder="static", offline=True, **settings), Home(folder / "home").open())  # type: ignore[arg-type]
    with site.record() as record:
        fill_record(site, record, listings=LISTINGS, seed=SEED)
        build_index(site, record)
        build_vectors(site)
    server = Elasticsearch([node.url for node in cluster.nodes], request_timeout=10)
    starting, port = _starting(folder), free_port()
    with pytest.MonkeyPatch.context() as patch, server:
        for name, value in settings.items():
            patch.setenv(f"PIFA_{name.upper()}", value)
        process = next(starting)("serve", "--home", folder / "home", "--port", port)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client:
            wait_ready(client, process)
            yield Market(cluster, site, Served(process, folder / "home", client), server)
            next(starting, None)


def wait_for(condition: Any, *, seconds: float, what: str) -> float:
    """How long it took; what cannot be asked yet is not there yet."""
    began = time.monotonic()

    def quietly() -> object:
        try:
            return condition()
        except Exception:
            return False

    until(quietly, seconds=seconds, what=what)
    return time.monotonic() - began
