"""Writes that the server refuses: for now, and for good."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from elasticsearch import ApiError, Elasticsearch

from ops.elasticsearch.server import Cluster
from tests.faults.elasticsearch.drill import Promise, drill
from tests.faults.elasticsearch.market import Market, market_over, wait_for
from tests.pifa.conftest import until

NOISY = 6  # more at a time than one thread and a queue of one take
NOISE_DOCUMENTS = 1_000


def test_a_listing_that_the_server_refuses_is_set_aside_by_name_and_blocks_nothing(market: Market) -> None:
    with drill(market, "listing refused") as running:
        # Every step of a ladder inside a band is a nested document to the server, which now takes one of them at most.
        market.index_settings(**{"index.mapping.nested_objects.limit": 1})
        try:
            steps = [{"min_quantity": n, "unit_price_fen": 900 - n} for n in (1, 7, 30)]
            body = {"title": "梯度价过多的货", "tiers": steps}
            refused = market.served.write("POST", "/api/v1/offers", body=body).json()["id"]
            until(lambda: any(letter["offer_id"] == refused for letter in market.dead_letters), what="the dead letter")
            running.recovered()
        finally:
            market.index_settings(**{"index.mapping.nested_objects.limit": None})
        letters = market.dead_letters  # more than one when the feed came by it again
        assert {letter["offer_id"] for letter in letters} == {refused}
        assert all("nested" in str(letter["reason"]) for letter in letters)
        assert market.indexed([refused]) == {}
        body["title"] = "改过的货"
        revised = market.served.write("PUT", f"/api/v1/offers/{refused}", body=body, if_match='"1"')
        running.promised[refused] = Promise(version=revised.json()["version"], live=True)
        running.recovered()


@pytest.fixture(scope="module")
def narrow(shared_knowledge: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """A node that writes with one thread and lets one more request wait."""
    settings = {"node.processors": 1, "thread_pool.write.size": 1, "thread_pool.write.queue_size": 1}
    cluster = Cluster(tmp_path_factory.mktemp("narrow"), heap_mb=512, settings=settings)
    folder: Path = tmp_path_factory.mktemp("narrow-market")
    cluster.start()
    try:
        with market_over(cluster, folder, urls=cluster.urls, shards=1) as made:
            yield made
    finally:
        cluster.remove()


@contextmanager
def noise(server: Elasticsearch) -> Iterator[None]:
    """Others who write to the same cluster, more than it takes."""
    stop = threading.Event()
    lines = [{"index": {}}, {"text": "噪声 " * 50}] * NOISE_DOCUMENTS
    others = server.options(retry_on_status=(), max_retries=0, request_timeout=60)

    def write() -> None:
        while not stop.is_set():
            try:
                others.bulk(index="noise", operations=lines)
            except ApiError:
                stop.wait(0.05)

    threads = [threading.Thread(target=write) for _ in range(NOISY)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_a_bulk_that_finds_the_queue_full_is_sent_again_until_all_of_it_lands(narrow: Market) -> None:
    with drill(narrow, "bulk rejected") as running:
        with noise(narrow.server):
            wait_for(lambda: "stamina.retry_scheduled" in narrow.log, seconds=60, what="a write that is sent again")
            running.last(5.0)
        running.recovered()
    assert narrow.dead_letters == []
