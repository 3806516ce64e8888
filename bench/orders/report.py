"""The tables of ``bench/results/orders.md``, from the result file alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.speed.report import table

HEADER = """# Order lives

Written by `python -m bench.orders` from `orders.json`, which holds machine, seed, commit, date, load and library
versions of every section. A life: placed (3 lines), paid (intent, callback), shipped, confirmed; every deed under a
key of its own, six commits in all (to pay takes three: intent, handed in, callback). `bare writes`: the very
statements that a life writes, played again on the driver in as many commits with nothing beside them: the limit is
the better of the two. Whatever is answered is on disk (decision 0017; PostgreSQL with `fsync`). Clients are processes
on the cores that the database uses too; "1 × 4" is one process of four threads, as `pifa serve` is. Each life is
priced for its client first, as a preview would be: that is in the rate, and not in the times. `from due`: from the
moment when a life was to begin, so that waiting for a late one counts. `busy`: refused, to be asked again.
On PostgreSQL a deed's new rows go as one statement (decision 0019), so `bare writes` plays them so too.
"""
RUNS = {
    "bare_writes": "bare writes",
    "bare_writes_one_client": "bare writes, one client",
    "lives_spread": "lives, 3,000 SKUs",
    "lives_one_process": "lives, 3,000 SKUs, one process",
    "lives_one_client": "lives, 3,000 SKUs, one client",
    "lives_hot_sku": "lives, one hot SKU",
    "reservations_hot_sku": "reservations of one hot SKU",
    "lives_paced": "lives, paced",
    "lives_over_http": "lives over HTTP, one server process",
}
HEAD = (
    "what",
    "clients",
    "a second",
    "p50 ms",
    "p99 ms",
    "p99 of create",
    "pay",
    "ship",
    "confirm",
    "from due",
    "busy",
)


def write(path: Path) -> str:
    """Write ``orders.md`` beside the result file; gives its text."""
    result = json.loads(path.read_text("utf-8"))
    lines = [HEADER]
    for name in ("sqlite", "postgresql"):
        if name in result:
            lines += _database(name, result[name])
        if f"{name}_year" in result:
            lines += _year(name, result[f"{name}_year"])
    text = "\n".join(lines) + "\n"
    path.with_suffix(".md").write_text(text, "utf-8")
    return text


def _database(name: str, found: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {name}\n"
    machine = found["machine"]
    yield (
        f"{machine['cpu']}, {machine['cores']} cores; commit {found['commit']}, {found['date']}; load when it ended"
        f" {machine['load_1_5_15_min'][0]}. {found['note']}\n"
    )
    yield (
        f"The limit is {found['limit_per_second']} a second; the lives reach {found['of_the_limit']:.0%} of it."
        f" {found['orders']:,} orders were placed, {found['ended']:,} of them lived to their end.\n"
    )
    yield from table("Lives and writes", HEAD, [_row(title, found[run]) for run, title in RUNS.items() if run in found])


def _row(title: str, run: Mapping[str, Any]) -> list[object]:
    spread = run["ms"]
    whole = next(spread[name] for name in ("life", "reserve", "bare") if name in spread)
    asked = f" (asked {run['asked_per_second']})" if "asked_per_second" in run else ""
    parts = [spread[name]["p99"] if name in spread else "" for name in ("create", "pay", "ship", "confirm", "from_due")]
    clients = f"{run['processes']} × {run['threads']}"
    return [title, clients, f"{run['per_second']}{asked}", whole["p50"], whole["p99"], *parts, run["refused"]]


def _year(name: str, found: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {name}: a year in the tables\n"
    yield (
        f"{found['rows']:,} rows in all tables ({found['orders']:,} orders), filled in {found['filled_in_seconds']} s;"
        f" commit {found['commit']}, load when it ended {found['machine']['load_1_5_15_min'][0]}. {found['note']}\n"
    )
    yield (
        f"p99 of a life is {found['p99_times']} times what it was as fast as they come,"
        f" {found['p99_times_paced']} times at half of that.\n"
    )
    runs = {"before": "before", "after": "after", "paced_before": "before, paced", "paced_after": "after, paced"}
    yield from table("Lives", HEAD, [_row(title, found[run]) for run, title in runs.items()])
