"""The shipped role is enough: every request that the product sends is of a kind whose privileges it grants, on names
that it covers. A new kind of request fails here until the role and this table know it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
import pytest

from pifa.home import Home
from pifa.settings import Settings
from pifa.wiring import Installation
from tests.elasticsearch.conftest import follow
from tests.elasticsearch.guard import Guard
from tests.pifa.conftest import Run

pytestmark = pytest.mark.xdist_group("elasticsearch")

ROLES = Path(__file__).parents[2] / "ops" / "elasticsearch"
ROLE = json.loads((ROLES / "role.json").read_text("utf-8"))
SNAPSHOTS_ROLE = json.loads((ROLES / "snapshots_role.json").read_text("utf-8"))
# Of Elastic's page "Elasticsearch privileges": what a privilege holds besides itself.
IMPLIES: Final = {"manage": {"monitor", "view_index_metadata", "create_index", "delete_index", "maintenance"}}
NAMES = r"(?P<names>[^_/][^/]*)"


class Kind(NamedTuple):
    """A kind of request, and what it takes: privileges of the cluster, and of the indices that it names."""

    methods: str
    path: str
    index: str = ""
    cluster: str = ""


KINDS: Final = (
    Kind("GET", r"/_nodes/(_local|_all)/_none", cluster="monitor"),
    Kind("GET", rf"/_cluster/health/{NAMES}", cluster="monitor"),
    Kind("GET", rf"/_cat/shards/{NAMES}", cluster="monitor", index="monitor"),
    Kind("POST", r"/_cluster/allocation/explain", cluster="monitor"),
    Kind("GET HEAD", rf"/_alias/{NAMES}", index="view_index_metadata"),
    Kind("GET", rf"/{NAMES}(/_settings/index\.blocks\.\*)?", index="view_index_metadata"),
    Kind("POST", r"/_aliases", index="manage"),  # nothing narrower allows it
    Kind("PUT", rf"/{NAMES}", index="create_index"),
    Kind("DELETE", rf"/{NAMES}", index="delete_index"),
    Kind("POST", rf"/{NAMES}/(_refresh|_forcemerge)", index="maintenance"),
    Kind("POST", rf"/{NAMES}/(_count|_search|_mget|_pit)", index="read"),
    Kind("GET", rf"/{NAMES}/_doc/.+", index="read"),
    # These name no index in their path: they search through a point in time, which took the same privilege to open.
    Kind("POST", r"/_search|/_msearch", index="read"),
    Kind("DELETE", r"/_pit", index="read"),
    Kind("PUT", rf"/{NAMES}/(_bulk|_create/.+|_doc/.+)", index="write"),
    Kind("DELETE", rf"/{NAMES}/_doc/.+", index="write"),
)
# The server's actions by name: its privileges have none that restores and deletes, short of managing the cluster.
SNAPSHOT_KINDS: Final = (
    Kind("GET", r"/_snapshot/[^/]+", cluster="cluster:admin/repository/get"),
    Kind("PUT", r"/_snapshot/[^/]+", cluster="cluster:admin/repository/put"),
    Kind("GET", r"/_snapshot/[^/]+/[^/]+", cluster="cluster:admin/snapshot/get"),
    Kind("PUT", r"/_snapshot/[^/]+/[^/]+", cluster="cluster:admin/snapshot/create"),
    Kind("GET", r"/_snapshot/[^/]+/[^/]+/_status", cluster="cluster:admin/snapshot/status"),
    Kind("POST", r"/_snapshot/[^/]+/[^/]+/_restore", cluster="cluster:admin/snapshot/restore"),
    Kind("DELETE", r"/_snapshot/[^/]+/[^/]+", cluster="cluster:admin/snapshot/delete"),
)


def uncovered(requests: Iterable[tuple[str, str]], role: dict[str, Any]) -> list[str]:
    """What a role does not cover, and why."""
    return [f"{method} {path}: {why}" for method, path in sorted(set(requests)) if (why := lacks(method, path, role))]


def lacks(method: str, path: str, role: dict[str, Any]) -> str:
    kinds = [kind for kind in KINDS + SNAPSHOT_KINDS if is_of(kind, method, path)]
    if len(kinds) != 1:
        return f"{len(kinds)} kinds"
    kind = kinds[0]
    if kind.cluster and not any(fnmatch(kind.cluster, each) for each in granted(role["cluster"])):
        return kind.cluster
    names = re.fullmatch(kind.path, path).groupdict().get("names", "").split(",")  # type: ignore[union-attr]
    missing = [name for name in names if kind.index and not allows(role, name, kind.index)]
    return f"{kind.index} on {missing}" if missing else ""


def is_of(kind: Kind, method: str, path: str) -> bool:
    return method in kind.methods.split() and re.fullmatch(kind.path, path) is not None


def allows(role: dict[str, Any], name: str, privilege: str) -> bool:
    return any(
        privilege in granted(entry["privileges"]) and (not name or any(fnmatch(name, each) for each in entry["names"]))
        for entry in role["indices"]
    )


def granted(privileges: Iterable[str]) -> set[str]:
    return {each for name in privileges for each in ({name} | IMPLIES.get(name, set()))}


@pytest.fixture
def sent(pifa: Run, entered: Guard, home: Path, prefix: str, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Every request of a life: built, searched, followed, examined, mended, rebuilt with the vectors inside."""
    first = len(entered.seen())
    assert pifa("rebuild", "--home", home).code == 0
    assert pifa("search", "水杯", "--home", home).code == 0
    assert pifa("search", "", "--home", home, "-w", "quantity=35", "-w", "sort=price").code == 0
    site = Installation(Settings(encoder="static", offline=True), Home(home).open())
    follow_and_read(site)
    with unwell(entered, prefix):
        assert pifa("doctor", "--home", home).code == 1
    assert pifa("doctor", "--mend", "--home", home).code == 0
    monkeypatch.setenv("PIFA_ELASTIC_VECTORS", "int8_hnsw")
    for _ in range(2):  # the second lets go of what the first replaced
        assert pifa("rebuild", "--home", home).code == 0
    assert pifa("search", "水杯", "--home", home).code == 0
    return entered.seen()[first:]


