"""Processes of the tests of ordering: one is killed once it has committed, before anybody hears the answer; others live
orders beside each other, each deed until it has an answer, as clients with an Idempotency-Key do."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from catalog_service.adapters.sql.store import SqlRecordStore
from catalog_service.domain.deeds import DeedRequest
from kernel.clock import FixedClock
from kernel.errors import Conflict, Unavailable
from tests.catalog_service.trade import ADDRESS, BUYER, SELLER, Market, open_market

GATEWAY_FILE = "gateway.sqlite3"  # in the home: one payment service for all processes
SKU, PIECES = "k-1", 2


def place_and_die(home: Path, key: str) -> None:
    market = open_market(home, lay=False)
    write = SqlRecordStore.write

    def write_and_die(self: SqlRecordStore, work: Any) -> Any:
        write(self, work)
        os.kill(os.getpid(), signal.SIGKILL)

    SqlRecordStore.write = write_and_die  # type: ignore[method-assign]
    market.place_all(market.draft(("k-1", 1)), key=key)


def answered(deed: Callable[[], Any]) -> Any:
    """The answer, asked for again while the database is away; None when it is refused."""
    while True:
        try:
            return deed()
        except Unavailable:
            time.sleep(0.01)
        except Conflict:
            return None


def live(home: Path, number: int, lives: int, answers: Path) -> None:
    """Place, pay, ship, confirm; every second one is cancelled or refunded half-way. A line for each order that was
    answered for."""
    market: Market | None = None
    while market is None:
        try:
            market = open_market(home, gateway_file=home / GATEWAY_FILE, lay=False)
        except Unavailable:
            time.sleep(0.01)
    with answers.open("w", buffering=1) as told:
        for count in range(lives):
            name = f"w{number}-{count}"
            order_id = answered(lambda name=name: _place(market, name))
            if order_id is None:
                told.write("refused\n")
                continue
            told.write(f"{order_id}\n")
            _go_on(market, order_id, name, count)
    market.close()


def _place(market: Market, name: str) -> str:
    request = DeedRequest(actor=name, key=f"{name}-place", fingerprint="f")
    draft = market.draft((SKU, PIECES), out_order_id=name)
    return str(market.ordering.place(drafts=[draft], address=ADDRESS, by=BUYER, request=request).facts["orders"])


def _go_on(market: Market, order_id: str, name: str, count: int) -> None:
    def ask(deed: str) -> DeedRequest:
        return DeedRequest(actor=name, key=f"{name}-{deed}", fingerprint="f")

    ordering = market.ordering
    if count % 4 == 0:
        answered(lambda: ordering.cancel(order_id=order_id, reason="不要", by=BUYER, request=ask("cancel")))
        return
    amount_fen = PIECES * market.prices.prices[SKU] + 800
    paid = answered(
        lambda: ordering.pay(order_id=order_id, amount_fen=amount_fen, by=BUYER, request=ask("pay")).subject_id
    )
    answered(lambda: market.gateway.pay(paid))
    answered(ordering.deliver_sandbox_notices)
    if count % 4 == 2:
        refund = answered(
            lambda: ordering.open_refund(
                order_id=order_id, amount_fen=amount_fen, with_goods=False, reason="不要", by=BUYER,
                request=ask("refund"),
            )
        )  # fmt: skip
        if refund is not None:
            refund_id = refund.facts["refund_id"]
            answered(
                lambda: ordering.agree_refund(order_id=order_id, refund_id=refund_id, by=SELLER, request=ask("agree"))
            )
        return
    answered(
        lambda: ordering.ship(
            order_id=order_id, parts=None, carrier="顺丰", waybill="1", expected_version=None, by=SELLER,
            request=ask("ship"),
        )
    )  # fmt: skip
    answered(lambda: ordering.confirm(order_id=order_id, by=BUYER, request=ask("confirm")))


def withdraw(home: Path, number: int, times: int, fen: int, answers: Path, now: int) -> None:
    """Ask for so much of the seller's earnings so many times, and have what is due paid out. A line for each answer."""
    market: Market | None = None
    while market is None:
        try:
            market = open_market(home, gateway_file=home / GATEWAY_FILE, lay=False, clock=FixedClock(now))
        except Unavailable:
            time.sleep(0.01)
    with answers.open("w", buffering=1) as told:
        for count in range(times):
            request = DeedRequest(actor=f"w{number}", key=f"w{number}-{count}", fingerprint="f")
            found = answered(lambda request=request: market.withdraw(fen, request=request))
            told.write(f"{found or 'refused'}\n")
            answered(market.ordering.sweep)
    market.close()
