"""``python -m bench.ray``: the catalog prepared by one process and by workers of Ray Data on the same two cores, and
what a rebuild saves by it. Runs in the environment of the extras (``make extras`` makes it)."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.machine import RESULTS, ROOT, save_section
from bench.speed.homes import NO_GRAPH, site_of
from bench.speed.report import table
from catalog_service.service import Record
from indexer.encode import encode_pending
from indexer.prepared.on_ray import LOCAL, made_on_ray
from indexer.prepared.partitions import Partition
from indexer.prepared.prepare import Executor, Preparation, made_here
from pifa.commands.console import say
from pifa.commands.demo_data import fill_record
from pifa.commands.prepare import open_maker
from pifa.wiring import Installation
from search_engine.embedded.store import EmbeddedStore

HEADER = """# Preparing on Ray Data

Written by `python -m bench.ray` from `ray.json`, which holds machine, seed, commit, date, load and library versions of
every section. The same partitions of the demo catalog are cut, encoded and made into files' bytes, to the same bytes
each time. The rate is taken between the first partition of each worker and the last; start-up is what the whole took
beyond that: Ray's processes, dictionaries, model, and their end. A worker of Ray has as many cores as its encoder has
threads. The cores are shared with whatever else runs: the load stands in the file. Of several runs the quickest counts.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is prepared: an encoder, how many listings, how many in a partition (a few dozen partitions in all, so that
    two workers end at about the same time)."""

    encoder: str
    listings: int
    partition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How: ``workers`` None is one process without Ray."""

    name: str
    workers: int | None
    threads: int


SUBJECTS = {
    "bge": Subject(encoder="bge", listings=6_000, partition=100),
    "static": Subject(encoder="static", listings=100_000, partition=2_000),
}
# The static encoder has one thread whatever it is given, so the ways with two are BGE's alone.
WAYS = (
    Way(name="one process, 1 thread", workers=None, threads=1),
    Way(name="one process, 2 threads", workers=None, threads=2),
    Way(name="Ray, 1 worker of 1 thread", workers=1, threads=1),
    Way(name="Ray, 1 worker of 2 threads", workers=1, threads=2),
    Way(name="Ray, 2 workers of 1 thread", workers=2, threads=1),
)
BASE = WAYS[0].name


def main(
    only: Annotated[list[str] | None, typer.Option(help=f"of {', '.join(SUBJECTS)}")] = None,
    runs: Annotated[int, typer.Option(min=1)] = 2,
    seed: Annotated[int, typer.Option()] = 7,
    work: Annotated[Path, typer.Option(help="where homes are built and kept")] = ROOT / "var" / "bench",
    results: Annotated[Path, typer.Option()] = RESULTS,
) -> None:
    """Measure, write ``ray.json`` section by section, and the tables of ``ray.md``."""
    for name in only or SUBJECTS:
        subject = SUBJECTS[name]
        site = filled(work.resolve(), subject, seed=seed)
        ways = [way for way in WAYS if name == "bge" or way.threads == 1]
        measured = {**preparing(site, subject, ways, runs=runs), "rebuild": rebuilding(site, subject, work)}
        save_section(results / "ray.json", name, measured, seed=seed)
    say(write_report(results))


def filled(work: Path, subject: Subject, *, seed: int) -> Installation:
    """A home whose record holds the demo catalog, made once and kept; the model is that of ``make bench``."""
    site = site_of(work / f"ray-{subject.listings}-{seed}", encoder=subject.encoder)
    models = site.home.models
    if subject.encoder == "bge" and not models.exists() and (work / "models").exists():
        models.symlink_to(work / "models")
    with site.record() as record:
        if not record.catalog.live_count():
            fill_record(site, record, listings=subject.listings, seed=seed)
    return site


def preparing(site: Installation, subject: Subject, ways: list[Way], *, runs: int) -> dict[str, Any]:
    """Seconds of every way; raises when two ways make different bytes."""
    with site.record() as record:
        preparation = _preparation(site, record, subject)
        started = time.perf_counter()
        plan = preparation.plan(progress=lambda _: None)
        planned = time.perf_counter() - started
    measured: dict[str, dict[str, float]] = {}
    digests = set()
    for _ in range(runs):
        for way in ways:
            say(f"{subject.encoder} · {way.name}")
            found, digest = _measure(site, way, plan)
            digests.add(digest)
            measured[way.name] = max(found, measured.get(way.name, found), key=lambda each: each["per_second"])
    if len(digests) != 1:
        raise RuntimeError(f"{subject.encoder}: the ways made {len(digests)} different sets of bytes")
    for each in measured.values():
        each["speedup"] = round(each["per_second"] / measured[BASE]["per_second"], 3)
    listings = sum(each.count for each in plan)
    return {"listings": listings, "partitions": len(plan), "plan_s": round(planned, 2), "ways": measured}