@pytest.fixture
def sent_of_snapshots(
    pifa: Run, entered: Guard, home: Path, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[tuple[str, str]]]:
    """Every request of what is done with snapshots, from a repository that nobody registered on."""
    monkeypatch.setenv("PIFA_ELASTIC_REPOSITORY", prefix)
    monkeypatch.setenv("PIFA_ELASTIC_REPOSITORY_SETTINGS", json.dumps({"location": prefix}))
    assert pifa("rebuild", "--home", home).code == 0
    first = len(entered.seen())
    for deed in (["create", "one"], ["list"], ["restore", "one"], ["delete", "one"]):
        assert pifa("snapshot", *deed, "--home", home).code == 0
    yield entered.seen()[first:]
    with httpx.Client(base_url=entered.target, trust_env=False) as client:
        client.delete(f"/_snapshot/{prefix}").raise_for_status()


def follow_and_read(site: Installation) -> None:
    """A round of the follower after an import and beside a reader."""
    reader = site.store.reader()
    file = site.home.directory / "more.jsonl"
    file.write_text(json.dumps({"offer_id": "more-1", "title": "紫砂手工茶宠"}), "utf-8")
    with site.record() as record:
        record.import_file(file, mapping={})
    follow(site)
    reader.refresh()
    assert reader.find(["more-1"])
    row = reader.find(["more-1"])["more-1"]
    vector = reader.vector(row)
    assert vector is not None
    assert len(reader.nearest(vector, filters=(), limit=5).rows)
    assert reader.cards([row])


@contextmanager
def unwell(guard: Guard, prefix: str) -> Iterator[None]:
    """A shard that is nowhere, for the length of the block: doctor then asks why."""
    index, nowhere = f"/{prefix}-g000009", {"settings": {"index.routing.allocation.require._name": "nobody"}}
    with httpx.Client(base_url=guard.target, trust_env=False) as client:
        client.put(f"{index}?wait_for_active_shards=0", json=nowhere).raise_for_status()
        yield
        client.delete(index).raise_for_status()


def test_the_role_covers_every_request_of_a_life_and_no_privilege_is_idle(sent: list[tuple[str, str]]) -> None:
    assert uncovered(sent, ROLE) == []
    assert [kind for kind in KINDS if not any(is_of(kind, *request) for request in sent)] == []
    for privilege in ("read", "write", "manage"):
        fewer = [each for each in ROLE["indices"][0]["privileges"] if each != privilege]
        assert uncovered(sent, {**ROLE, "indices": [{"names": ["pifa-*"], "privileges": fewer}]})
    assert uncovered(sent, {**ROLE, "cluster": []})


def test_the_role_of_snapshots_covers_what_is_done_with_them_and_the_other_role_does_not(
    sent_of_snapshots: list[tuple[str, str]],
) -> None:
    assert uncovered(sent_of_snapshots, SNAPSHOTS_ROLE) == []
    assert [kind for kind in SNAPSHOT_KINDS if not any(is_of(kind, *request) for request in sent_of_snapshots)] == []
    refused = {request for request in sent_of_snapshots if request[1].startswith("/_snapshot")}
    assert len(uncovered(sent_of_snapshots, ROLE)) == len(refused)
    for number in range(len(SNAPSHOTS_ROLE["cluster"])):
        fewer = [each for place, each in enumerate(SNAPSHOTS_ROLE["cluster"]) if place != number]
        assert uncovered(sent_of_snapshots, {**SNAPSHOTS_ROLE, "cluster": fewer})
    assert SNAPSHOTS_ROLE["indices"] == ROLE["indices"]


@pytest.mark.parametrize(
    "request_", [("POST", "/pifa-read/_update_by_query"), ("GET", "/other-read/_doc/1"), ("PUT", "/_cluster/settings")]
)
def test_a_request_that_the_role_does_not_cover_is_found(request_: tuple[str, str]) -> None:
    assert len(uncovered([request_], ROLE)) == 1
