"""Snapshots on a real server: what is restored is right at once, and what cannot be is one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from catalog_service.domain.deeds import DeedRequest
from indexer.drift import find_drift
from pifa.wiring import Installation
from tests.elasticsearch.conftest import LISTINGS, follow, installed
from tests.elasticsearch.test_security import last_line
from tests.pifa.conftest import Run

DOCUMENTATION = (Path(__file__).parents[2] / "docs" / "elasticsearch.md").read_text("utf-8")

pytestmark = pytest.mark.xdist_group("elasticsearch")


@pytest.fixture
def cluster(elasticsearch_url: str, prefix: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """The server, with a repository of the test's own that nobody registered yet."""
    monkeypatch.setenv("PIFA_ELASTIC_URL", elasticsearch_url)
    located(monkeypatch, prefix, location=prefix)
    with httpx.Client(base_url=elasticsearch_url, trust_env=False, timeout=30) as client:
        yield client
        client.delete(f"/_snapshot/{prefix}/*")  # one that runs is ended, so that the index can go
        client.delete(f"/_snapshot/{prefix}")


def located(monkeypatch: pytest.MonkeyPatch, repository: str, **settings: object) -> None:
    monkeypatch.setenv("PIFA_ELASTIC_REPOSITORY", repository)
    monkeypatch.setenv("PIFA_ELASTIC_REPOSITORY_SETTINGS", json.dumps(settings))


@pytest.fixture
def site(pifa: Run, home: Path, cluster: httpx.Client) -> Installation:
    """A published index with its vectors."""
    assert pifa("rebuild", "--home", home).code == 0
    return installed(home)


def publish(site: Installation, offer_id: str, title: str) -> None:
    file = site.home.directory / f"{offer_id}.jsonl"
    file.write_text(json.dumps({"offer_id": offer_id, "title": title}), "utf-8")
    with site.record() as record:
        record.import_file(file, mapping={})


def withdraw(site: Installation, offer_id: str) -> None:
    with site.record() as record:
        record.withdraw_offer(offer_id=offer_id, request=DeedRequest(actor="test"))


def live_ids(site: Installation) -> list[str]:
    with site.record() as record:
        return [offer.offer_id for batch in record.catalog.live_offers(batch_size=1000) for offer, _ in batch]


def assert_index_is_the_record(site: Installation) -> None:
    engine = site.store.reader()
    with site.record() as record:
        assert engine.status().feed_cursor == record.changes.latest()
        assert engine.status().documents == record.catalog.live_count()
        assert not find_drift(record.catalog, engine)


