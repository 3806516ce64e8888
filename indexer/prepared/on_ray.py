"""Partitions made by Ray Data: the only module that speaks Ray. An extra: one machine and small catalogs need none."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from functools import cached_property
from typing import Any

from indexer.prepared.make import Made, PartitionMaker
from indexer.prepared.partitions import Partition
from indexer.prepared.prepare import Executor
from kernel.errors import PifaError, Unavailable

LOCAL = "local"  # Ray's own word for a cluster of this machine alone, which ends with the command


AUTO = "auto"  # the cluster that this machine belongs to
ANSWER_SECONDS = 5.0  # Ray itself asks an address that does not answer for many minutes
OpenMaker = Callable[[], AbstractContextManager[PartitionMaker]]


class RayMissing(Unavailable):
    """The extra is not installed; the message gives the command."""

    code = "ray_missing"


class RayAway(Unavailable):
    """There is no cluster at the address."""

    code = "ray_unavailable"


class WorkerFailed(Unavailable):
    """A worker could not make a partition (no model, no record in reach); the message is its own."""

    code = "worker_failed"


def made_on_ray(open_maker: OpenMaker, *, address: str, workers: int, threads: int) -> Executor:
    """Each worker opens one maker and keeps it, and is given ``threads`` cores. ``address``: ``local``, ``auto`` or
    host:port of a cluster. Raises RayMissing at once."""
    try:
        import ray.data
    except ImportError:
        raise RayMissing("没有安装 Ray：请运行 pip install 'pifa[ray]'") from None

    def execute(partitions: Sequence[Partition]) -> Iterator[Made]:
        if not partitions:
            return
        _connect(address, cores=workers * threads)
        try:
            yield from _stream(open_maker, partitions, workers=workers, threads=threads)
        finally:
            ray.shutdown()

    return execute


def _connect(address: str, *, cores: int) -> None:
    import ray

    # A product does not report to others what it is used for. What goes wrong is raised; Ray's log would say "error" of
    # every pool of workers that may be started again.
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_BACKEND_LOG_LEVEL="fatal")
    local = {"num_cpus": cores, "include_dashboard": False} if address == LOCAL else {}
    try:
        if address not in (LOCAL, AUTO):
            _require_answer(address)
        ray.init(address=address, log_to_driver=False, logging_level="error", **local)
    except (OSError, ValueError) as error:
        raise RayAway(f"连不上 Ray 集群 {address}：{str(error).splitlines()[0]}") from None


def _require_answer(address: str) -> None:
    """Raises OSError or ValueError when nothing listens at host:port."""
    host, _, port = address.rpartition(":")
    socket.create_connection((host, int(port)), timeout=ANSWER_SECONDS).close()


def _stream(open_maker: OpenMaker, partitions: Sequence[Partition], *, workers: int, threads: int) -> Iterator[Made]:
    """One row a partition, one block a row: what is made reaches the caller at once, and a kill loses no more."""
    import ray.data

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False  # the command has its own
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    rows = ray.data.from_items([asdict(each) for each in partitions], override_num_blocks=len(partitions))
    pool = ray.data.ActorPoolStrategy(size=workers)
    made = rows.map(_Worker, fn_constructor_args=(open_maker,), compute=pool, num_cpus=threads)
    for row in made.iter_rows():
        if row["fault"]:
            raise WorkerFailed(row["fault"])
        yield Made(key=row["key"], content=row["content"])


class _Worker:
    """Lives as long as the run: dictionaries and model are loaded once. They are for the first partition, not in the
    constructor, which Ray would call again and again when a worker lacks its model."""

    def __init__(self, open_maker: OpenMaker) -> None:
        self._opened = open_maker()

    @cached_property
    def _maker(self) -> PartitionMaker:
        return self._opened.__enter__()

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """The product's own error comes back as a value: of what is raised, Ray hands on the text with its stack."""
        try:
            return {**asdict(self._maker.make(Partition(**row))), "fault": ""}
        except PifaError as error:
            return {"key": "", "content": b"", "fault": error.message}
