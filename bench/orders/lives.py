"""What a client does over and over, and how long each part of it took."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bench.orders.bare import Tape, record_life
from bench.orders.market import ADDRESS, BenchMarket, open_bench
from catalog_service.domain.orders.values import Party

Timings = dict[str, list[float]]
PROCESSES = multiprocessing.get_context("spawn")


def live(market: BenchMarket, timings: Timings) -> None:
    """One order from its placing to its end; seconds of each deed."""
    ordering, buyer = market.record.ordering, market.buyer()
    draft, supplier_id = market.draft(buyer)
    seller = Party(company_id="c-seller", member_id="m-seller", supplier_id=supplier_id)
    started = last = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal last
        now = time.perf_counter()
        timings.setdefault(name, []).append(now - last)
        last = now

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
    timings.setdefault("life", []).append(last - started)


def reserve(market: BenchMarket, timings: Timings) -> None:
    """A placing of one line, which on a hot SKU is a reservation of it."""
    buyer = market.buyer()
    draft, _ = market.draft(buyer, lines=1)
    started = time.perf_counter()
    market.record.ordering.place(drafts=[draft], address=ADDRESS, by=buyer, request=market.ask(buyer))
    timings.setdefault("reserve", []).append(time.perf_counter() - started)


def bare(market: BenchMarket, timings: Timings, tape: Tape) -> None:
    """The same writes as a life, in as many commits, with nothing beside them."""
    started = time.perf_counter()
    tape.play(market.record.engine, new_id=market.record.ids.new)
    timings.setdefault("bare", []).append(time.perf_counter() - started)


def run(home: Path, database_url: str, what: str, *, clients: int, seconds: float, hot: bool) -> dict[str, Any]:
    """So many processes for so long; lives a second, and the spread of each part in milliseconds."""
    with PROCESSES.Manager() as manager:
        barrier, results = manager.Barrier(clients), manager.list()
        arguments = (str(home), database_url, what, seconds, hot, barrier, results)
        processes = [PROCESSES.Process(target=_client, args=(number, *arguments)) for number in range(clients)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        if any(process.exitcode for process in processes):
            raise RuntimeError(f"a client of {what} ended with {[process.exitcode for process in processes]}")
        timings: Timings = {}
        for result in results:
            for name, values in result.items():
                timings.setdefault(name, []).extend(values)
    whole = {"lives": "life", "reservations": "reserve", "bare": "bare"}[what]
    return {
        "clients": clients,
        "seconds": seconds,
        "per_second": round(len(timings[whole]) / seconds, 1),
        "ms": {name: _spread(values) for name, values in timings.items()},
    }


def _client(
    number: int, home: str, database_url: str, what: str, seconds: float, hot: bool, barrier: Any, results: Any
) -> None:
    market = open_bench(Path(home), database_url=database_url, seed=number, hot=hot)
    deeds: Mapping[str, Callable[[BenchMarket, Timings], None]] = {"lives": live, "reservations": reserve}
    if what == "bare":
        tape = record_life(market.record.engine, lambda: live(market, {}))
        deed: Callable[[BenchMarket, Timings], None] = lambda m, t: bare(m, t, tape)  # noqa: E731
    else:
        deed = deeds[what]
    deed(market, {})  # statements are compiled, connections open
    barrier.wait()
    timings: Timings = {}
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        deed(market, timings)
    results.append(timings)
    market.record.close()


def _spread(values: list[float]) -> dict[str, float]:
    milliseconds = np.asarray(values) * 1000
    return {f"p{rank}": round(float(np.percentile(milliseconds, rank)), 2) for rank in (50, 99)}
