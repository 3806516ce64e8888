"""One Idempotency-Key, sent a hundred times at once to two processes of the product over real HTTP, and sent again to a
site whose process was killed between the commit and the answer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from catalog_service.service import Record
from kernel.clock import FixedClock
from tests.catalog_service.house import ADMIN, database_url, draft, ladder, open_house, rows
from tests.catalog_service.site_process import HELD_NAME
from tests.catalog_service.test_processes import ROOT
from tests.catalog_service.town import Town
from tests.pifa.conftest import free_port, until

POSTS, SITES = 100, 2
STOCK, PIECES = 500, 3
ADDRESS = {"recipient": "王芳", "phone": "13800000000", "province": "浙江", "city": "金华", "street": "稠州路 1 号"}


@dataclass
class Site:
    """One process of the product, and a client's connections to it."""

    process: subprocess.Popen[bytes]
    client: httpx.Client

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@dataclass
class Shop:
    """A record with one priced offer, and a buyer's session."""

    home: Path
    record: Record
    token: str
    supplier_id: str
    sites: list[Site] = field(default_factory=list)

    @contextmanager
    def serve(self, count: int = 1) -> Iterator[list[Site]]:
        """So many processes over the home, killed at the end if they still live."""
        sites = [self._start() for _ in range(count)]
        try:
            for site in sites:
                until(lambda site=site: alive(site), what="a site that answers")
            yield sites
        finally:
            for site in sites:
                site.kill()
                site.client.close()

    def body(self, site: Site, *, pieces: int = PIECES) -> dict[str, Any]:
        """An order of so many pieces, at the price that the site shows."""
        line = {"sku_id": "o-1", "quantity": pieces}
        assert self.post(site, "/carts/lines", {"lines": [line]}, key=f"cart-{pieces}").status_code == 200
        shown = self.post(site, "/carts/preview", {"region": ADDRESS["province"]}, key=f"preview-{pieces}").json()
        priced = shown["parts"][0]["priced"]
        order = {"supplier_id": self.supplier_id, "lines": [line], "snapshot": priced["snapshot"]}
        return {"orders": [order], "address": ADDRESS}

    def post(self, site: Site, path: str, body: object, *, key: str, **headers: str) -> httpx.Response:
        sent = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key, **headers}
        return site.client.post(f"/api/v1{path}", json=body, headers=sent)

    def _start(self) -> Site:
        port = free_port()
        command = [sys.executable, "-m", "uvicorn", "tests.catalog_service.site_process:create_app", "--factory"]
        environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "PIFA_HOME": str(self.home), "PIFA_ENCODER": "none",
            "PIFA_DATABASE_URL": database_url(self.home), "PIFA_LOG_LEVEL": "error",
        }  # fmt: skip
        with (self.home / f"site-{port}.log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "--port", str(port), "--log-level", "warning"],
                stdout=log, stderr=subprocess.STDOUT, env=environment, cwd=ROOT,
            )  # fmt: skip
        limits = httpx.Limits(max_connections=POSTS)
        client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False, limits=limits,
            headers={"Accept-Encoding": "identity"},
        )  # fmt: skip
        return Site(process, client)


def alive(site: Site) -> bool:
    assert site.process.poll() is None, "the site ended"
    try:
        return site.client.get("/health/live").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def shop(home: Path) -> Iterator[Shop]:
    clock = FixedClock(int(time.time()))  # the sites' own: a session made at another time would be over
    with closing(open_house(home, clock=clock)) as record:
        town = Town(record, clock)
        buyer, (_, supplier_id) = town.company(), town.seller()
        offer = draft("o-1", supplier_id=supplier_id, tiers=ladder((1, 1_250)), stock=STOCK)
        record.publish_offer(draft=offer, request=ADMIN)
        yield Shop(home=home, record=record, token=town.session(buyer), supplier_id=supplier_id)


def test_a_hundred_posts_with_one_key_are_one_order_and_one_answer(shop: Shop) -> None:
    with shop.serve(SITES) as sites, ThreadPoolExecutor(POSTS) as clients:
        body = shop.body(sites[0])

        def post(number: int) -> tuple[httpx.Response, int]:
            """The answer, and how often it was another one's turn: who is told so comes again, as a client does."""
            for refused in range(1_000):
                answer = shop.post(sites[number % SITES], "/orders", body, key="the-key")
                if answer.status_code != 409:
                    return answer, refused
                assert answer.json()["code"] == "idempotency_key_in_flight"
                time.sleep(0.01)
            raise AssertionError("in flight for ever")

        answers = list(clients.map(post, range(POSTS)))
        print(f"\n{sum(bool(refused) for _, refused in answers)} of {POSTS} were told that the key is in flight")
        assert Counter(answer.status_code for answer, _ in answers) == {201: POSTS}
        (told,) = {answer.text for answer, _ in answers}
        first = [answer for answer, _ in answers if "Idempotent-Replayed" not in answer.headers]
        assert len(first) == 1
        placed = rows(shop.record, "SELECT order_id, version FROM orders")
        assert placed == [(first[0].json()["facts"]["orders"], 1)]
        assert rows(shop.record, "SELECT available, reserved FROM stock") == [(STOCK - PIECES, PIECES)]
        assert rows(shop.record, "SELECT count(*) FROM outbox WHERE kind = 'order'") == [(1,)]
        another = shop.post(sites[1], "/orders", shop.body(sites[1], pieces=PIECES + 1), key="the-key")
        assert (another.status_code, another.json()["code"]) == (422, "idempotency_key_reused")
        assert shop.post(sites[1], "/orders", body, key="the-key").text == told
        assert rows(shop.record, "SELECT count(*) FROM orders") == [(1,)]


def test_a_server_killed_between_commit_and_answer_gives_that_answer_when_asked_again(shop: Shop) -> None:
    held = shop.home / HELD_NAME
    with shop.serve() as (site,), ThreadPoolExecutor(1) as clients:
        body = shop.body(site)
        asked = clients.submit(shop.post, site, "/orders", body, key="the-key", **{"Hold-Back": "yes"})
        until(lambda: rows(shop.record, "SELECT count(*) FROM orders") == [(1,)], what="the commit")
        until(held.exists, what="the answer that nobody gets")
        site.kill()
        with pytest.raises(httpx.TransportError):
            asked.result()
    with shop.serve() as (site,):
        again = shop.post(site, "/orders", body, key="the-key")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert again.content == held.read_bytes()
    assert rows(shop.record, "SELECT order_id FROM orders") == [(again.json()["facts"]["orders"],)]
    assert rows(shop.record, "SELECT available, reserved FROM stock") == [(STOCK - PIECES, PIECES)]
