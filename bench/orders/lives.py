"""What a client does over and over, and how long each part of it took."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.orders.bare import Tape, record_life
from bench.orders.laps import Laps, Timings
from bench.orders.market import ADDRESS, SELLER_MEMBER, BenchMarket, open_bench
from bench.orders.over_http import HttpClient, live_over_http
from catalog_service.domain.orders.values import OrderDraft, Party
from kernel.errors import Unavailable

Deed = Callable[[BenchMarket, Timings], None]
PROCESSES = multiprocessing.get_context("spawn")
STARTED = {
    "lives": "life",
    "http": "life",
    "reservations": "reserve",
    "looked": "reserve",
    "bare": "bare",
}  # the whole of each deed


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """``what``: ``lives``, ``http``, ``reservations``, ``looked`` (reservations of who looked at the price before) or
    ``bare``. ``rate``: so many a second by all clients together, each begun at its time; 0: as fast as they come.
    ``threads``: of each process. ``port``: of the site, over HTTP."""

    home: Path
    database_url: str
    what: str
    seconds: float
    processes: int = 4
    threads: int = 1
    hot: bool = False
    rate: float = 0.0
    port: int = 0

    @property
    def clients(self) -> int:
        return self.processes * self.threads


def live(market: BenchMarket, timings: Timings) -> None:
    """One order from its placing to its end; seconds of each deed."""
    ordering, buyer = market.record.ordering, market.buyer()
    draft, supplier_id = market.draft(buyer)
    seller = Party(company_id=f"c-{supplier_id}", member_id=SELLER_MEMBER, supplier_id=supplier_id)
    lap = Laps(timings)
    placed = ordering.place(drafts=[draft], address=ADDRESS, by=buyer, request=market.ask(buyer))
    order_id, payable_fen = str(placed.facts["orders"]), int(placed.facts["payable_fen"])
    lap("create")
    payment = ordering.pay(order_id=order_id, amount_fen=payable_fen, by=buyer, request=market.ask(buyer))
    ordering.sandbox_pay(payment.subject_id)
    lap("pay")
    ordering.ship(
        order_id=order_id, parts=None, carrier="顺丰", waybill="SF1", expected_version=None, by=seller,
        request=market.ask(seller),
    )  # fmt: skip
    lap("ship")
    ordering.confirm(order_id=order_id, by=buyer, request=market.ask(buyer))
    lap("confirm")
    lap.whole("life")


def reserve(market: BenchMarket, timings: Timings) -> None:
    """A placing of one line, which on a hot SKU is a reservation of it."""
    buyer = market.buyer()
    draft, _ = market.draft(buyer, lines=1)
    _reserve(market, buyer, draft, timings)


def reserve_ahead(market: BenchMarket, timings: Timings) -> None:
    """The same by who has looked at the price before, as where a sale is about to open."""
    buyer, draft = market.looked_before()
    _reserve(market, buyer, draft, timings)


def _reserve(market: BenchMarket, buyer: Party, draft: OrderDraft, timings: Timings) -> None:
    lap = Laps(timings)
    market.record.ordering.place(drafts=[draft], address=ADDRESS, by=buyer, request=market.ask(buyer))
    lap.whole("reserve")


def bare(market: BenchMarket, timings: Timings, tape: Tape) -> None:
    """The same writes as a life, in as many commits, with nothing beside them."""
    lap = Laps(timings)
    tape.play(market.record.engine, new_id=market.record.ids.new)
    lap.whole("bare")


def run(asked: Asked) -> dict[str, Any]:
    """What a second of it comes to, and the spread of each part in milliseconds."""
    with PROCESSES.Manager() as manager:
        barrier, results = manager.Barrier(asked.clients), manager.list()
        processes = [
            PROCESSES.Process(target=_process, args=(asked, number, barrier, results))
            for number in range(asked.processes)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        if any(process.exitcode for process in processes):
            raise RuntimeError(f"a client of {asked.what} ended with {[process.exitcode for process in processes]}")
        timings: Timings = {}
        for result in results:
            for name, values in result.items():
                timings.setdefault(name, []).extend(values)
    done = len(timings[STARTED[asked.what]])
    return {
        "processes": asked.processes,
        "threads": asked.threads,
        "seconds": asked.seconds,
        **({"asked_per_second": round(asked.rate, 1)} if asked.rate else {}),
        "per_second": round(done / asked.seconds, 1),
        "refused": len(timings.pop("refused", [])),
        "ms": {name: _spread(values) for name, values in timings.items()},
    }


def _process(asked: Asked, number: int, barrier: Any, results: Any) -> None:
    market = open_bench(asked.home, database_url=asked.database_url, seed=number, hot=asked.hot)
    deed = _deed(asked, market)
    failed: list[BaseException] = []

    def client(mine: int) -> None:
        try:
            each = market.with_dice(number * asked.threads + mine)
            deed(each, {})  # statements are compiled, connections open
            barrier.wait()
            results.append(_repeat(deed, each, asked, number * asked.threads + mine))
        except BaseException as fault:
            failed.append(fault)
            barrier.abort()
            raise

    threads = [threading.Thread(target=client, args=(mine,)) for mine in range(asked.threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    market.record.close()
    if failed:
        raise SystemExit(1)


def _deed(asked: Asked, market: BenchMarket) -> Deed:
    if asked.what == "bare":
        tape = record_life(market.record.engine, lambda: live(market, {}))
        return lambda each, timings: bare(each, timings, tape)
    if asked.what == "http":
        return lambda each, timings: live_over_http(each, HttpClient.of_thread(asked.port), timings)
    deeds: Mapping[str, Deed] = {"lives": live, "reservations": reserve, "looked": reserve_ahead}
    return deeds[asked.what]


def _repeat(deed: Deed, market: BenchMarket, asked: Asked, number: int) -> Timings:
    """Until time is up; with a rate each begins at its time, and ``from_due`` counts from there: who waits for one that
    is late waits too."""
    timings: Timings = {}
    started = time.perf_counter()
    interval = asked.clients / asked.rate if asked.rate else 0.0
    due = started + interval * number / asked.clients
    while time.perf_counter() < started + asked.seconds:
        if interval:
            time.sleep(max(due - time.perf_counter(), 0))
        try:
            deed(market, timings)
        except Unavailable:  # the database was away: a client would come again
            timings.setdefault("refused", []).append(0.0)
        if interval:
            timings.setdefault("from_due", []).append(time.perf_counter() - due)
            due += interval
    return timings


def _spread(values: list[float]) -> dict[str, float]:
    milliseconds = np.asarray(values) * 1000
    return {f"p{rank}": round(float(np.percentile(milliseconds, rank)), 2) for rank in (50, 99)}
