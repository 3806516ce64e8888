"""Three real nodes with a product over them, shared by the faults; the table of what they cost at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.elasticsearch.server import Cluster
from tests.faults.elasticsearch.link import SlowLink
from tests.faults.elasticsearch.market import LISTINGS, SEED, Market, market_over
from tests.faults.elasticsearch.report import ROWS, table

NODES, SHARDS, HEAP_MB = 3, 3, 512
RESULTS = Path(__file__).parents[3] / "bench" / "results" / "faults.md"


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three nodes. Without them there is nothing to test here, so a missing server is a failure."""
    made = Cluster(tmp_path_factory.mktemp("cluster"), count=NODES, heap_mb=HEAP_MB)
    made.start()
    yield made
    made.remove()


@pytest.fixture(scope="session")
def link(cluster: Cluster) -> Iterator[SlowLink]:
    """The way to the first node."""
    with SlowLink(cluster.nodes[0].http_port).open() as link:
        yield link


@pytest.fixture(scope="session")
def market(
    cluster: Cluster, link: SlowLink, shared_knowledge: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Market]:
    """The product, which reaches the first node through the link."""
    urls = ",".join([link.url, *(node.url for node in cluster.nodes[1:])])
    with market_over(cluster, tmp_path_factory.mktemp("market"), urls=urls, shards=SHARDS) as made:
        yield made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table; written down when ``PIFA_FAULTS_WRITE`` asks for it."""
    if not ROWS:
        return
    terminalreporter.section("faults")
    terminalreporter.write_line(table())
    if os.environ.get("PIFA_FAULTS_WRITE"):
        RESULTS.write_text(_document(), encoding="utf-8")


def _document() -> str:
    from bench.relevance.report import about

    made = about(seed=SEED, listings=LISTINGS, encoder="static")
    return f"""# Faults

Made by `PIFA_FAULTS_WRITE=1 make faults` at commit `{made["commit"][:12]}`, {made["machine"]},
Python {made["python"]}; {NODES} nodes of Elasticsearch with {HEAP_MB} MB, {SHARDS} shards with a copy each,
{LISTINGS} demo listings, seed {SEED}, and a stream of writes and one of searches through `pifa serve` while each fault
lasts. Answered: 200 and whole. Degraded: 200, and `degraded` says what is left out. Failed: 503 with a clear code.
Recovery: from the end of the fault until everything acknowledged is found and searches are whole, with nobody helping.

{table()}
"""
