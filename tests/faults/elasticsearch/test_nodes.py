"""Nodes that die, hang, are slow, or are all gone; and come back. What must hold of every fault is asserted where a
``drill`` ends."""

from __future__ import annotations

import pytest

from ops.elasticsearch.server import Cluster
from tests.faults.elasticsearch.drill import drill
from tests.faults.elasticsearch.link import SlowLink
from tests.faults.elasticsearch.market import Market, killed

BEFORE_S = 2.0  # of work before each fault, so that it falls into the middle of it
LOCK_LOST_S = 35.0  # longer than the writer's lock lives without being renewed


@pytest.mark.parametrize("role", ["data node", "master"])
def test_a_node_is_killed_and_the_others_answer_whole_before_it_is_back(
    market: Market, cluster: Cluster, role: str
) -> None:
    with drill(market, f"{role} killed") as running:
        running.last(BEFORE_S)
        master = market.master()
        with killed(cluster, master if role == "master" else (master + 1) % cluster.count):
            running.until_answered()
            running.last(BEFORE_S)
        market.whole()
        running.recovered()


def test_a_node_hangs_and_a_search_keeps_its_deadline(market: Market, cluster: Cluster) -> None:
    with drill(market, "node hangs") as running:
        running.last(BEFORE_S)
        hanging = (market.master() + 1) % cluster.count
        cluster.pause(hanging, on=True)
        try:
            running.last(10.0)
        finally:
            cluster.pause(hanging, on=False)
        running.recovered()


def test_the_way_to_a_node_is_slow_and_searches_are_only_later(market: Market, link: SlowLink) -> None:
    with drill(market, "way to a node 0.2 s") as running:
        with link.slower(0.2):
            running.last(6.0)
        running.recovered()
    assert not running.row.failed


def test_the_way_to_a_node_is_slower_than_any_patience_and_the_others_are_asked(market: Market, link: SlowLink) -> None:
    with drill(market, "way to a node 10 s") as running:
        with link.slower(10.0):
            running.last(12.0)
        running.recovered()
    assert running.row.answered > running.row.failed.total()


def test_the_whole_cluster_is_gone_and_comes_back(market: Market, cluster: Cluster) -> None:
    with drill(market, "whole cluster gone") as running:
        running.last(BEFORE_S)
        with killed(cluster, *range(cluster.count)):
            running.until_failed()
            running.last(LOCK_LOST_S)
        market.whole()
        running.recovered()
