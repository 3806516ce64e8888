"""Vectors beside the cluster that are lost, or another index's: said by doctor and by every search, mended by the
follower."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from search_engine.elastic import ElasticOptions, ElasticStore
from search_engine.plan import Plan, VectorQuery
from search_engine.vectors.options import VectorOptions
from tests.elasticsearch.conftest import LISTINGS, follow, installed
from tests.elasticsearch.test_contract import store_of
from tests.pifa.conftest import Run
from tests.search_engine.catalog import build, embed_pending, market, query, vector_of

pytestmark = pytest.mark.xdist_group("elasticsearch")

COUNT = 40
ASKED = Plan(lexical=query("螺丝"), vector=VectorQuery(vector=vector_of("螺丝"), floor=-1.0), limit=COUNT)


def remove(directory: Path) -> None:
    shutil.rmtree(directory)


def remove_graph(directory: Path) -> None:
    files = list(directory.glob("graph-*"))
    assert files
    for file in files:
        file.unlink()


def mark_as_anothers(directory: Path) -> None:
    (directory / "vectors.id").write_text("another", "ascii")


def leave_another_index(directory: Path) -> None:
    """As of a cluster of before, whose generations are called the same."""
    shutil.rmtree(directory)
    directory.mkdir()
    for name, size in (("vectors.f16", 65_536 * 128), ("vectors.state", 65_536)):
        (directory / name).write_bytes(b"\1" * size)


LOSSES = {
    remove: "集群旁的向量文件不在了",
    remove_graph: "集群旁的向量文件不在了",
    mark_as_anothers: "集群旁的向量文件属于另一个索引",
    leave_another_index: "集群旁的向量文件属于另一个索引",
}


@pytest.fixture
def store(elasticsearch_url: str, tmp_path: Path) -> Iterator[ElasticStore]:
    for store in store_of(elasticsearch_url, tmp_path, ElasticOptions(graph=VectorOptions(graph_from=10, tail_rows=5))):
        build(store, market(COUNT))
        yield store


@pytest.mark.parametrize("lose", LOSSES)
def test_a_search_goes_on_by_words_and_says_why_and_the_writer_makes_them_anew(
    store: ElasticStore, tmp_path: Path, lose: Callable[[Path], None]
) -> None:
    before = store.reader()
    whole = before.search(ASKED)
    assert whole.legs["vector"] == COUNT
    (directory,) = (tmp_path / "vectors" / store.names.prefix).iterdir()
    lose(directory)
    degraded = store.reader().search(ASKED)
    assert degraded.degraded == (f"vector：{LOSSES[lose]}",)
    assert degraded.legs["vector"] == 0
    assert degraded.total == store.reader().search(replace(ASKED, vector=None)).total > 0
    with store.writer() as writer:
        assert store.reader().status().vectors_pending == COUNT
        embed_pending(writer)
    mended = store.reader()
    assert mended.status().vectors == COUNT
    assert mended.status().vectors_pending == 0
    found = mended.search(ASKED)
    assert (found.total, found.degraded) == (whole.total, ())
    assert found.legs == whole.legs


def test_doctor_names_it_in_one_line_until_the_follower_made_them_anew(
    pifa: Run, home: Path, prefix: str, elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIFA_ELASTIC_URL", elasticsearch_url)
    assert pifa("rebuild", "--home", home).code == 0
    assert said(pifa, home) == []
    shutil.rmtree(home / "vectors")
    (line,) = said(pifa, home)
    assert line["level"] == "warning"
    assert line["what"].startswith(f"{LISTINGS:,} 条的向量丢失")
    assert "pifa follow" in line["mend"]
    searched = pifa("search", "水杯", "--home", home)
    assert "集群旁的向量文件不在了" in searched.out + searched.err
    follow(installed(home))
    assert said(pifa, home) == []


def said(pifa: Run, home: Path) -> list[dict[str, str]]:
    ran = pifa("doctor", "--home", home, "--json")
    return [found for found in ran.json if "向量" in found["what"] and found["level"] != "ok"]
