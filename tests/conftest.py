"""What tests of several rooms share: a closed network, the product's knowledge loaded once, a demo home made once."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from filelock import FileLock

from tests.postgresql import Server, start

DEMO_LISTINGS, DEMO_SEED = 3000, 7


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings of the machine that runs the tests do not reach them, nor does one test's logging; no downloads."""
    for name in ("HOME", "PORT", "HOST", "WORKERS", "DATABASE_URL", "LANGUAGE"):
        monkeypatch.delenv(f"PIFA_{name}", raising=False)
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")  # commands speak Chinese
    monkeypatch.setenv("PIFA_ENCODER", "static")
    monkeypatch.setenv("PIFA_OFFLINE", "1")
    yield
    structlog.reset_defaults()


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that leaves the machine fails the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(("127.", "::1", "localhost")):  # type: ignore[index]
            raise AssertionError(f"a test connects to {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def shared_knowledge() -> Iterator[None]:
    """Taxonomy, language and classifier of the product, loaded once for all installations of this process."""
    from pifa.home import Home
    from pifa.settings import Settings
    from pifa.wiring import Installation

    one = Installation(Settings(), Home(Path("unused")))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("taxonomy", "analyzer", "classifier"):
            patch.setattr(Installation, name, getattr(one, name))
        yield


def folder_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What all workers of this run share, and no other run."""
    base = tmp_path_factory.getbasetemp()
    # The base folder of a run without workers is kept between runs by pytest, so the name carries the run.
    return base.parent if "popen" in base.name else base


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory, shared_knowledge: None) -> Path:
    """A home with the demo catalog, indexed, with vectors. Made by one worker, read by all: never write to it."""
    from pifa.commands.demo_data import fill_record
    from pifa.commands.rebuild import build_index, build_vectors
    from pifa.home import Home
    from pifa.settings import Settings
    from pifa.wiring import Installation

    folder = folder_of_the_run(tmp_path_factory) / "demo"
    with FileLock(f"{folder}.lock"):
        if not (folder / "made").exists():
            site = Installation(Settings(encoder="static", offline=True), Home(folder).open())
            with site.record() as record:
                fill_record(site, record, listings=DEMO_LISTINGS, seed=DEMO_SEED)
                build_index(site, record)
                build_vectors(site)
            (folder / "made").touch()
    return folder


@pytest.fixture
def demo_home(demo_template: Path, tmp_path: Path) -> Path:
    """A copy of the demo home that the test may change."""
    copy = tmp_path / "home"
    shutil.copytree(demo_template, copy)
    return copy


@pytest.fixture(scope="session")
def postgresql(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real PostgreSQL, which all workers share."""
    yield from start(pytestconfig, run=folder_of_the_run(tmp_path_factory))


@pytest.fixture(scope="session")
def elasticsearch_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server of one node, of the client's major version. Tests that use it carry the mark of one group, so that
    one worker starts it."""
    from elasticsearch import __version__ as client_version

    from ops.elasticsearch.jars import TESTED, ServerMissing
    from ops.elasticsearch.server import Cluster

    cluster = Cluster(tmp_path_factory.mktemp("elasticsearch"), heap_mb=512, version=TESTED[client_version[0]])
    try:
        cluster.start()
    except ServerMissing as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"Elasticsearch: {missing}")
    yield cluster.url
    cluster.remove()