def _preparation(site: Installation, record: Record, subject: Subject) -> Preparation:
    return Preparation(
        catalog=record.catalog,
        folder=site.prepared_folder,
        fingerprint=site.fingerprint,
        listings=subject.partition,
    )


def _measure(site: Installation, way: Way, plan: list[Partition]) -> tuple[dict[str, float], str]:
    """The rate from when every worker may have given one partition to the last, what the whole run took beyond all
    listings at that rate (start-up and shutdown), and a digest of all that was made."""
    counts = {partition.key: partition.count for partition in plan}
    given, digests = [], []
    started = time.perf_counter()
    with _executor(site, way) as execute:
        for made in execute(plan):
            given.append((time.perf_counter(), counts[made.key]))
            digests.append(hashlib.sha256(made.content).hexdigest())
    total = time.perf_counter() - started
    first = (way.workers or 1) - 1
    rate = sum(count for _, count in given[first + 1 :]) / (given[-1][0] - given[first][0])
    startup = max(0.0, total - sum(counts.values()) / rate)
    found = {"total_s": round(total, 2), "startup_s": round(startup, 2), "per_second": round(rate, 1)}
    return found, hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()


@contextmanager
def _executor(site: Installation, way: Way) -> Iterator[Executor]:
    settings = site.settings.model_copy(update={"encoder_threads": way.threads})
    opened = partial(open_maker, settings, site.home.directory)
    if way.workers is not None:
        yield made_on_ray(opened, address=LOCAL, workers=way.workers, threads=way.threads)
        return
    with opened() as maker:
        yield made_here(maker)


def rebuilding(site: Installation, subject: Subject, work: Path) -> dict[str, float]:
    """Seconds of text and of vectors (without the graph), without and with everything prepared."""
    site.prepared_folder.keep(())
    measured = {f"{name}_s": seconds for name, seconds in _rebuild(site, work).items()}
    with site.record() as record, site.prepared_folder.writing():
        preparation = _preparation(site, record, subject)
        plan = preparation.plan(progress=lambda _: None)
        preparation.run(plan, plan, made_here(site.partition_maker(record)), progress=lambda _: None)
    size = sum(path.stat().st_size for path in site.home.prepared.glob("*.parquet"))
    again = Installation(site.settings, site.home)
    measured |= {f"prepared_{name}_s": seconds for name, seconds in _rebuild(again, work).items()}
    return {**measured, "prepared_mb": round(size / 1e6, 1)}


def _rebuild(site: Installation, work: Path) -> dict[str, float]:
    scratch = work / "scratch-ray"
    shutil.rmtree(scratch, ignore_errors=True)
    store = EmbeddedStore(scratch, NO_GRAPH)
    _ = site.assembler, site.encoder  # loaded before the clock runs
    with site.record() as record:
        opened = _timed(lambda: site.prepared)
        text = _timed(lambda: replace(site.rebuilder(record), store=store).rebuild(vector_space=site.vector_space))
    encoder = site.document_encoder
    if encoder is None:
        raise RuntimeError("the benchmark needs an encoder")
    with store.writer() as writer:
        vectors = _timed(lambda: encode_pending(writer, encoder))
        writer.publish_vectors()
    shutil.rmtree(scratch)
    return {"opened": opened, "text": text, "vectors": vectors}


def _timed(deed: Callable[[], object]) -> float:
    started = time.perf_counter()
    deed()
    return round(time.perf_counter() - started, 2)


def write_report(folder: Path) -> str:
    """Write ``ray.md``; gives its path as text."""
    lines = [HEADER]
    for name, measured in json.loads((folder / "ray.json").read_text("utf-8")).items():
        lines += _tables(name, measured)
    path = folder / "ray.md"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return str(path)


def _tables(name: str, measured: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {name}: {measured['listings']:,} listings in {measured['partitions']} partitions\n"
    load = measured["machine"]["load_1_5_15_min"][0]
    yield f"Load of the machine when it ended: {load}. The plan (reading, digests): {measured['plan_s']} s.\n"
    keys = ("total_s", "startup_s", "per_second", "speedup")
    rows = [[way, *(each[key] for key in keys)] for way, each in measured["ways"].items()]
    yield from table(
        "Cutting and encoding", ["how", "in all s", "of it start-up s", "listings/s", f"times “{BASE}”"], rows
    )
    rebuild = measured["rebuild"]
    rows = [
        [label, *(rebuild[f"{prefix}{step}_s"] for step in ("opened", "text", "vectors"))]
        for label, prefix in (("nothing prepared", ""), ("all prepared", "prepared_"))
    ]
    yield from table("A rebuild of it", ["", "opening what is prepared s", "text s", "vectors s"], rows)
    yield f"The partitions take {rebuild['prepared_mb']} MB.\n"


if __name__ == "__main__":
    typer.run(main)
