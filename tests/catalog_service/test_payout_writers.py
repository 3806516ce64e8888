"""Many processes withdraw the same earnings at once, with a quarter of their connections ended again and again, or one
of them killed: no more leaves than is free, and what was answered for is there once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.catalog_service.house import rows
from tests.catalog_service.operator import PAUSE_SECONDS, end_connections
from tests.catalog_service.order_writer import GATEWAY_FILE, withdraw
from tests.catalog_service.test_many_writers import PROCESSES
from tests.catalog_service.test_order_writers import answers
from tests.catalog_service.trade import Market, earn, open_market

WRITERS, TIMES, FEN = 4, 8, 1_000
EARNED_FEN = 10 * 1_250 + 800
DISPUTED_FEN = 2_800  # so that ten and a half withdrawals are free, of the 32 that are asked for


@pytest.fixture
def market(home: Path) -> Market:
    market = open_market(home, gateway_file=home / GATEWAY_FILE)
    order_id = earn(market)
    market.refund(order_id, DISPUTED_FEN)
    return market


def assert_whole(market: Market, told: list[str], *, least: int) -> None:
    for _ in range(4):
        market.ordering.deliver_sandbox_notices()
        market.later(3_600)
    assert market.ordering.verify().faults == ()
    found = {payout_id for (payout_id,) in rows(market.record, "SELECT payout_id FROM payouts WHERE state = 'paid'")}
    given = [payout_id for payout_id in told if payout_id != "refused"]
    assert set(given) <= found
    assert len(set(given)) == len(given)
    assert least <= len(found) <= 10
    lines = [line for line in market.gateway.statement(since=0, until=2**40) if line.kind == "payout"]
    assert sorted(line.reference for line in lines) == sorted(found)
    assert market.funds().payable_fen == EARNED_FEN - FEN * len(found)
    assert market.funds().payable_fen >= DISPUTED_FEN
    assert market.balances()["payout"] == market.balances()["total"] == 0


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_with_a_quarter_of_the_connections_ended_no_more_leaves_than_is_free(
    market: Market, home: Path, tmp_path: Path
) -> None:
    arguments = [
        (home, number, TIMES, FEN, tmp_path / f"trader-{number}", market.clock.now()) for number in range(WRITERS)
    ]
    running = [PROCESSES.Process(target=withdraw, args=each) for each in arguments]
    for process in running:
        process.start()
    ended = end_connections(home, running, pause_seconds=PAUSE_SECONDS / 5)
    assert [process.exitcode for process in running] == [0] * WRITERS
    told = answers(tmp_path)
    assert len(told) == WRITERS * TIMES
    assert ended >= 1
    assert_whole(market, told, least=10)
    market.close()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_with_a_process_killed_no_more_leaves_than_is_free(market: Market, home: Path, tmp_path: Path) -> None:
    arguments = [
        (home, number, TIMES, FEN, tmp_path / f"trader-{number}", market.clock.now()) for number in range(WRITERS)
    ]
    running = [PROCESSES.Process(target=withdraw, args=each) for each in arguments]
    for process in running:
        process.start()
    while len(answers(tmp_path)) < 3:
        assert any(process.is_alive() for process in running)
        time.sleep(PAUSE_SECONDS / 10)
    running[0].kill()
    for process in running:
        process.join()
    assert [process.exitcode for process in running[1:]] == [0, 0, 0]
    assert_whole(market, answers(tmp_path), least=10)
    market.close()
