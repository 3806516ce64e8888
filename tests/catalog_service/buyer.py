"""A process of ``test_oversell``: orders pieces of the same few SKUs as its siblings and cancels some, each deed
until it has an answer."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from pathlib import Path

from catalog_service.adapters.sql.store import SqlRecordStore, SqlRecordTransaction
from catalog_service.domain.prices.values import Wanted
from catalog_service.ports.record import CommitUnknown
from catalog_service.ports.stock import AlreadyReserved, OutOfStock
from kernel.errors import Unavailable
from tests.catalog_service.house import NOW
from tests.catalog_service.writer import opened

SKUS = ("o-0", "o-1", "o-2")


def buy(home: Path, number: int, orders: int, answers: Path) -> None:
    """So many orders of one to three SKUs, in any order of SKUs; what was got is told, a line of JSON an order."""
    record, dice = opened(home), random.Random(number)
    store = SqlRecordStore(record.engine)
    with answers.open("w", buffering=1) as file:
        for count in range(orders):
            order_id = f"order-{number}-{count}"
            skus = dice.sample(SKUS, dice.randint(1, 3))  # baskets in opposite orders
            wanted = [Wanted(sku_id=sku_id, quantity=dice.randint(1, 2)) for sku_id in skus]
            state = "held" if got(store, order_id, wanted) else "refused"
            if state == "held" and dice.random() < 0.3:
                until_done(store, lambda t, order_id=order_id: t.stock.release(order_id, at=NOW))
                state = "released"
            pieces = {line.sku_id: line.quantity for line in wanted}
            file.write(json.dumps({"order": order_id, "state": state, "pieces": pieces}) + "\n")
    record.close()


def got(store: SqlRecordStore, order_id: str, wanted: list[Wanted]) -> bool:
    """Whether the order holds its pieces; asked again after an unknown commit, it may hold them already."""
    try:
        until_done(store, lambda t: t.stock.reserve(order_id, wanted, at=NOW))
    except AlreadyReserved:
        return True
    except OutOfStock:
        return False
    return True


def until_done(store: SqlRecordStore, work: Callable[[SqlRecordTransaction], None]) -> None:
    while True:
        try:
            store.write(work)
            return
        except (Unavailable, CommitUnknown):
            time.sleep(0.01)
