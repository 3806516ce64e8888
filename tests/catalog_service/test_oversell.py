"""Many processes on little stock: what is sold is what was there or what was wanted, whichever is less; no oversell, no
undersell, no ring of waiters; also while a quarter of the connections, or of the processes, are ended."""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from catalog_service.adapters.sql.store import SqlRecordStore
from catalog_service.domain.prices.values import Wanted
from catalog_service.service import Record
from tests.catalog_service.buyer import SKUS, buy
from tests.catalog_service.house import ADMIN, NOW, draft, rows
from tests.catalog_service.operator import KILLED, PAUSE_SECONDS, end_connections

BUYERS, ORDERS = 4, 60
LITTLE, PLENTY = 25, 10_000  # a tenth of what is wanted, and more than all of it
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([buy.__module__])


def fill(record: Record, stock: int) -> None:
    for sku_id in SKUS:
        record.publish_offer(draft=draft(sku_id, stock=stock), request=ADMIN)


@contextmanager
def buyers(home: Path, folder: Path) -> Iterator[list[BaseProcess]]:
    running = [
        PROCESSES.Process(target=buy, args=(home, number, ORDERS, folder / f"buyer-{number}"))
        for number in range(BUYERS)
    ]
    for process in running:
        process.start()
    yield running
    for process in running:
        process.kill()
        process.join()


def told(folder: Path) -> list[dict[str, Any]]:
    lines = [line for path in folder.glob("buyer-*") for line in path.read_text().splitlines(keepends=True)]
    return [json.loads(line) for line in lines if line.endswith("\n")]


def assert_agreed(record: Record, stock: int) -> dict[str, int]:
    """Stock, reservations and the ledger of moves tell the same, and nothing is there that never was; what is held."""
    held = dict.fromkeys(SKUS, 0) | dict(
        rows(record, "SELECT sku_id, CAST(sum(held) AS INTEGER) FROM reservations GROUP BY sku_id")
    )
    assert {sku: (available, reserved) for sku, available, reserved in stock_rows(record)} == {
        sku_id: (stock - held[sku_id], held[sku_id]) for sku_id in SKUS
    }
    for sku_id in SKUS:
        available, reserved = stock, 0
        moves = rows(
            record,
            "SELECT kind, quantity, available, reserved FROM stock_moves"
            f" WHERE sku_id = '{sku_id}' ORDER BY reserved + available, move_id",
        )
        changes = Counter({"reserve": 0, "release": 0})
        for kind, quantity, after, _ in moves:
            changes[kind] += quantity
            assert 0 <= after <= stock
        available, reserved = stock - changes["reserve"] + changes["release"], changes["reserve"] - changes["release"]
        assert (available, reserved) == (stock - held[sku_id], held[sku_id])
    record.announce_stock()
    shown = dict(rows(record, "SELECT offer_id, stock FROM offers"))
    assert shown == {sku_id: stock - held[sku_id] for sku_id in SKUS}
    return held


def stock_rows(record: Record) -> list[tuple[Any, ...]]:
    return rows(record, "SELECT sku_id, available, reserved FROM stock ORDER BY sku_id")


@pytest.mark.parametrize("stock", [LITTLE, PLENTY])
def test_what_is_sold_is_the_less_of_stock_and_demand(record: Record, home: Path, tmp_path: Path, stock: int) -> None:
    fill(record, stock)
    with buyers(home, tmp_path) as running:
        for process in running:
            process.join()
        assert [process.exitcode for process in running] == [0] * BUYERS
    held = assert_agreed(record, stock)
    answers = told(tmp_path)
    assert len(answers) == BUYERS * ORDERS
    kept: Counter[str] = Counter()
    for answer in answers:
        if answer["state"] == "held":
            kept.update(answer["pieces"])
    assert dict(kept) == held
    refused = [answer for answer in answers if answer["state"] == "refused"]
    if stock == PLENTY:
        assert refused == []
    else:
        assert refused
        # Nobody who wanted one piece more goes away while one is left: the shelves are sold to the last piece.
        for sku_id in SKUS:
            while SqlRecordStore(record.engine) and dict(rows(record, "SELECT sku_id, available FROM stock"))[sku_id]:
                one = [Wanted(sku_id=sku_id, quantity=1)]
                order_id = f"last-{sku_id}-{dict(rows(record, 'SELECT sku_id, available FROM stock'))[sku_id]}"
                SqlRecordStore(record.engine).write(lambda t, o=order_id, w=one: t.stock.reserve(o, w, at=NOW))
        assert assert_agreed(record, stock) == dict.fromkeys(SKUS, stock)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_with_a_quarter_of_the_connections_ended_nothing_is_sold_twice_and_nothing_lost(
    record: Record, home: Path, tmp_path: Path
) -> None:
    fill(record, LITTLE)
    with buyers(home, tmp_path) as running:
        ended = end_connections(home, running)
        assert [process.exitcode for process in running] == [0] * BUYERS
    held = assert_agreed(record, LITTLE)
    kept: Counter[str] = Counter()
    for answer in told(tmp_path):
        if answer["state"] == "held":
            kept.update(answer["pieces"])
    assert dict(kept) == held
    assert ended >= 1


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_with_a_quarter_of_the_processes_killed_stock_and_orders_agree(
    record: Record, home: Path, tmp_path: Path
) -> None:
    fill(record, LITTLE)
    with buyers(home, tmp_path) as running:
        while len(told(tmp_path)) < ORDERS // 4:
            assert any(process.is_alive() for process in running)
            time.sleep(PAUSE_SECONDS)
        for process in running[::KILLED]:
            process.kill()
        for process in running:
            process.join()
    held = assert_agreed(record, LITTLE)
    kept: Counter[str] = Counter()
    for answer in told(tmp_path):
        if answer["state"] == "held":
            kept.update(answer["pieces"])
    # The one that was killed may hold the pieces of one order that it was not told of.
    assert all(0 <= held[sku_id] - kept[sku_id] <= 2 for sku_id in SKUS)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_baskets_in_opposite_orders_wait_for_each_other_and_never_in_a_ring(record: Record) -> None:
    fill(record, PLENTY)
    rounds, waiting = 25, threading.Barrier(2)

    def basket(name: str, skus: tuple[str, ...]) -> None:
        store = SqlRecordStore(record.engine)
        for number in range(rounds):
            wanted = [Wanted(sku_id=sku_id, quantity=1) for sku_id in skus]
            waiting.wait(timeout=20)
            store.write(lambda t, o=f"{name}-{number}", w=wanted: t.stock.reserve(o, w, at=NOW))

    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    threads = [threading.Thread(target=basket, args=each) for each in (("a", SKUS), ("b", SKUS[::-1]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stock_rows(record) == [(sku_id, PLENTY - 2 * rounds, 2 * rounds) for sku_id in SKUS]
    with record.engine.connect() as connection:
        connection.execute(sa.text("SELECT pg_stat_force_next_flush()"))
        assert connection.execute(sa.text(deadlocks)).scalar_one() == 0
