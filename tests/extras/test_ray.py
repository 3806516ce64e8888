"""The extra: Ray Data makes the same bytes as one process, and its killed run is taken up."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from indexer.prepared.make import PartitionMaker
from indexer.prepared.on_ray import LOCAL, WorkerFailed, made_on_ray
from indexer.prepared.partitions import Partition
from tests.pifa.conftest import Run, Start, pifa, start, until  # noqa: F401 (fixtures)
from tests.pifa.test_prepare import PARTITION, files
from text_analysis.encoders.fetch import ModelMissing


def contents(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (home / "prepared").glob("*.*") if path.suffix != ".lock"}


@contextmanager
def broken() -> Iterator[PartitionMaker]:
    raise ModelMissing("没有 BGE 模型")
    yield


def prepare(run: Run, home: Path, *arguments: object) -> dict[str, int]:
    ran = run("prepare", "--home", home, "--partition", PARTITION, "--json", *arguments)
    assert ran.code == 0, ran.err
    assert isinstance(ran.json, dict)
    return ran.json


def test_ray_makes_the_same_bytes_as_one_process(pifa: Run, demo_home: Path) -> None:  # noqa: F811
    made = prepare(pifa, demo_home)["made"]
    plain = contents(demo_home)
    for path in (demo_home / "prepared").iterdir():
        path.unlink()
    assert prepare(pifa, demo_home, "--ray", "local", "--workers", 2) == {"whole": 0, "made": made, "changed": 0}
    assert contents(demo_home) == plain


def test_a_killed_run_on_ray_resumes_with_what_is_whole(start: Start, pifa: Run, demo_home: Path) -> None:  # noqa: F811
    command = ("prepare", "--home", demo_home, "--partition", 10, "--ray", "local", "--workers", 1)
    running = start(*command)
    until(lambda: len(files(demo_home)) >= 6, what="three partitions")
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    whole = files(demo_home)
    report = pifa("prepare", "--home", demo_home, "--partition", 10, "--json").json
    assert isinstance(report, dict)
    assert report["whole"] * 2 == len(whole)
    assert report["made"] > 0
    assert whole.items() <= files(demo_home).items()


def test_a_cluster_that_does_not_answer_is_told_in_one_line(pifa: Run, demo_home: Path) -> None:  # noqa: F811
    ran = pifa("prepare", "--home", demo_home, "--ray", "127.0.0.1:1", "--workers", 1)
    assert ran.code == 1
    assert ran.err.strip().splitlines()[-1].startswith("pifa: 连不上 Ray 集群 127.0.0.1:1")


def test_what_a_worker_lacks_is_told_by_its_own_message() -> None:
    execute = made_on_ray(broken, address=LOCAL, workers=1, threads=1)
    with pytest.raises(WorkerFailed, match="没有 BGE 模型"):
        list(execute([Partition(after_id="", last_id="a", count=1, key="k")]))
