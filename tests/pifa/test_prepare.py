"""``pifa prepare`` and the rebuild that uses it, on the demo catalog."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer.encode import encode_pending
from pifa.commands.rebuild import build_index
from pifa.wiring import Installation
from search_engine.embedded import EmbeddedStore
from search_engine.fake import InMemoryStore, MemoryState
from tests.pifa.conftest import Run, Start, until

PARTITION = 100


def files(home: Path) -> dict[str, tuple[int, int]]:
    """Name -> (inode, when written) of the partitions whose seal is there."""
    found = [path for seal in (home / "prepared").glob("*.json") for path in (seal, seal.with_suffix(".parquet"))]
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in found}


def built(site: Installation) -> MemoryState:
    """What a rebuild and its vectors make of the record, document by document."""
    store = InMemoryStore()
    with site.record() as record:
        replace(site.rebuilder(record), store=store).rebuild(vector_space=site.vector_space)
    encoder = site.document_encoder
    assert encoder is not None
    with store.writer() as writer:
        encode_pending(writer, encoder)
        writer.publish_vectors()
    return store.state()


def again(site: Installation) -> Installation:
    """The same home, opened anew."""
    return Installation(site.settings, site.home)


def test_a_rebuild_with_prepared_partitions_is_the_rebuild_without(pifa: Run, site: Installation) -> None:
    plain = built(site)
    assert pifa("prepare", "--home", site.home.directory).code == 0
    site = again(site)
    assert site.prepared.count == len(plain.rows)
    prepared = built(site)
    assert prepared.rows == plain.rows
    assert prepared.vectors.keys() == plain.vectors.keys()
    assert all(np.array_equal(prepared.vectors[row], plain.vectors[row]) for row in plain.vectors)


def test_a_listing_changed_since_is_indexed_as_it_is_now(pifa: Run, site: Installation, tmp_path: Path) -> None:
    home = site.home.directory
    assert pifa("prepare", "--home", home).code == 0
    with site.record() as record:
        offer, _ = next(record.catalog.live_offers(batch_size=1))[0]
    row = {"offer_id": offer.offer_id, "title": "手摇磨豆机 咖啡研磨器", "price_yuan": 99}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    assert pifa("import", tmp_path / "rows.jsonl", "--home", home).code == 0
    ran = pifa("rebuild", "--home", home)
    assert ran.code == 0
    assert "已预制" in ran.err
    engine = EmbeddedStore(home).reader()
    stored = engine.vector(engine.find([offer.offer_id])[offer.offer_id])
    encoder = site.encoder.encoder
    assert stored is not None
    assert encoder is not None
    assert float(stored @ encoder.encode_queries([row["title"]])[0]) > 0.999
    assert float(stored @ encoder.encode_queries([offer.title])[0]) < 0.9


def test_a_killed_run_resumes_with_what_is_whole(start: Start, pifa: Run, demo_home: Path) -> None:
    running = start("prepare", "--home", demo_home, "--partition", PARTITION)
    until(lambda: len(files(demo_home)) >= 6, what="three partitions")
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    whole = files(demo_home)
    report = pifa("prepare", "--home", demo_home, "--partition", PARTITION, "--json").json
    assert isinstance(report, dict)
    assert report["whole"] >= 3
    assert report["whole"] * 2 == len(whole)
    assert report["made"] > 0
    assert whole.items() <= files(demo_home).items()
    assert len(files(demo_home)) == 2 * (report["whole"] + report["made"])


def test_a_damaged_partition_is_told_by_the_rebuild(
    site: Installation, pifa: Run, capfd: pytest.CaptureFixture[str]
) -> None:
    assert pifa("prepare", "--home", site.home.directory).code == 0
    victim = next(site.home.prepared.glob("*.parquet"))
    victim.write_bytes(victim.read_bytes()[:-1])
    with site.record() as record:
        assert build_index(again(site), record) == record.catalog.live_count()
    assert "1 个预制分区已损坏" in capfd.readouterr().err


@pytest.mark.skipif(importlib.util.find_spec("ray") is not None, reason="Ray is installed")
def test_without_ray_one_line_names_the_extra(pifa: Run, demo_home: Path) -> None:
    ran = pifa("prepare", "--home", demo_home, "--ray", "local")
    assert ran.code == 1
    assert ran.err.strip() == "pifa: 没有安装 Ray：请运行 pip install 'pifa[ray]'"


@pytest.mark.parametrize("arguments", [["--workers", 2], ["--ray", "auto"], ["--partition", 0]])
def test_what_is_not_clear_is_refused(pifa: Run, demo_home: Path, arguments: list[object]) -> None:
    assert pifa("prepare", "--home", demo_home, *arguments).code == 2
    assert files(demo_home) == {}
