from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from pifa.commands.demo_data import fill_record
from pifa.commands.follow import make_follower
from pifa.home import Home
from pifa.settings import Settings, read_settings
from pifa.wiring import Installation
from tests.elasticsearch.guard import API_KEY, Guard
from tests.pifa.conftest import free_port, pifa, start  # noqa: F401 (fixtures)

LISTINGS = 60  # enough for every kind of request


@pytest.fixture(scope="session")
def guard(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guard]:
    """The server behind TLS and credentials."""
    guard = Guard(elasticsearch_url, tmp_path_factory.mktemp("guard"), free_port())
    guard.certify()
    with guard.open():
        yield guard


@pytest.fixture
def prefix(elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A prefix of the test's own, within what the role of the default prefix covers; gone afterwards."""
    name = f"pifa-t{uuid4().hex[:12]}"
    monkeypatch.setenv("PIFA_ENGINE", "elastic")
    monkeypatch.setenv("PIFA_ELASTIC_PREFIX", name)
    yield name
    with httpx.Client(base_url=elasticsearch_url, trust_env=False) as client:
        for index in client.get(f"/{name}-*").json():
            client.delete(f"/{index}").raise_for_status()


@pytest.fixture
def entered(guard: Guard, prefix: str, monkeypatch: pytest.MonkeyPatch) -> Guard:
    """The environment of somebody who has the key and trusts the authority."""
    monkeypatch.setenv("PIFA_ELASTIC_URL", guard.url)
    monkeypatch.setenv("PIFA_ELASTIC_API_KEY", API_KEY)
    monkeypatch.setenv("PIFA_ELASTIC_CA", str(guard.ca))
    return guard


@pytest.fixture
def home(shared_knowledge: None, tmp_path: Path) -> Path:
    """A home with a small record and no index."""
    site = Installation(Settings(engine="embedded", encoder="static", offline=True), Home(tmp_path / "home").open())
    with site.record() as record:
        fill_record(site, record, listings=LISTINGS, seed=7)
    return site.home.directory


def installed(home: Path) -> Installation:
    """As a command sees it by now."""
    return Installation(read_settings(), Home(home))


def follow(site: Installation) -> None:
    """What the follower would do now, changes and vectors."""
    with site.record() as record, site.store.writer() as writer:
        follower = make_follower(site, record, writer)
        while follower.step():
            pass
