"""What ``pifa doctor`` says of a cluster that is not well: one line each, with what mends it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.pifa.conftest import Run

pytestmark = pytest.mark.xdist_group("elasticsearch")

Finding = dict[str, str]


@pytest.fixture
def cluster(elasticsearch_url: str, prefix: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    monkeypatch.setenv("PIFA_ELASTIC_URL", elasticsearch_url)
    with httpx.Client(base_url=elasticsearch_url, trust_env=False) as client:
        yield client


def findings(pifa: Run, home: Path, word: str) -> tuple[int, list[Finding]]:
    """The exit code, and what is said about a word."""
    ran = pifa("doctor", "--home", home, "--json")
    return ran.code, [found for found in ran.json if word in found["what"]]


def settings(cluster: httpx.Client, index: str, **values: object) -> None:
    cluster.put(
        f"/{index}/_settings", json={f"index.{name}": value for name, value in values.items()}
    ).raise_for_status()


@pytest.fixture
def index(pifa: Run, home: Path, prefix: str, cluster: httpx.Client) -> str:
    assert pifa("rebuild", "--home", home).code == 0
    assert findings(pifa, home, "绿")[0] == 0
    return f"{prefix}-g000001"


def test_yellow_is_a_warning_with_its_reason(pifa: Run, home: Path, index: str, cluster: httpx.Client) -> None:
    settings(cluster, index, auto_expand_replicas="false", number_of_replicas=1)
    code, found = findings(pifa, home, "黄")
    assert code == 0
    assert found == [
        {
            "level": "warning",
            "what": f"索引 {index} 黄：副本没有另一个节点可放（没有备份，搜索不受影响）",
            "mend": "加一个节点，或把副本数设为 0",
        }
    ]


def test_red_is_an_error_with_its_reason(pifa: Run, home: Path, index: str, prefix: str, cluster: httpx.Client) -> None:
    nowhere = {"settings": {"index.routing.allocation.require._name": "nobody", "number_of_replicas": 0}}
    cluster.put(f"/{prefix}-g000002?wait_for_active_shards=0", json=nowhere).raise_for_status()
    code, found = findings(pifa, home, "红")
    assert code == 1
    assert found == [
        {
            "level": "error",
            "what": f"索引 {prefix}-g000002 红：分配规则不允许放在任何节点（部分货品暂时搜不到）",
            "mend": "检查 cluster.routing.allocation 设置",
        }
    ]


def test_an_index_that_the_server_closed_for_writes_is_an_error(
    pifa: Run, home: Path, index: str, cluster: httpx.Client
) -> None:
    settings(cluster, index, **{"blocks.read_only_allow_delete": True})
    code, found = findings(pifa, home, "只读")
    assert code == 1
    assert found == [
        {"level": "error", "what": f"索引 {index} 只读：磁盘越过洪水水位", "mend": "腾出磁盘，服务器会自己解除"}
    ]
    settings(cluster, index, **{"blocks.read_only_allow_delete": None, "blocks.write": True})
    code, found = findings(pifa, home, "不能写")
    assert code == 1
    assert [each["what"] for each in found] == [f"索引 {index} 不能写：index.blocks.write"]
