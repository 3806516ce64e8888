"""Many processes trade in little stock while a quarter of their connections is ended again and again, or some of them
are killed: nothing is sold that was not there, nothing paid is without its ledger rows, and no money stays behind."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from tests.catalog_service.house import rows
from tests.catalog_service.operator import PAUSE_SECONDS, end_connections
from tests.catalog_service.order_writer import GATEWAY_FILE, SKU, live
from tests.catalog_service.test_many_writers import PROCESSES
from tests.catalog_service.trade import Market, open_market

WRITERS, LIVES = 4, 15
STOCK = 60  # pieces: fewer than are asked for, as those of orders that end early come back


def assert_whole(market: Market, told: list[str]) -> None:
    """After everything that is on its way has arrived."""
    record = market.record
    for _ in range(4):
        market.ordering.deliver_sandbox_notices()
        market.later(market.ordering.desk.options.retry_seconds_max)
    assert market.ordering.verify().faults == ()
    assert market.balances()["suspense"] == 0
    held_fen = rows(record, "SELECT coalesce(sum(paid_fen - refunded_fen - released_fen), 0) FROM orders")[0][0]
    assert market.balances()["escrow"] == held_fen
    ended = "('success', 'cancel', 'terminated')"
    assert rows(
        record, f"SELECT count(*) FROM orders WHERE state IN {ended} AND paid_fen <> refunded_fen + released_fen"
    ) == [(0,)]
    paid = set(rows(record, "SELECT order_id FROM orders WHERE paid_fen > 0"))
    funded = set(rows(record, "SELECT chain_id FROM ledger_entries WHERE kind = 'fund'"))
    assert paid == funded
    free, reserved = rows(record, f"SELECT available, reserved FROM stock WHERE sku_id = '{SKU}'")[0]
    held, gone = rows(record, "SELECT coalesce(sum(held), 0), coalesce(sum(shipped), 0) FROM reservations")[0]
    assert held == reserved
    assert (free + gone + held, free >= 0) == (STOCK, True)
    placed = {order_id for (order_id,) in rows(record, "SELECT order_id FROM orders")}
    orders = [order_id for order_id in told if order_id != "refused"]
    assert set(orders) <= placed
    assert set(Counter(orders).values()) == {1}


def answers(folder: Path) -> list[str]:
    """What the processes were told; a line that a kill cut off was not told."""
    return [
        line.strip()
        for path in folder.glob("trader-*")
        for line in path.read_text().splitlines(keepends=True)
        if line.endswith("\n")
    ]


@pytest.fixture
def market(home: Path) -> Market:
    return open_market(home, gateway_file=home / GATEWAY_FILE, pieces=STOCK)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_with_a_quarter_of_the_connections_ended_everything_is_whole(
    market: Market, home: Path, tmp_path: Path
) -> None:
    arguments = [(home, number, LIVES, tmp_path / f"trader-{number}") for number in range(WRITERS)]
    running = [PROCESSES.Process(target=live, args=each) for each in arguments]
    for process in running:
        process.start()
    ended = end_connections(home, running)
    assert [process.exitcode for process in running] == [0] * WRITERS
    told = answers(tmp_path)
    assert len(told) == WRITERS * LIVES
    assert ended >= WRITERS
    assert_whole(market, told)
    market.close()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_with_a_process_killed_everything_is_whole(market: Market, home: Path, tmp_path: Path) -> None:
    arguments = [(home, number, LIVES, tmp_path / f"trader-{number}") for number in range(WRITERS)]
    running = [PROCESSES.Process(target=live, args=each) for each in arguments]
    for process in running:
        process.start()
    while len(answers(tmp_path)) < LIVES:
        assert any(process.is_alive() for process in running)
        time.sleep(PAUSE_SECONDS)
    running[0].kill()
    for process in running:
        process.join()
    assert [process.exitcode for process in running] == [-9, 0, 0, 0]
    assert_whole(market, answers(tmp_path))
    market.close()
