from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from kernel.clock import FixedClock
from pifa.cli import main
from pifa.home import Home
from pifa.settings import Settings, read_settings
from pifa.wiring import Installation
from tests.catalog_service.house import NOW
from tests.catalog_service.test_migrations import fill
from tests.catalog_service.test_pictures import picture
from tests.postgresql import Server

WAIT_SECONDS = 60.0  # what starting takes on a loaded machine of two cores, several times over


@pytest.fixture(autouse=True)
def _closed(no_network: None) -> None:
    """Nothing here leaves the machine."""


@dataclass(frozen=True)
class Ran:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> object:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def pifa(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], shared_knowledge: None) -> Run:
    """Runs a command in this process, as ``python -m pifa`` does."""

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["pifa", *map(str, arguments)])
        capfd.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        sys.stdout.flush()
        said = capfd.readouterr()
        assert "Traceback" not in said.out + said.err
        return Ran(code, said.out, said.err)

    return run


@pytest.fixture
def site(demo_home: Path) -> Installation:
    """An installation over a home that the test may change."""
    return Installation(Settings(encoder="static", offline=True), Home(demo_home))


def until(condition: Callable[[], object], *, seconds: float = WAIT_SECONDS, what: str = "the condition") -> object:
    """Wait for it; fails the test when it does not come."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{what} did not come in {seconds} s")


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a command as a process of its own; what it says goes to a file. All are ended with the test."""
    yield from _starting(tmp_path)


def _starting(folder: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: object) -> subprocess.Popen[str]:
        started.append(spawn(folder / f"process-{len(started)}.log", *arguments))
        return started[-1]

    yield begin
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def spawn(log: Path, *arguments: object) -> subprocess.Popen[str]:
    """A process in a session of its own; ``log`` is where both its outputs go."""
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "pifa", *map(str, arguments)],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "LC_ALL": "C.UTF-8", "PIFA_ENCODER": "static", "PIFA_OFFLINE": "1"},
            start_new_session=True,
            text=True,
        )
    process.log = log  # type: ignore[attr-defined]
    return process


@dataclass
class Served:
    """A served home: the process, its address, the administrator's client."""

    process: subprocess.Popen[str]
    home: Path
    client: httpx.Client

    def total(self, query: str) -> int:
        return int(self.client.get("/api/v1/search", params={"q": query}).json()["total"])

    def shows(self, query: str, offer_id: str) -> bool:
        """Whether the first page of a search shows the offer."""
        hits = self.client.get("/api/v1/search", params={"q": query}).json()["hits"]
        return offer_id in [hit["offer_id"] for hit in hits]

    def write(
        self, method: str, path: str, *, key: str = "", body: object = None, if_match: str = ""
    ) -> httpx.Response:
        """A deed of the administrator, under a key of its own unless the test gives one."""
        secret = (self.home / "admin.key").read_text("ascii").strip()
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key or uuid.uuid4().hex}
        if if_match:
            headers["If-Match"] = if_match
        return self.client.request(method, path, headers=headers, json=body)

    def publish(self, title: str) -> str:
        """A new offer; gives its id."""
        body = {"title": title, "tiers": [{"min_quantity": 1, "unit_price_fen": 1990}]}
        answer = self.write("POST", "/api/v1/offers", body=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


@pytest.fixture(scope="session")
def shared_site(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Served]]:
    """Gives a copy of the demo home, served with its follower by ``pifa serve``; started again when a test ended it."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(demo_template, folder / "home")
    starting, port = _starting(folder), free_port()
    start = next(starting)
    running: list[subprocess.Popen[str]] = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:

        def give() -> Served:
            if not running or running[-1].poll() is not None:
                running.append(start("serve", "--home", folder / "home", "--port", port))
                wait_ready(client, running[-1])
            return Served(running[-1], folder / "home", client)

        yield give
    next(starting, None)


@pytest.fixture
def served(shared_site: Callable[[], Served]) -> Served:
    """The served home, which tests share: each publishes what no other one searches for."""
    return shared_site()


def wait_ready(client: httpx.Client, process: subprocess.Popen[str]) -> None:
    def ready() -> bool:
        assert process.poll() is None, process.log.read_text()  # type: ignore[attr-defined]
        try:
            return client.get("/health/ready").status_code == 200
        except httpx.TransportError:
            return False

    until(ready, what="a ready site")


Use = Callable[[str], None]


@pytest.fixture
def use(postgresql: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Use]:
    """Gives the settings a fresh database of a kind."""
    made: list[str] = []

    def named(kind: str) -> None:
        monkeypatch.delenv("PIFA_DATABASE_URL", raising=False)
        if kind == "postgresql":
            made.append(postgresql.create())
            monkeypatch.setenv("PIFA_DATABASE_URL", made[-1])

    yield named
    for url in made:
        postgresql.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def installed(folder: Path) -> Installation:
    site = Installation(read_settings(), Home(folder).open())
    object.__setattr__(site, "clock", FixedClock(NOW))
    return site


@pytest.fixture
def full(kind: str, use: Use, tmp_path: Path, shared_knowledge: None) -> Installation:
    """A home with rows in every table, a paid order in the sandbox, anchors, pictures, mails and a dead letter."""
    use(kind)
    site = installed(tmp_path / "home")
    with site.record() as record:
        fill(record, tmp_path)
        record.pictures.upload(picture())
        record.ordering.gateway.pay("p-1", amount_fen=77)  # type: ignore[attr-defined]
        record.ordering.deliver_sandbox_notices()
        record.ordering.sweep()
        record.ordering.anchor()
    site.dead_letters.add(offer_id="o-1", sequence=1, reason="poison")
    return site
