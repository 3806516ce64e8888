"""Why a cluster is red, yellow, full or read-only: one line each, with what mends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from elasticsearch import ApiError, Elasticsearch, TransportError

from kernel.errors import PifaError
from search_engine.elastic.client import ClusterUnavailable, explained
from search_engine.elastic.names import Names
from search_engine.port import Ailment

SUPPORTED_MAJORS: Final = (8, 9)
# What the server decided about a shard that is nowhere, in the words of who must act.
_UNASSIGNED: Final[Mapping[str, tuple[str, str]]] = {
    "disk_threshold": ("节点磁盘快满了", "腾出磁盘或加节点"),
    "same_shard": ("副本没有另一个节点可放", "加一个节点，或把副本数设为 0"),
    "max_retry": ("分配失败次数过多", "排除原因后 POST /_cluster/reroute?retry_failed=true"),
    "node_version": ("节点版本不一致", "把所有节点升到同一版本"),
    "filter": ("分配规则不允许放在任何节点", "检查 cluster.routing.allocation 设置"),
    "restore_in_progress": ("从快照恢复没有成功", "查看服务器日志，再恢复一次"),
}
_NO_COPY: Final = ("no_valid_shard_copy", "no_attempt")


def examine(connected: Callable[[], Elasticsearch], names: Names) -> Sequence[Ailment]:
    """The lines of a report; a cluster that cannot be asked is one of them."""
    try:
        client = connected()
        with explained("检查集群"):
            return [_version(client), *_health(client, names), *_blocks(client, names)]
    except ClusterUnavailable as fault:
        mend = fault.mend or "检查 PIFA_ELASTIC_URL，确认集群已启动"
        return [Ailment(level="error", what=fault.what, mend=mend)]
    except PifaError as fault:
        return [Ailment(level="error", what=fault.message)]


def _version(client: Elasticsearch) -> Ailment:
    """The oldest node's, since a cluster may be on its way to the next."""
    nodes = client.nodes.info(node_id="_all", metric="_none", filter_path="nodes.*.version,cluster_name")
    versions = sorted({str(node["version"]) for node in nodes["nodes"].values()})
    known = all(int(version.split(".")[0]) in SUPPORTED_MAJORS for version in versions)
    return Ailment(
        level="ok" if known else "warning",
        what=f"Elasticsearch {'、'.join(versions)}（集群 {nodes['cluster_name']}，{len(nodes['nodes'])} 个节点）",
        mend="" if known else "使用 8.19 或 9.x",
    )


def _health(client: Elasticsearch, names: Names) -> Iterator[Ailment]:
    pattern = f"{names.prefix}-*"
    health = client.cluster.health(index=pattern, level="indices", expand_wildcards="all", timeout="5s")
    if health["status"] == "green":
        yield Ailment(level="ok", what=f"集群健康：绿（{health['active_shards']} 个分片）")
        return
    for index, found in health["indices"].items():
        if found["status"] == "green":
            continue
        why, mend = _why(client, index, primary=found["status"] == "red")
        red = found["status"] == "red"
        effect = "部分货品暂时搜不到" if red else "没有备份，搜索不受影响"
        yield Ailment(
            level="error" if red else "warning",
            what=f"索引 {index} {'红' if red else '黄'}：{why}（{effect}）",
            mend=mend,
        )


def why_refused(client: Elasticsearch, index: str) -> tuple[str, str] | None:
    """Why the server will put a primary shard of this index nowhere, and what mends it; None while it still may."""
    told = _told(client, index, primary=True)
    return _reason(told) if told and told.get("can_allocate") in ("no", *_NO_COPY) else None


def _why(client: Elasticsearch, index: str, *, primary: bool) -> tuple[str, str]:
    """Why a shard of this index is nowhere."""
    told = _told(client, index, primary=primary)
    return _reason(told) if told else ("分片正在分配", "稍后再看")


def _told(client: Elasticsearch, index: str, *, primary: bool) -> Mapping[str, Any] | None:
    """What the server says of a shard that is nowhere; None when each is somewhere."""
    for shard in client.cat.shards(index=index, format="json", h="shard,prirep,state"):
        if shard["state"] == "UNASSIGNED" and (shard["prirep"] == "p") == primary:  # type: ignore[index]
            number = int(shard["shard"])  # type: ignore[index]
            try:
                return dict(client.cluster.allocation_explain(index=index, shard=number, primary=primary).body)
            except (ApiError, TransportError):  # it has found its place just now
                break
    return None


def _reason(told: Mapping[str, Any]) -> tuple[str, str]:
    if told.get("can_allocate") in _NO_COPY:
        return "主分片的所有副本都不在了", "把失去的节点接回来；接不回来就 pifa rebuild"
    deciders = {
        decider["decider"]
        for node in told.get("node_allocation_decisions", [])
        for decider in node.get("deciders", [])
        if decider["decision"] == "NO"
    }
    for name, explanation in _UNASSIGNED.items():
        if name in deciders:
            return explanation
    return str(told.get("allocate_explanation", "分片正在分配")), "稍后再看"


def _blocks(client: Elasticsearch, names: Names) -> Iterator[Ailment]:
    """Indices that take no writes; the server itself says so when a disk is all but full."""
    found = client.indices.get_settings(index=f"{names.prefix}-*", name="index.blocks.*", flat_settings=True)
    for index, about in found.items():
        blocks = {name for name, value in about["settings"].items() if value == "true"}
        if "index.blocks.read_only_allow_delete" in blocks:
            full = f"索引 {index} 只读：磁盘越过洪水水位"
            yield Ailment(level="error", what=full, mend="腾出磁盘，服务器会自己解除")
        elif blocks:
            yield Ailment(
                level="error", what=f"索引 {index} 不能写：{'、'.join(sorted(blocks))}", mend="在索引设置里解除"
            )
