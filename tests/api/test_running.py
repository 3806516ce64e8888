"""What those who run the product ask it: is it alive, is it ready, how is it doing."""

from __future__ import annotations

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fastapi.testclient import TestClient

from pifa.asgi import application
from pifa.commands.rebuild import build_index
from pifa.home import Home
from pifa.settings import Settings
from pifa.wiring import Installation
from web.language import LANGUAGES
from web.openapi import documents_of


def opened(home: Path) -> Installation:
    return Installation(Settings(encoder="static", offline=True), Home(home).open())


def test_a_served_index_is_ready(api: TestClient) -> None:
    assert api.get("/health/live").json() == {"status": "live"}
    assert api.get("/health/ready").json() == {"status": "ready", "checks": ["index"]}


def test_metrics_count_requests_by_route(api: TestClient) -> None:
    api.get("/api/v1/search?q=x")
    api.get("/api/v1/offers/no-such")
    text = api.get("/metrics").text
    assert 'pifa_http_request_seconds_count{method="GET",route="/api/v1/search",status="200"}' in text
    assert 'route="/api/v1/offers/{offer_id}",status="404"' in text
    assert "no-such" not in text


def test_without_an_index_the_site_starts_says_so_and_takes_it_up_when_it_comes(
    tmp_path: Path, shared_knowledge: None
) -> None:
    site = opened(tmp_path / "home")
    with TestClient(application(site), raise_server_exceptions=False) as client:
        ready = client.get("/health/ready")
        assert ready.status_code == 503
        assert "pifa rebuild" in ready.json()["faults"]["index"]
        assert client.get("/health/live").status_code == 200
        search = client.get("/api/v1/search?q=x")
        assert (search.status_code, search.json()["code"]) == (503, "index_missing")
        with site.record() as record:
            build_index(site, record)
        assert client.get("/health/ready").status_code == 200
        assert client.get("/api/v1/search?q=x").json()["total"] == 0


def test_routes_and_document_are_made_after_the_start_before_anybody_asks(
    tmp_path: Path, shared_knowledge: None
) -> None:
    app = application(opened(tmp_path / "home"), ahead=True)

    async def live() -> None:
        async with app.router.lifespan_context(app):
            assert app.openapi_schema is None  # the start did not wait for it
            await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()}, timeout=60)

    with ThreadPoolExecutor(1) as elsewhere:  # a browser of another test may have a loop in this thread
        elsewhere.submit(asyncio.run, live()).result()
    assert app.openapi_schema is not None
    place = app.openapi_schema["paths"]["/api/v1/orders"]["post"]
    assert place["requestBody"]["content"]["application/json"]["example"]
    assert documents_of(app).made == set(LANGUAGES)


def test_a_corrupt_index_is_named_with_the_command_and_a_rebuild_mends_it(demo_home: Path) -> None:
    manifest = demo_home / "index" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:20])
    site = opened(demo_home)
    with TestClient(application(site), raise_server_exceptions=False) as client:
        problem = client.get("/api/v1/search?q=x")
        assert problem.status_code == 503
        assert problem.json()["code"] == "index_corrupt"
        assert "manifest.json" in problem.json()["detail"]
        assert "pifa rebuild" in problem.json()["detail"]
        with site.record() as record:
            build_index(site, record)
        assert client.get("/api/v1/search?q=水杯").json()["total"] > 0


def test_a_corrupt_text_index_is_named_too(demo_home: Path) -> None:
    for path in demo_home.glob("index/g*/text/meta.json"):
        path.write_bytes(b"{")
    with TestClient(application(opened(demo_home)), raise_server_exceptions=False) as client:
        problem = client.get("/api/v1/search?q=x")
        assert (problem.status_code, problem.json()["code"]) == (503, "index_corrupt")
        assert "pifa rebuild" in problem.json()["detail"]


def test_an_index_of_another_schema_is_refused_with_the_command(demo_home: Path) -> None:
    manifest = demo_home / "index" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "schema_version": 999}))
    with TestClient(application(opened(demo_home)), raise_server_exceptions=False) as client:
        problem = client.get("/health/ready")
        assert problem.status_code == 503
        assert "999" in problem.json()["faults"]["index"]
        assert "pifa rebuild" in problem.json()["faults"]["index"]


def test_a_site_that_runs_keeps_answering_when_the_index_breaks_under_it(demo_home: Path) -> None:
    with TestClient(application(opened(demo_home)), raise_server_exceptions=False) as client:
        before = client.get("/api/v1/search?q=水杯").json()["total"]
        (demo_home / "index" / "manifest.json").write_bytes(b"{")
        time.sleep(0.6)  # three looks of the reader
        assert client.get("/api/v1/search?q=水杯").json()["total"] == before


def test_an_index_of_another_encoder_searches_without_its_vector_leg_and_says_so(demo_home: Path) -> None:
    manifest = demo_home / "index" / "manifest.json"
    body = json.loads(manifest.read_text())
    body["vector_space"]["fingerprint"] = "another"
    manifest.write_text(json.dumps(body))
    with TestClient(application(opened(demo_home)), raise_server_exceptions=False) as client:
        answer = client.get("/api/v1/search?q=水杯").json()
        assert answer["degraded"] == ["vector：索引由另一编码器写入，请运行 pifa rebuild"]
        assert answer["legs"]["vector"] == 0
        assert answer["total"] > 0