@pytest.mark.parametrize("kind", ["beside", "int8_hnsw"])
def test_what_changed_since_the_snapshot_is_in_the_restored_index(
    pifa: Run, home: Path, cluster: httpx.Client, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("PIFA_ELASTIC_VECTORS", kind)
    assert pifa("rebuild", "--home", home).code == 0
    site = installed(home)
    first, second, *_ = live_ids(site)
    publish(site, "before-1", "紫砂手工茶宠")
    withdraw(site, first)
    follow(site)
    made = pifa("snapshot", "create", "one", "--home", home)
    assert made.code == 0
    assert f"快照 one 已完成：{LISTINGS:,} 条" in made.err
    assert ("恢复时会重新计算" in made.err) == (kind == "beside")

    publish(site, "after-1", "湘绣手工屏风")
    publish(site, "before-1", "紫砂手工茶宠 金蟾")
    withdraw(site, second)
    follow(site)
    served = site.store.reader().status().generation
    restored = pifa("snapshot", "restore", "one", "--home", home)
    assert restored.code == 0
    assert "补上之后的 3 个变更" in restored.err
    assert_index_is_the_record(site)
    engine = site.store.reader()
    status = engine.status()
    assert status.generation != served
    assert set(engine.find(["before-1", "after-1", first, second])) == {"before-1", "after-1"}
    assert (status.vectors, status.vectors_pending) == (status.documents, 0)

    publish(site, "later-1", "蜀锦手工围巾")  # the follower goes on from where the restore left the feed
    withdraw(site, "after-1")
    follow(site)
    assert_index_is_the_record(site)


def test_a_cluster_that_lost_everything_has_its_index_back(
    pifa: Run, home: Path, site: Installation, cluster: httpx.Client, prefix: str
) -> None:
    assert pifa("snapshot", "create", "one", "--home", home).code == 0
    for index in cluster.get(f"/{prefix}-*").json():
        cluster.delete(f"/{index}").raise_for_status()
    cluster.delete(f"/_snapshot/{prefix}").raise_for_status()
    assert not site.store.exists()
    assert pifa("snapshot", "restore", "one", "--home", home).code == 0
    assert_index_is_the_record(site)
    assert pifa("doctor", "--home", home).code == 0


def test_snapshots_are_named_by_prefix_and_time_listed_and_deleted(
    pifa: Run, home: Path, site: Installation, prefix: str
) -> None:
    assert pifa("snapshot", "create", "--home", home).code == 0
    assert pifa("snapshot", "create", "two", "--home", home).code == 0
    listed = pifa("snapshot", "list", "--home", home, "--json").json
    assert [each["name"][: len(prefix) + 4] for each in listed] == [f"{prefix}-202", "two"]
    assert [each["held"]["documents"] for each in listed] == [LISTINGS, LISTINGS]
    assert "two" in pifa("snapshot", "list", "--home", home).out
    assert pifa("snapshot", "delete", "two", "--home", home).code == 0
    assert [each["name"] for each in pifa("snapshot", "list", "--home", home, "--json").json] == [listed[0]["name"]]


def test_a_restore_that_fails_leaves_what_serves(
    pifa: Run, home: Path, site: Installation, cluster: httpx.Client, prefix: str
) -> None:
    assert pifa("snapshot", "create", "one", "--home", home).code == 0
    served = site.store.reader().status().generation
    (node,) = cluster.get("/_nodes/settings").json()["nodes"].values()
    for part in (Path(node["settings"]["path"]["repo"][0]) / prefix / "indices").rglob("__*"):
        part.write_bytes(b"spoilt")
    line = last_line(pifa("snapshot", "restore", "one", "--home", home))
    assert "快照 one 没有恢复：从快照恢复没有成功" in line
    assert site.store.reader().status().generation == served
    assert f"{prefix}-g000002" not in cluster.get(f"/{prefix}-*").json()
    assert_index_is_the_record(site)


def test_a_snapshot_that_still_runs_is_neither_restored_nor_deleted_and_stops_no_publication(
    pifa: Run, home: Path, site: Installation, cluster: httpx.Client, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    located(monkeypatch, prefix, location=prefix, max_snapshot_bytes_per_sec="40kb")  # a few seconds for this index
    site = installed(home)
    site.snapshots().begin("slow")
    assert site.snapshots().one("slow").state == "IN_PROGRESS"
    publish(site, "during-1", "紫砂手工茶宠")
    follow(site)
    assert site.store.reader().find(["during-1"])
    for command in ("restore", "delete"):
        assert "快照 slow 还在进行" in last_line(pifa("snapshot", command, "slow", "--home", home))
    assert "已有名为 slow 的快照" in last_line(pifa("snapshot", "create", "slow", "--home", home))
    assert site.snapshots().one("slow").state == "IN_PROGRESS"


def test_a_snapshot_that_is_not_whole_is_not_restored(
    pifa: Run, home: Path, site: Installation, cluster: httpx.Client, prefix: str
) -> None:
    assert pifa("snapshot", "create", "whole", "--home", home).code == 0
    (made,) = cluster.get(f"/_snapshot/{prefix}/whole").json()["snapshots"]
    nowhere = {"settings": {"index.routing.allocation.require._name": "nobody"}}
    cluster.put(f"/{prefix}-g000009?wait_for_active_shards=0", json=nowhere).raise_for_status()
    asked = {"indices": f"{prefix}-g*", "partial": True, "metadata": made["metadata"]}
    cluster.put(f"/_snapshot/{prefix}/half?wait_for_completion=true", json=asked).raise_for_status()
    line = last_line(pifa("snapshot", "restore", "half", "--home", home))
    assert "快照 half 不完整（PARTIAL：" in line
    assert site.store.reader().status().generation == made["indices"][0]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"schema_version": 1}, "结构版本是 1"),
        ({"vector_space": {"fingerprint": "bge-of-old", "dimensions": 512}}, "由另一编码器写入（bge-of-old"),
        ({"vector_space": None}, "由另一编码器写入（无"),
        ({"documents": 7}, f"恢复出 {LISTINGS} 条，应有 7 条：没有发布"),
    ],
)
def test_a_snapshot_that_does_not_fit_is_refused(
    pifa: Run,
    home: Path,
    site: Installation,
    cluster: httpx.Client,
    prefix: str,
    changed: dict[str, object],
    said: str,
) -> None:
    assert pifa("snapshot", "create", "one", "--home", home).code == 0
    (made,) = cluster.get(f"/_snapshot/{prefix}/one").json()["snapshots"]
    asked = {"indices": made["indices"][0], "metadata": {"pifa": made["metadata"]["pifa"] | changed}}
    cluster.put(f"/_snapshot/{prefix}/other?wait_for_completion=true", json=asked).raise_for_status()
    assert said in last_line(pifa("snapshot", "restore", "other", "--home", home))
    assert list(cluster.get(f"/{prefix}-g*").json()) == made["indices"]


