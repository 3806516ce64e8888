"""Shards that are red, and shards that take no writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ops.elasticsearch.server import Cluster
from search_engine.elastic.options import ElasticOptions
from search_engine.elastic.state import STATE_ID
from tests.faults.elasticsearch.drill import drill
from tests.faults.elasticsearch.market import Market, killed, wait_for

FULL, ROOMY = "1000tb", "1mb"  # more than any disk has free, and less
# A view that was given up without a word ends by its age; the server looks for such every minute.
MOVED_S = ElasticOptions().keep_alive_seconds + 60.0 + 30.0
_WATERMARK = "cluster.routing.allocation.disk.watermark"


@contextmanager
def without_copies(market: Market) -> Iterator[None]:
    """Each shard on one node alone, and every node with one."""
    market.index_settings(**{"index.auto_expand_replicas": False, "index.number_of_replicas": 0})
    try:
        # A shard that moves goes on serving whom it served, so that its new node would not be missed. It may have to
        # wait for the points in time that hold the copy which was there: readers let go of them within their age.
        server = market.server.options(request_timeout=MOVED_S + 10)
        server.cluster.health(wait_for_events="languid", wait_for_no_relocating_shards=True, timeout=f"{MOVED_S:.0f}s")
        yield
    finally:
        market.index_settings(**{"index.auto_expand_replicas": "0-1"})
        market.whole()


def node_of(market: Market, *, with_state: bool) -> int:
    """A node whose shard holds the state of the index, or one whose shards do not."""
    found = market.server.search_shards(index=market.index, routing=STATE_ID)
    holds = found["nodes"][found["shards"][0][0]["node"]]["name"]
    names = [node.name for node in market.cluster.nodes]
    held = {
        found["nodes"][copies[0]["node"]]["name"]
        for found in [market.server.search_shards(index=market.index)]
        for copies in found["shards"]
    }
    return next(number for number, name in enumerate(names) if name in held and (name == holds) == with_state)


@pytest.mark.parametrize("with_state", [False, True], ids=["of listings", "of the state"])
def test_a_red_shard_is_named_and_all_is_there_when_its_node_is_back(
    market: Market, cluster: Cluster, with_state: bool
) -> None:
    with (
        without_copies(market),
        drill(market, f"red shard {'with the state' if with_state else ''}".strip()) as running,
    ):
        running.last(2.0)
        with killed(cluster, node_of(market, with_state=with_state)):
            running.until_degraded()
            running.last(5.0)
            said = list(running.row.degraded)
        market.whole()
        running.recovered()
    assert any("没有应答" in each for each in said)


def test_a_shard_moves_back_to_a_node_where_readers_hold_what_it_left(market: Market) -> None:
    """Nobody publishes meanwhile, so only the age of the readers' view lets go of it."""
    with without_copies(market):
        market.settings(**{"cluster.routing.rebalance.enable": "none"})
        try:
            shard, home = next((each["shard"], each["node"]) for each in shards(market) if each["prirep"] == "p")
            away = next(node.name for node in market.cluster.nodes if node.name != home)
            move(market, shard, home, away)
            wait_for(lambda: shard_is_on(market, shard, away), seconds=30.0, what="the shard away")
            move(market, shard, away, home)
            wait_for(lambda: moved(market, shard, away, home), seconds=MOVED_S, what="the shard back")
        finally:
            market.settings(**{"cluster.routing.rebalance.enable": None})


def shards(market: Market) -> list[dict[str, str]]:
    """Where each copy of the published generation is."""
    found = market.server.cat.shards(index=market.index, format="json", h="shard,prirep,node,state")
    return [dict(row) for row in found]  # type: ignore[arg-type]


def move(market: Market, shard: str, here: str, there: str) -> None:
    order = {"index": market.index, "shard": int(shard), "from_node": here, "to_node": there}
    market.server.cluster.reroute(commands=[{"move": order}])


def moved(market: Market, shard: str, here: str, there: str) -> bool:
    """Whether it is there. A server that waited a minute for what holds the shard gives up a move that it was told to
    make (its own it makes again), and whoever told it has to tell it again."""
    if shard_is_on(market, shard, here):
        move(market, shard, here, there)
    return shard_is_on(market, shard, there)


def shard_is_on(market: Market, shard: str, name: str) -> bool:
    """Whether it has arrived, and is nowhere else."""
    return [(each["node"], each["state"]) for each in shards(market) if each["shard"] == shard] == [(name, "STARTED")]


def watermarks(market: Market, free: str | None) -> None:
    """How much must be free on a disk; None: as the nodes have it."""
    market.settings(
        **{f"{_WATERMARK}.{name}": free for name in ("low", "high", "flood_stage")},
        **{
            "cluster.routing.allocation.disk.threshold_enabled": None if free is None else True,
            "cluster.info.update.interval": None if free is None else "10s",
        },
    )


def is_read_only(market: Market) -> bool:
    """Whether the server itself took the index off writing."""
    found = market.server.indices.get_settings(index=market.index, flat_settings=True)
    return found[market.index]["settings"].get("index.blocks.read_only_allow_delete") == "true"


def test_a_full_disk_stops_writes_alone_and_they_go_on_when_there_is_room(market: Market) -> None:
    with drill(market, "disk full") as running:
        try:
            watermarks(market, FULL)
            wait_for(lambda: is_read_only(market), seconds=60, what="the flood stage")
            answered = running.row.answered
            running.last(5.0)
            assert running.row.answered > answered
            assert running.waiting() > 10
            watermarks(market, ROOMY)
            running.recovered()
            assert not is_read_only(market)
        finally:
            watermarks(market, None)
    assert not running.row.failed
