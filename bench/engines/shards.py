"""``python -m bench.engines.shards``: text searches as listings and shards grow, and what a facet costs."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from bench.engines.report import write_shards
from bench.machine import RESULTS, ROOT, alone, save_section
from bench.speed.corpus import make_corpus, read_corpus
from bench.speed.homes import BATCH, BenchHome, site_of
from bench.speed.search import MEASURED_SEED
from ops.elasticsearch.server import Cluster
from pifa.commands.console import progress, say
from pifa.measure import CLASSES, draw_requests
from search_api.requests import SearchRequest
from search_api.service import SearchService
from search_engine.elastic import ElasticStore
from search_engine.elastic.engine import ElasticEngine
from search_engine.plan import Plan

SIZES, SHARDS = (250_000, 500_000, 1_000_000), (4, 2, 1)  # a shrunk index has a divisor of its shards
HEAP_MB = 2_048
YOUNG_ROUNDS = 20  # a young JVM answers its first thousands of searches several times slower
WARM_ROUNDS = 2  # new files come into memory
MEASURED_ROUNDS = 3  # the best of three is taken for each query: what it costs, without what else the machine did
RESAMPLES = 2_000
PER = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Milliseconds at each size, (queries,) each, of one number of shards and one class; the same queries."""

    sizes: Sequence[int]
    milliseconds: np.ndarray

    def slope(self, *, seed: int) -> dict[str, float]:
        """Milliseconds a million listings of the mean search, least squares over the sizes, with the 95 % interval of
        a bootstrap over queries (Efron and Tibshirani 1993)."""
        at = np.array(self.sizes, dtype=float) / PER
        each = (at - at.mean()) @ self.milliseconds / ((at - at.mean()) ** 2).sum()
        chance = np.random.default_rng(seed)
        means = each[chance.integers(0, len(each), (RESAMPLES, len(each)))].mean(axis=1)
        low, high = np.percentile(means, (2.5, 97.5))
        fixed = self.milliseconds.mean() - each.mean() * at.mean()
        # How far the three means lie from their line: an extrapolation that does not say so claims too much.
        miss = np.abs(self.milliseconds.mean(axis=1) - (fixed + each.mean() * at)).max()
        named = {"fixed_ms": fixed, "ms_a_million": each.mean(), "low": low, "high": high, "off_line_ms": miss}
        return {name: round(float(value), 3) for name, value in named.items()}


def main(
    searches: Annotated[int, typer.Option(min=10, help="queries of each class")] = 60,
    seed: Annotated[int, typer.Option()] = 7,
    work: Annotated[Path, typer.Option(help="where the catalog is kept")] = ROOT / "var" / "bench",
    quiet: Annotated[Path | None, typer.Option(help="a lock that is held while searches are timed")] = None,
    results: Annotated[Path, typer.Option()] = RESULTS,
) -> None:
    """Measure and write ``shards.json`` and ``shards.md``. One node, so that shards share its cores: what is seen is
    the work of each, not what more machines would give."""
    folder = work.resolve() / "shards"
    shutil.rmtree(folder, ignore_errors=True)
    cluster = Cluster(folder / "nodes", heap_mb=HEAP_MB).start()
    try:
        home = _home(work.resolve(), folder, cluster, seed=seed)
        found = {}
        requests: Mapping[str, Sequence[SearchRequest]] = {}
        built: dict[str, Any] = {}
        for before, size in zip((0, *SIZES), SIZES, strict=False):
            built[str(size)] = _grow(home, before, size)
            for shards in SHARDS:
                with _shrunk(home, shards) as engine, alone(quiet):
                    parts = replace(home.site.search_parts(engine), encoder=None)
                    if not requests:
                        requests = draw_requests(parts, per_class=searches, seed=MEASURED_SEED)
                        _grow_up(SearchService(parts), requests)
                    found[size, shards] = _timed(engine, SearchService(parts), requests)
                    say(f"{size:,} · {shards} shards: {_medians(found[size, shards])}")
    finally:
        cluster.remove()
    for shards in SHARDS:
        measured = {name: _row(found, name, shards, seed=seed) for name in CLASSES}
        save_section(results / "shards.json", f"{shards} shards", {"built": built, "classes": measured}, seed=seed)
    say(write_shards(results))


def _home(work: Path, folder: Path, cluster: Cluster, *, seed: int) -> BenchHome:
    site = site_of(folder / "home", encoder="none")
    named = {"engine": "elastic", "elastic_url": cluster.url, "elastic_shards": max(SHARDS)}
    site = replace(site, settings=site.settings.model_copy(update=named))
    (folder / "home").mkdir(parents=True, exist_ok=True)
    home = BenchHome(site=site, work=work, listings=max(SIZES), seed=seed)
    make_corpus(site, home.corpus, listings=home.listings, seed=seed)
    return home