def test_a_snapshot_of_a_later_record_is_refused(
    pifa: Run, home: Path, site: Installation, cluster: httpx.Client, tmp_path: Path
) -> None:
    assert pifa("snapshot", "create", "one", "--home", home).code == 0
    line = last_line(pifa("snapshot", "restore", "one", "--home", tmp_path / "empty"))
    assert "目录只到 0" in line
    assert_index_is_the_record(site)


def test_names_and_repositories_that_will_not_do_are_one_line(
    pifa: Run, home: Path, site: Installation, cluster: httpx.Client, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "没有快照 nothing" in last_line(pifa("snapshot", "restore", "nothing", "--home", home))
    assert "没有快照 nothing" in last_line(pifa("snapshot", "delete", "nothing", "--home", home))
    assert "快照名 Upper 不可用" in last_line(pifa("snapshot", "create", "Upper", "--home", home))
    cluster.put(f"/_snapshot/{prefix}/foreign?wait_for_completion=true", json={"indices": f"{prefix}-g000001"})
    assert "不是 pifa 做的" in last_line(pifa("snapshot", "restore", "foreign", "--home", home))
    assert pifa("snapshot", "list", "--home", home, "--json").json == []
    located(monkeypatch, prefix, location="elsewhere")
    assert "请改 PIFA_ELASTIC_REPOSITORY_TYPE" in last_line(pifa("snapshot", "list", "--home", home))
    located(monkeypatch, f"{prefix}-2", location="/somewhere/else")
    line = last_line(pifa("snapshot", "create", "--home", home))
    assert "path.repo" in line
    assert "PIFA_ELASTIC_REPOSITORY_SETTINGS" in line
    monkeypatch.setenv("PIFA_ELASTIC_REPOSITORY_TYPE", "tape")
    assert "repository type [tape] does not exist" in last_line(pifa("snapshot", "list", "--home", home))
    monkeypatch.setenv("PIFA_ELASTIC_REPOSITORY_SETTINGS", "{location")
    assert "PIFA_ELASTIC_REPOSITORY_SETTINGS" in last_line(pifa("snapshot", "list", "--home", home))


def test_what_the_documentation_types_works(pifa: Run, home: Path, site: Installation) -> None:
    typed = [line for line in DOCUMENTATION.splitlines() if line.startswith("pifa snapshot ")]
    assert [line.split()[2] for line in typed] == ["create", "list", "restore", "delete"]
    for line in typed:
        assert pifa(*line.split()[1:], "--home", home).code == 0, line


def test_without_an_index_there_is_nothing_to_keep(pifa: Run, home: Path, cluster: httpx.Client) -> None:
    assert "pifa rebuild" in last_line(pifa("snapshot", "create", "one", "--home", home))


@pytest.mark.parametrize("command", [["create"], ["list"], ["restore", "one"], ["delete", "one"]])
def test_the_embedded_engine_says_how_its_index_is_kept(pifa: Run, tmp_path: Path, command: list[str]) -> None:
    line = last_line(pifa("snapshot", *command, "--home", tmp_path))
    assert "复制" in line
    assert "pifa rebuild" in line
