"""A cluster with TLS under a private authority and with credentials: who has both works, who has not is told which."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from search_engine.elastic import ElasticOptions, ElasticStore
from search_engine.elastic.client import CertificateNotTrusted, Connection, CredentialsRefused
from tests.elasticsearch.guard import API_KEY, PASSWORD, USER, Guard
from tests.pifa.conftest import Ran, Run, Start, free_port, until
from tests.search_engine.catalog import build, market

pytestmark = pytest.mark.xdist_group("elasticsearch")

WRONG = "d3Jvbmc6d3Jvbmc="


def one_error(ran: Ran) -> str:
    """The one thing that is wrong, in one line."""
    assert ran.code == 1
    errors = [found for found in ran.json if found["level"] == "error"]
    assert len(errors) == 1, errors
    line = f"{errors[0]['what']}  → {errors[0]['mend']}"
    assert "\n" not in line
    return line


def last_line(ran: Ran) -> str:
    assert ran.code in (1, 2)
    lines = [line for line in ran.err.splitlines() if line.startswith("pifa: ")]
    assert len(lines) == 1, ran.err
    return lines[0]


@pytest.mark.parametrize("way", ["key", "password"])
def test_who_has_the_key_and_the_authority_writes_and_searches(
    guard: Guard, prefix: str, tmp_path: Path, way: str
) -> None:
    secret = {"api_key": API_KEY} if way == "key" else {"user": USER, "password": PASSWORD}
    connection = Connection(url=guard.url, ca=guard.ca, **secret)
    store = ElasticStore(connection, tmp_path, ElasticOptions(prefix=prefix))
    build(store, market(20))
    assert store.reader().status().documents == 20
    assert [each.level for each in store.examine() if each.level == "error"] == []
    store.client.close()


def test_a_wrong_key_is_refused_by_the_name_of_its_setting(guard: Guard, prefix: str, tmp_path: Path) -> None:
    store = ElasticStore(Connection(url=guard.url, ca=guard.ca, api_key=WRONG), tmp_path, ElasticOptions(prefix=prefix))
    with pytest.raises(CredentialsRefused, match="PIFA_ELASTIC_API_KEY") as caught:
        store.exists()
    assert WRONG not in caught.value.message


def test_an_authority_that_is_not_trusted_is_named_by_its_setting(guard: Guard, prefix: str, tmp_path: Path) -> None:
    before = guard.seen()
    store = ElasticStore(Connection(url=guard.url, api_key=API_KEY), tmp_path, ElasticOptions(prefix=prefix))
    with pytest.raises(CertificateNotTrusted, match="PIFA_ELASTIC_CA"):
        store.exists()
    assert guard.seen() == before  # the key went to nobody


def test_every_command_says_it_in_one_line(
    pifa: Run, entered: Guard, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pifa("rebuild", "--home", home).code == 0
    assert pifa("search", "", "--home", home, "--json").json["total"] > 0
    assert pifa("doctor", "--home", home).code == 0
    for name, value, said in (
        ("PIFA_ELASTIC_API_KEY", WRONG, "PIFA_ELASTIC_API_KEY"),
        ("PIFA_ELASTIC_CA", "", "PIFA_ELASTIC_CA"),
        ("PIFA_ELASTIC_URL", f"http://127.0.0.1:{free_port()}", "PIFA_ELASTIC_URL"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            if name == "PIFA_ELASTIC_URL" or not value:
                patch.delenv("PIFA_ELASTIC_CA")
            assert said in one_error(pifa("doctor", "--home", home, "--json"))
            line = last_line(pifa("search", "水杯", "--home", home))
            assert said in line or "连不上 Elasticsearch" in line


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_authority_that_cannot_be_read_is_one_line(
    pifa: Run, entered: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    file = tmp_path / "mine.pem"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("PIFA_ELASTIC_CA", str(file))
    line = last_line(pifa("search", "水杯", "--home", tmp_path / "home"))
    assert "PIFA_ELASTIC_CA" in line
    assert "PIFA_ELASTIC_CA" in one_error(pifa("doctor", "--home", tmp_path / "home", "--json"))


@pytest.mark.parametrize(("name", "value"), [("PIFA_ELASTIC_API_KEY", WRONG), ("PIFA_ELASTIC_CA", "")])
def test_a_follower_that_is_refused_ends_with_one_line_and_a_site_says_why_it_is_not_ready(
    pifa: Run, entered: Guard, home: Path, start: Start, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    if not value:
        monkeypatch.delenv(name)
    assert name in last_line(pifa("follow", "--home", home))

    port = free_port()
    site = start("serve", "--home", home, "--port", port)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
        until(lambda: status(client, "/health/live") == 200, what="the site that is refused")
        ready = client.get("/health/ready")
        assert ready.status_code == 503
        assert name in ready.text
        until(lambda: "follower_waits" in site.log.read_text(), what="the follower's word")  # type: ignore[attr-defined]
        site.terminate()
        assert site.wait(timeout=30) == 0
    said = site.log.read_text()  # type: ignore[attr-defined]
    lines = said.splitlines()
    assert [name in line for line in lines if "网站先启动" in line] == [True]
    assert sum("follower_waits" in line for line in lines) == 1
    assert not any("重新启动[" in line or "退出（" in line or "Traceback" in line for line in lines)


def test_a_site_starts_without_its_cluster_says_so_once_and_takes_it_up(
    entered: Guard, home: Path, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Guard(entered.target, tmp_path, free_port())
    port = free_port()
    monkeypatch.setenv("PIFA_ELASTIC_URL", away.url)
    monkeypatch.setenv("PIFA_ELASTIC_CA", str(away.ca))
    away.certify()
    process = start("serve", "--home", home, "--port", port)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
        until(lambda: status(client, "/health/live") == 200, what="the site without its cluster")
        assert status(client, "/health/ready") == 503
        assert client.get("/api/v1/search?q=水杯").json()["code"] == "engine_unavailable"
        until(lambda: "follower_waits" in process.log.read_text(), what="the follower's word")  # type: ignore[attr-defined]
        with away.open():
            until(lambda: status(client, "/health/ready") == 200, what="the cluster taken up")
            assert client.get("/api/v1/search?q=").json()["total"] > 0
            process.terminate()
            assert process.wait(timeout=30) == 0
    said = process.log.read_text().splitlines()  # type: ignore[attr-defined]
    assert sum("网站先启动" in line for line in said) == 1
    assert sum("follower_waits" in line for line in said) == 1
    assert not any("Traceback" in line for line in said)


def status(client: httpx.Client, path: str) -> int:
    try:
        return client.get(path).status_code
    except httpx.TransportError:
        return 0