def _grow(home: BenchHome, before: int, size: int) -> dict[str, float]:
    """Index listings ``before`` to ``size``; seconds, and bytes a listing when merged."""
    store, site = home.site.store, home.site
    started = time.perf_counter()
    making = store.writer() if before else store.rebuild(vector_space=None, expected=size)
    with making as writer, progress("文本", size - before) as advance:
        seen = 0
        for batch in read_corpus(home.corpus, batch=BATCH, limit=size):
            fresh = batch[max(before - seen, 0) :]
            seen += len(batch)
            if fresh:
                writer.apply(site.assembler.documents(fresh))
                advance(len(fresh))
        writer.commit(feed_cursor=0)
        seconds = time.perf_counter() - started
        writer.optimise()
    assert isinstance(store, ElasticStore)
    stored = store.client.indices.stats(index=store.names.read, metric="store")
    size_b = stored["_all"]["primaries"]["store"]["size_in_bytes"]
    return {"seconds": round(seconds, 1), "kb_a_listing": round(size_b / size / 1e3, 2)}


@contextmanager
def _shrunk(home: BenchHome, shards: int) -> Iterator[ElasticEngine]:
    """A reader over the same listings in so many shards of one segment each; the index is as before at the end."""
    store = home.site.store
    assert isinstance(store, ElasticStore)
    client, read = store.client.options(request_timeout=3_600), store.names.read
    index = next(iter(client.indices.get_alias(name=read)))
    copy = f"shrunk-{shards}"
    if shards < max(SHARDS):
        client.indices.put_settings(index=index, settings={"index.blocks.write": True})
        client.indices.shrink(
            index=index, target=copy, settings={"index.number_of_shards": shards, "index.blocks.write": None}
        )
        client.indices.forcemerge(index=copy, max_num_segments=1)
        client.indices.update_aliases(actions=_moved(read, index, copy))
    try:
        engine = store.reader()
        assert isinstance(engine, ElasticEngine)
        yield engine
    finally:
        if shards < max(SHARDS):
            client.indices.update_aliases(actions=_moved(read, copy, index))
            client.indices.delete(index=copy)
            client.indices.put_settings(index=index, settings={"index.blocks.write": None})


def _moved(alias: str, here: str, there: str) -> list[dict[str, Any]]:
    return [{"remove": {"index": here, "alias": alias}}, {"add": {"index": there, "alias": alias}}]


def _timed(
    engine: ElasticEngine, service: SearchService, requests: Mapping[str, Sequence[SearchRequest]]
) -> dict[str, dict[str, np.ndarray]]:
    """By class: milliseconds of each query whole, and of its plan in the engine with its facets and without."""
    plans: list[Plan] = []
    ask = engine.search

    def noted(plan: Plan) -> Any:
        plans.append(plan)
        return ask(plan)

    measured = {}
    for name, asked in requests.items():
        engine.search = noted  # type: ignore[method-assign]
        for request in asked:
            service.search(request)
        engine.search = ask  # type: ignore[method-assign]
        first, plans[:] = plans[: len(asked)], []
        bare = [replace(plan, facets=()) for plan in first]
        for _ in range(WARM_ROUNDS):
            _each(ask, [*first, *bare])
        measured[name] = {
            "search": _best(service.search, asked),
            "with_facets": _best(ask, first),
            "without": _best(ask, bare),
            "facets": np.array([len(plan.facets) for plan in first]),
        }
    return measured


def _grow_up(service: SearchService, requests: Mapping[str, Sequence[SearchRequest]]) -> None:
    for _ in range(YOUNG_ROUNDS):
        for asked in requests.values():
            _each(service.search, asked)


def _best(ask: Any, questions: Sequence[Any]) -> np.ndarray:
    return np.min([_each(ask, questions) for _ in range(MEASURED_ROUNDS)], axis=0)


def _each(ask: Any, questions: Sequence[Any]) -> list[float]:
    took = []
    for question in questions:
        started = time.perf_counter()
        ask(question)
        took.append((time.perf_counter() - started) * 1000)
    return took


def _row(found: Mapping[Any, Any], name: str, shards: int, *, seed: int) -> dict[str, Any]:
    """One class over the sizes."""
    each = [found[size, shards][name] for size in SIZES]
    counts = each[0]["facets"]
    facets = [(one["with_facets"] - one["without"]) / np.maximum(counts, 1) for one in each]
    return {
        "p50_ms": [round(float(np.median(one["search"])), 2) for one in each],
        "p99_ms": [round(float(np.percentile(one["search"], 99)), 2) for one in each],
        "slope": Asked(SIZES, np.array([one["search"] for one in each])).slope(seed=seed),
        "facets": round(float(counts.mean()), 1),
        "facet_ms": [round(float(one.mean()), 3) for one in facets],
        "facet_slope": Asked(SIZES, np.array(facets)).slope(seed=seed),
    }


def _medians(measured: Mapping[str, Mapping[str, np.ndarray]]) -> str:
    return ", ".join(f"{name} {np.median(each['search']):.1f} ms" for name, each in measured.items())


if __name__ == "__main__":
    typer.run(main)
