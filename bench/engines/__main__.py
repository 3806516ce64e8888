"""``python -m bench.engines``: index, search, recall and what our layer adds, for each engine and kind of vectors."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer

from bench.engines.layer import layer_over_bare_search
from bench.engines.report import write_report
from bench.machine import RESULTS, ROOT, alone, save_section
from bench.speed.homes import BenchHome, bench_home, build, write_text, write_vectors
from bench.speed.recall import recall
from bench.speed.search import WARM_SEED, in_process
from ops.elasticsearch.server import Cluster
from pifa.commands.console import say
from pifa.home import Home
from pifa.measure import draw_requests, time_searches
from pifa.wiring import Installation
from search_api.service import SearchService

KINDS = ("beside", "int8_hnsw", "bbq_hnsw")
# A third of a listing's text and columns is kept in the page cache; the heap holds requests and aggregations alone.
HEAP_MB = 2_048
YOUNG_ROUNDS = 8  # 4,000 searches of 100 a class


def main(
    listings: Annotated[list[int] | None, typer.Option(help="sizes; 100,000 when not given")] = None,
    kinds: Annotated[list[str] | None, typer.Option(help=f"where vectors are: {', '.join(KINDS)}")] = None,
    shards: Annotated[int, typer.Option(min=1)] = 1,
    searches: Annotated[int, typer.Option(min=10, help="queries of each class")] = 100,
    seed: Annotated[int, typer.Option()] = 7,
    work: Annotated[Path, typer.Option(help="where homes are built and kept")] = ROOT / "var" / "bench",
    quiet: Annotated[Path | None, typer.Option(help="a lock that is held while searches are timed")] = None,
    results: Annotated[Path, typer.Option()] = RESULTS,
) -> None:
    """Measure, write ``engines-<listings>.json`` engine by engine, and the tables of ``engines.md``."""
    for size in listings or (100_000,):
        embedded = bench_home(work.resolve(), listings=size, seed=seed)
        built = build(embedded)
        path = results / f"engines-{size}.json"
        say(f"{size:,} · embedded")
        with alone(quiet):
            measured = {
                "built_s": built,
                "disk_mb": _megabytes(embedded.site.home.index),
                "search": in_process(embedded, searches=searches),
                "recall": recall(embedded),
            }
        save_section(path, "embedded", measured, seed=seed)
        for kind in kinds or KINDS:
            say(f"{size:,} · {kind}, {shards} shards")
            with _over_elastic(embedded, kind=kind, shards=shards) as (home, cluster):
                built = _index(home, cluster)
                with alone(quiet):
                    grow_up(home, searches=searches)
                    measured = {
                        **built,
                        "search": in_process(home, searches=searches),
                        "recall": recall(embedded, home.site.store.reader()),
                        "layer": layer_over_bare_search(home, searches=searches),
                        "node_mb": _resident(cluster),
                    }
                save_section(path, kind if shards == 1 else f"{kind}, {shards} shards", measured, seed=seed)
    say(write_report(results))


@contextmanager
def _over_elastic(embedded: BenchHome, *, kind: str, shards: int) -> Iterator[tuple[BenchHome, Cluster]]:
    """The same catalog's home over a server that has nothing yet."""
    directory = embedded.work / "elastic"
    shutil.rmtree(directory, ignore_errors=True)
    cluster = Cluster(directory / "nodes", heap_mb=HEAP_MB).start()
    try:
        named = {"engine": "elastic", "elastic_url": cluster.url, "elastic_vectors": kind, "elastic_shards": shards}
        settings = embedded.site.settings.model_copy(update={**named, "home": directory / "home"})
        (directory / "home").mkdir(parents=True)
        yield replace(embedded, site=Installation(settings, Home(directory / "home").open())), cluster
    finally:
        cluster.stop()
        shutil.rmtree(directory, ignore_errors=True)


def grow_up(home: BenchHome, *, searches: int) -> None:
    """Ask until the server has compiled what it runs: a young JVM answers its first thousands several times slower."""
    parts = home.site.search_parts(home.site.store.reader())
    service = SearchService(parts)
    for asked in draw_requests(parts, per_class=searches, seed=WARM_SEED).values():
        time_searches(service, list(asked) * YOUNG_ROUNDS)


def _index(home: BenchHome, cluster: Cluster) -> dict[str, Any]:
    """Seconds of each step, and what it takes on the disk."""
    steps: Mapping[str, Callable[[], None]] = {
        "text": lambda: write_text(home, home.site.store),
        "vectors": lambda: write_vectors(home, home.site.store),
    }
    seconds = {}
    for name, step in steps.items():
        started = time.perf_counter()
        step()
        seconds[name] = round(time.perf_counter() - started, 2)
    beside = _megabytes(home.site.home.directory / "vectors")
    stored = cluster.get("/_stats/store?filter_path=_all.primaries.store.size_in_bytes") or {}
    inside = stored["_all"]["primaries"]["store"]["size_in_bytes"] / 1e6
    return {"built_s": seconds, "disk_mb": round(inside + beside, 1)}


def _megabytes(folder: Path) -> float:
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6, 1)


def _resident(cluster: Cluster) -> float:
    """Megabytes of the nodes, heap and all."""
    running = [node.process.pid for node in cluster.nodes if node.process]
    return round(sum(psutil.Process(pid).memory_info().rss for pid in running) / 1e6, 1)


if __name__ == "__main__":
    typer.run(main)
