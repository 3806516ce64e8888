"""A fault in the middle of work: a steady stream of writes, a steady stream of searches, and what became of each."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from search_engine.elastic.options import ElasticOptions
from tests.faults.elasticsearch.market import Market, wait_for
from tests.faults.elasticsearch.report import ROWS, Row

# Words of the demo catalog that no written offer has, so that a search for them finds always the same.
QUERIES = ("不锈钢", "水杯", "纯棉", "收纳", "手套")
SHORT = 0.9  # of what is found on a quiet day: an answer with less than this lacks a shard, and must say so
PAUSE_S = 0.05  # of each stream between two requests: 10 to 20 a second, which leaves the two cores to the servers
SEARCHERS = 2
RECOVERY_S = 150.0  # a lock that ran out, a pause between two attempts and a restart of Java, one after the other
# The longest search: all of its deadline on what answers, and then a request to what does not; and a page asks several
# things, on a machine that is busy.
PATIENCE_S = ElasticOptions().deadline_ms / 1000 + ElasticOptions().patience_s + 3.0
# What may be said when an answer cannot be given at all.
CLEAR = frozenset({"engine_unavailable"})


@dataclass(frozen=True)
class Promise:
    """What the record said of an offer: its newest version, and whether it is for sale."""

    version: int
    live: bool


@dataclass
class Drill:
    """The two streams; ``promised`` holds what was acknowledged."""

    market: Market
    row: Row
    quiet: dict[str, int]
    promised: dict[str, Promise] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _chance: random.Random = field(default_factory=lambda: random.Random(7))

    def last(self, seconds: float) -> None:
        """Let the streams run."""
        self._stop.wait(seconds)

    def until_degraded(self, *, seconds: float = 30.0) -> None:
        """Wait until a search says that it is not whole."""
        before = self.row.degraded.total()
        wait_for(lambda: self.row.degraded.total() > before, seconds=seconds, what="a degraded answer")

    def until_failed(self, *, seconds: float = 30.0) -> None:
        """Wait until a search gives an error."""
        before = self.row.failed.total()
        wait_for(lambda: self.row.failed.total() > before, seconds=seconds, what="a clear error")

    def until_answered(self, *, seconds: float = 30.0) -> float:
        """Wait until searches are whole again: ten in a row."""
        return wait_for(lambda: all(self._is_whole() for _ in range(10)), seconds=seconds, what="whole answers")

    def recovered(self) -> None:
        """The fault is over: wait until all that was promised by now is there and searches are whole."""
        promised = dict(self.promised)
        began = time.monotonic()
        wait_for(lambda: not self._missing(promised), seconds=RECOVERY_S, what="everything acknowledged")
        self.until_answered(seconds=RECOVERY_S)
        self.row.recovery_s = time.monotonic() - began

    def waiting(self) -> int:
        """How many acknowledged offers the index has not yet as they are."""
        return len(self._missing(dict(self.promised)))

    def run(self) -> list[threading.Thread]:
        """Start the streams."""
        streams = [self._write, *[self._search] * SEARCHERS]
        threads = [threading.Thread(target=stream) for stream in streams]
        for thread in threads:
            thread.start()
        return threads

    def stop(self) -> None:
        self._stop.set()

    def account(self) -> None:
        """Everything acknowledged is there, once. By one look: the next may ask a copy that is a moment behind."""

        def nothing_is_missing() -> bool:
            found = self.market.indexed(list(self.promised))
            self.row.lost = len(self._missing_of(self.promised, found))
            self.row.doubled = sum(len(documents) > 1 for documents in found.values())
            return not self.row.lost

        wait_for(nothing_is_missing, seconds=RECOVERY_S, what="everything acknowledged")

    def _missing(self, promised: dict[str, Promise]) -> list[str]:
        """Offers that the index has not, or not as the record said last."""
        return self._missing_of(promised, self.market.indexed(list(promised)))

    @staticmethod
    def _missing_of(promised: dict[str, Promise], found: dict[str, list[tuple[int, bool]]]) -> list[str]:
        return [
            offer_id
            for offer_id, promise in promised.items()
            if not any(
                version > promise.version or (version, live) == (promise.version, promise.live)
                for version, live in found.get(offer_id, [])
            )
        ]

    def _is_whole(self) -> bool:
        answer = self.market.served.client.get("/api/v1/search", params={"q": QUERIES[0], "size": 3})
        return answer.status_code == 200 and not answer.json()["degraded"]

    # --- the streams --------------------------------------------------------------------------------------------------

    def _write(self) -> None:
        number = 0
        while not self._stop.wait(PAUSE_S):
            number += 1
            live = [offer_id for offer_id, promise in self.promised.items() if promise.live]
            deed = self._chance.choices(("publish", "revise", "withdraw"), (6, 3, 1))[0] if live else "publish"
            try:
                self._perform(deed, number, live)
            except Exception as fault:
                self.row.wrong.append(f"{deed}: {type(fault).__name__}: {fault}")

    def _perform(self, deed: str, number: int, live: list[str]) -> None:
        body = {
            "title": f"演练 {self.row.fault} {number}",
            "tiers": [{"min_quantity": 1, "unit_price_fen": 100 + number}],
        }
        served = self.market.served
        if deed == "publish":
            answer = served.write("POST", "/api/v1/offers", body=body)
        else:
            offer_id = self._chance.choice(live)
            read = f'"{self.promised[offer_id].version}"'
            method, content = ("PUT", body) if deed == "revise" else ("DELETE", None)
            answer = served.write(method, f"/api/v1/offers/{offer_id}", body=content, if_match=read)
        answer.raise_for_status()
        receipt = answer.json()
        self.promised[receipt["id"]] = Promise(version=receipt["version"], live=deed != "withdraw")
        self.row.written += 1

    def _search(self) -> None:
        while not self._stop.wait(PAUSE_S):
            query = random.choice(QUERIES)
            began = time.monotonic()
            try:
                answer = self.market.served.client.get("/api/v1/search", params={"q": query, "size": 5})
            except httpx.HTTPError as fault:
                self.row.wrong.append(f"search: {type(fault).__name__}: {fault}")
                continue
            with self.row.guard:
                self._count(query, answer, time.monotonic() - began)

    def _count(self, query: str, answer: httpx.Response, seconds: float) -> None:
        row = self.row
        row.slowest_s = max(row.slowest_s, seconds)
        said = answer.json()
        if answer.status_code != 200:
            clear = answer.headers["content-type"].startswith("application/problem+json") and said["code"] in CLEAR
            what = said["detail"].partition("（")[0]
            row.failed[f"{answer.status_code} {said['code']}: {what}"] += 1
            if answer.status_code != 503 or not clear:
                row.wrong.append(f"{answer.status_code} {answer.text[:200]}")
        elif said["degraded"]:
            row.degraded["; ".join(said["degraded"])] += 1
        else:
            row.answered += 1
            if said["total"] < SHORT * self.quiet[query]:
                row.wrong.append(f"{query}: {said['total']} of {self.quiet[query]}, and nothing said")


@contextmanager
def drill(market: Market, fault: str) -> Iterator[Drill]:
    """Streams for the length of the block; then the account, and what must hold of every fault."""
    market.whole()
    row = Row(fault)
    one = Drill(market, row, quiet=_quiet(market))
    ROWS.append(row)
    threads = one.run()
    try:
        yield one
    finally:
        one.stop()
        for thread in threads:
            thread.join()
    one.account()
    assert row.wrong == []
    assert (row.lost, row.doubled) == (0, 0)
    assert row.written > 0
    assert row.answered > 0
    assert row.slowest_s < PATIENCE_S
    assert not market.drift()
    wait_for(market.has_every_vector, seconds=RECOVERY_S, what="a vector for every listing")


def _quiet(market: Market) -> dict[str, int]:
    """What each query finds when nothing is wrong."""
    found = {}
    for query in QUERIES:
        answer = market.served.client.get("/api/v1/search", params={"q": query, "size": 1}).json()
        assert answer["degraded"] == []
        found[query] = int(answer["total"])
        assert found[query] >= 10
    return found
