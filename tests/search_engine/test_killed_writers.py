"""A kill at any point leaves the last manifest serving, and the next writer takes over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from search_engine.embedded import EmbeddedOptions, EmbeddedStore
from search_engine.plan import Plan
from search_engine.port import IndexCorrupt, IndexMissing, IndexOfAnotherSchema, WriterBusy
from tests.search_engine.catalog import build, listing, market

WRITER = """
import sys
from pathlib import Path
from search_engine.embedded import EmbeddedStore
from tests.search_engine.catalog import SPACE, listing, embed_pending
store = EmbeddedStore(Path(sys.argv[1]))
open_it = store.writer if sys.argv[2] == "commit" else lambda: store.rebuild(vector_space=SPACE)
with open_it() as writer:
    for turn in range(10_000):
        writer.apply([listing(f"new{turn}-{i}", "螺丝 红色", version=turn + 2) for i in range(200)])
        writer.commit(feed_cursor=100 + turn)
        embed_pending(writer)
        print(turn, flush=True)
"""


def start_writer(home: Path, kind: str) -> subprocess.Popen[str]:
    """A process that writes without end, once it has committed at least once."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home), kind],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "0\n"
    return process


def kill(process: subprocess.Popen[str], *, after_s: float) -> None:
    """SIGKILL, wherever it is by then."""
    time.sleep(after_s)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


@pytest.mark.parametrize("after_s", [0.0, 0.033, 0.081])
def test_a_writer_killed_while_it_commits_leaves_a_whole_index(tmp_path: Path, after_s: float) -> None:
    store = EmbeddedStore(tmp_path)
    build(store, market(20))
    process = start_writer(tmp_path, "commit")
    with pytest.raises(WriterBusy, match=str(process.pid)), store.writer():
        pass
    kill(process, after_s=after_s)
    engine = store.reader()
    published = engine.status()
    assert published.documents >= 220
    assert published.documents % 200 == 20
    assert engine.search(Plan()).total == published.documents
    with store.writer() as writer:
        writer.apply([listing("after", "手套")])
        writer.commit(feed_cursor=10_000)
    assert engine.refresh()
    assert engine.status().documents % 200 == 21
    assert engine.cards([engine.find(["after"])["after"]]) == [b'{"offer_id": "after", "version": 1}']


@pytest.mark.parametrize("after_s", [0.0, 0.05])
def test_a_killed_rebuild_leaves_the_old_index_serving_and_its_leftovers_go(tmp_path: Path, after_s: float) -> None:
    store = EmbeddedStore(tmp_path)
    build(store, market(20))
    engine = store.reader()
    kill(start_writer(tmp_path, "rebuild"), after_s=after_s)
    assert not engine.refresh()
    assert store.reader().search(Plan()).total == 20
    assert len(list((tmp_path / "index").glob("g*"))) == 2
    with store.writer() as writer:
        assert writer.documents == 20
    assert [path.name for path in (tmp_path / "index").glob("g*")] == ["g000001"]


def test_a_lock_left_behind_is_taken_over(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    build(store, [])
    (tmp_path / "index" / "writer.lock").touch()
    (tmp_path / "index" / "writer.owner.json").write_text('{"pid": 1, "host": "x", "command": "y"}')
    with store.writer() as writer:
        assert writer.documents == 0
    assert not (tmp_path / "index" / "writer.owner.json").exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"schema_version": 2}', b"\xff"])
def test_a_broken_manifest_is_named_with_the_command_that_mends_it(tmp_path: Path, content: bytes) -> None:
    store = EmbeddedStore(tmp_path)
    build(store, market(5))
    (tmp_path / "index" / "manifest.json").write_bytes(content)
    with pytest.raises(IndexCorrupt, match=r"manifest\.json.*pifa rebuild"):
        store.reader()
    build(store, market(7))
    assert store.reader().status().documents == 7


def test_an_index_of_another_schema_is_refused_with_the_command(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    build(store, market(5))
    path = tmp_path / "index" / "manifest.json"
    path.write_text(path.read_text().replace('"schema_version": 2', '"schema_version": 1'))
    with pytest.raises(IndexOfAnotherSchema, match="pifa rebuild"):
        store.reader()
    with pytest.raises(IndexOfAnotherSchema, match="pifa rebuild"), store.writer():
        pass


@pytest.mark.parametrize(
    "pattern", ["text/meta.json", "text/*.term", "text/*.fast", "vectors.f16", "ladders.bin", "columns.bin"]
)
@pytest.mark.parametrize("damage", ["gone", "empty", "garbage"])
def test_a_broken_file_is_named_with_the_command_that_mends_it(tmp_path: Path, pattern: str, damage: str) -> None:
    store = EmbeddedStore(tmp_path, EmbeddedOptions(writer_threads=1))
    build(store, market(30))
    for path in (tmp_path / "index" / "g000001").glob(pattern):
        if damage == "gone":
            path.unlink()
        else:
            path.write_bytes(b"" if damage == "empty" else b"garbage" * 3)
    with pytest.raises(IndexCorrupt, match="pifa rebuild") as caught:
        store.reader()
    assert "g000001" in str(caught.value.detail["path"])
    build(store, market(30))
    assert store.reader().status().documents == 30


def test_a_missing_index_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="pifa rebuild"):
        EmbeddedStore(tmp_path).reader()
