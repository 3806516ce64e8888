"""The server that Docker users start is the one that the tests start; there is no Docker here to start it with."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from ops.elasticsearch import jars
from ops.elasticsearch.server import Cluster, Node

ROOT = Path(__file__).parents[2]


def test_compose_starts_the_version_that_is_tested_on_loopback_alone() -> None:
    service = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["elasticsearch"]
    assert service["image"] == f"docker.elastic.co/elasticsearch/elasticsearch:{jars.VERSION}"
    assert service["ports"] == ["127.0.0.1:9200:9200"]
    assert service["environment"]["xpack.security.enabled"] == "false"
    assert service["environment"]["discovery.type"] == "single-node"


def test_both_servers_let_snapshots_be_kept(tmp_path: Path) -> None:
    """Where both keep them differs: the one in its volume, the other beside its nodes, which share it."""
    service = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["elasticsearch"]
    (volume,) = service["volumes"]
    assert service["environment"]["path.repo"].startswith(volume.split(":")[1])
    cluster = Cluster(tmp_path, count=3)
    kept = {str(cluster.settings_of(Node(f"node-{n}", tmp_path / f"node-{n}", 1, 2))["path.repo"]) for n in range(3)}
    assert kept == {str([str(tmp_path / "snapshots")])}


def test_maven_brings_the_same_version() -> None:
    pom = (ROOT / "ops" / "elasticsearch" / "pom.xml").read_text("utf-8")
    assert re.findall(r"<elasticsearch.version>(.*)</elasticsearch.version>", pom) == [jars.VERSION]
