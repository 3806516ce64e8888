"""``pifa prepare``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from catalog_service.service import Record
from indexer.prepared.make import PartitionMaker
from indexer.prepared.on_ray import LOCAL, made_on_ray
from indexer.prepared.partitions import PARTITION_LISTINGS
from indexer.prepared.prepare import Executor, Preparation, Prepared, made_here
from kernel.errors import Invalid
from pifa.commands.console import HomeOption, JsonOption, print_json, progress, say
from pifa.home import Home
from pifa.settings import Settings
from pifa.wiring import Installation, installation

# On two cores two workers of one thread make as much as one of two (448 and 440 listings/s, bench/results/ray.md), and
# one core is what every machine of a cluster has to give.
WORKER_THREADS = 1
LISTINGS_MAX = 20_000  # a partition may be twice this, and is in a worker's memory whole: some 200 MB


class WorkersUnclear(Invalid):
    """How many workers is not said, or is said where there are none."""

    code = "workers_unclear"


def prepare(
    home: HomeOption = None,
    ray: Annotated[
        str | None, typer.Option("--ray", help="用 Ray 制作：local（本机各核）、auto 或 集群地址 host:port")
    ] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Ray 进程数；local 默认每核一个")] = None,
    listings: Annotated[
        int, typer.Option("--partition", min=1, max=LISTINGS_MAX, help="每个分区大约多少条")
    ] = PARTITION_LISTINGS,
    as_json: JsonOption = False,
) -> None:
    """Cut and encode the catalog by partitions, for the next rebuild; a run that was stopped goes on where it was."""
    site = installation(home)
    with site.record() as record, site.prepared_folder.writing():
        execute = choose_executor(site, record, ray=ray, workers=workers)
        done = prepare_catalog(site, record, execute, listings=listings)
    if as_json:
        print_json({"whole": done.whole, "made": done.made, "changed": done.changed})
        return
    say(f"分区：原有完好 {done.whole:,}，新做 {done.made:,}；使用：pifa rebuild")
    if done.changed:
        say(f"[yellow]{done.changed:,} 个分区没有写入：做出的与核对时的目录不符；再运行一次[/]")
        say("制作时目录有修改；或集群的机器读的不是这个目录，用的不是这个编码器或版本")


def choose_executor(site: Installation, record: Record, *, ray: str | None, workers: int | None) -> Executor:
    """This process, or Ray with its workers. Raises WorkersUnclear, RayMissing."""
    if ray is None:
        if workers is not None:
            raise WorkersUnclear("--workers 要和 --ray 一起用", parameter="workers")
        return made_here(site.partition_maker(record))
    threads = site.settings.encoder_threads or WORKER_THREADS
    if workers is None:
        if ray != LOCAL:
            raise WorkersUnclear("用集群时请写明 --workers", parameter="workers")
        workers = max(1, (os.cpu_count() or 1) // threads)
    settings = site.settings.model_copy(update={"encoder_threads": threads})
    opened = partial(open_maker, settings, site.home.directory.resolve())
    return made_on_ray(opened, address=ray, workers=workers, threads=threads)


def prepare_catalog(site: Installation, record: Record, execute: Executor, *, listings: int) -> Prepared:
    """Make what is missing, with progress bars."""
    say(site.encoder.reason)
    total = record.catalog.live_count()
    preparation = Preparation(
        catalog=record.catalog, folder=site.prepared_folder, fingerprint=site.fingerprint, listings=listings
    )
    with progress("核对目录", total) as advance:
        plan = preparation.plan(progress=advance)
    missing = preparation.missing(plan)
    if not missing:
        return preparation.run(plan, missing, execute, progress=lambda _: None)
    with progress("切词与编码", sum(each.count for each in missing)) as advance:
        return preparation.run(plan, missing, execute, progress=advance)


@contextmanager
def open_maker(settings: Settings, home: Path) -> Iterator[PartitionMaker]:
    """The maker of one worker, over its own connection to the record."""
    site = Installation(settings, Home(home).open())
    with site.record() as record:
        yield site.partition_maker(record)
