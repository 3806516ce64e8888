"""``python -m bench.speed``: every measurement at 100,000 and 1,000,000 listings, section by section."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.machine import RESULTS, ROOT, save_section
from bench.speed.beside import beside
from bench.speed.homes import BenchHome, bench_home, build
from bench.speed.indexing import bge_beside_onnxruntime, indexing
from bench.speed.publishing import publishing
from bench.speed.recall import recall
from bench.speed.report import write_report
from bench.speed.search import in_process, over_http
from pifa.commands.console import say

SIZES = (100_000, 1_000_000)
SMALL_ONLY = frozenset({"bge", "publish"})  # what does not depend on the size of the index is measured once

Section = Callable[[BenchHome, int], Mapping[str, Any]]
SECTIONS: Mapping[str, Section] = {
    "index": lambda home, _: indexing(home),
    "bge": lambda home, _: bge_beside_onnxruntime(home),
    "search": lambda home, searches: in_process(home, searches=searches),
    "http": lambda home, searches: over_http(home, searches=searches),
    "peers": lambda home, searches: beside(home, searches=searches),
    "recall": lambda home, _: recall(home),
    "publish": lambda home, _: publishing(home),
}


def main(
    listings: Annotated[list[int] | None, typer.Option(help="sizes; 100,000 and 1,000,000 when not given")] = None,
    only: Annotated[list[str] | None, typer.Option(help=f"sections: {', '.join(SECTIONS)}")] = None,
    searches: Annotated[int, typer.Option(min=10, help="queries of each class")] = 300,
    seed: Annotated[int, typer.Option()] = 7,
    work: Annotated[Path, typer.Option(help="where homes are built and kept")] = ROOT / "var" / "bench",
    results: Annotated[Path, typer.Option()] = RESULTS,
) -> None:
    """Measure, write ``speed-<listings>.json`` section by section, and the tables of ``speed.md``."""
    for size in listings or SIZES:
        home = bench_home(work.resolve(), listings=size, seed=seed)
        for name in only or SECTIONS:
            if name in SMALL_ONLY and size != min(listings or SIZES):
                continue
            built = build(home) if name != "index" else {}
            say(f"{size:,} · {name}")
            gc.collect()
            measured = SECTIONS[name](home, searches)
            save_section(results / f"speed-{size}.json", name, {**measured, "home_built_s": built}, seed=seed)
    say(write_report(results))


if __name__ == "__main__":
    typer.run(main)
