"""How far the index lies behind the record, on ``/metrics``."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient

from catalog_service.domain.deeds import DeedRequest
from pifa.asgi import application
from pifa.commands.follow import make_follower
from pifa.home import Home
from pifa.settings import Settings
from pifa.wiring import Installation
from tests.pifa.conftest import until


def gauge(client: TestClient, name: str) -> float | None:
    lines = client.get("/metrics").text.splitlines()
    return next((float(line.split()[1]) for line in lines if line.startswith(f"{name} ")), None)


def test_what_a_search_does_not_see_yet_is_counted_until_it_does(demo_home: Path) -> None:
    site = Installation(Settings(encoder="static", offline=True), Home(demo_home).open())
    with TestClient(application(site)) as client, site.record() as record:
        documents = gauge(client, "pifa_index_documents")
        assert documents
        assert gauge(client, "pifa_index_waiting_changes") == 0
        assert gauge(client, "pifa_index_lag_seconds") == 0
        offer_id = client.get("/api/v1/search?size=1").json()["hits"][0]["offer_id"]
        record.withdraw_offer(offer_id=offer_id, request=DeedRequest(actor="test"))
        assert gauge(client, "pifa_index_waiting_changes") == 1
        with site.store.writer() as writer:
            make_follower(site, record, writer).catch_up()
        until(lambda: gauge(client, "pifa_index_waiting_changes") == 0, what="a newer index")
        assert gauge(client, "pifa_index_documents") == documents - 1


def test_the_oldest_change_says_how_long_it_waits(demo_home: Path) -> None:
    site = Installation(Settings(encoder="static", offline=True), Home(demo_home).open())
    with site.record() as record:
        offer_id = next(iter(record.catalog.live_offers(batch_size=1)))[0][0].offer_id
        cursor = record.changes.latest()
        record.withdraw_offer(offer_id=offer_id, request=DeedRequest(actor="test"))
        assert record.changes.recorded_after(record.changes.latest()) is None
        recorded = record.changes.recorded_after(cursor)
        assert recorded is not None
        assert abs(site.clock.now() - recorded) <= 5


def test_without_an_index_the_gauges_are_left_out(tmp_path: Path, shared_knowledge: None) -> None:
    site = Installation(Settings(encoder="static", offline=True), Home(tmp_path / "home").open())
    with TestClient(application(site)) as client:
        assert gauge(client, "pifa_index_documents") is None
        assert "pifa_http_request_seconds" in client.get("/metrics").text
