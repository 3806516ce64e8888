"""A cluster of real nodes on this machine: start, kill, bring back, stop."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from ops.elasticsearch.home import lay_out
from ops.elasticsearch.jars import VERSION, ServerMissing, fetch_jars

START_S = 120.0  # three nodes form in about 30 s on two cores
_CHECKOUT = Path(__file__).resolve().parents[2]
# Disk thresholds are for large disks; who tests them sets their own.
COMMON: Mapping[str, object] = {
    "network.host": "127.0.0.1",
    "action.destructive_requires_name": True,
    "cluster.routing.allocation.disk.threshold_enabled": False,
}


@dataclass(slots=True)
class Node:
    """One node: its home, its ports, its process while it runs."""

    name: str
    home: Path
    http_port: int
    transport_port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass(slots=True)
class Cluster:
    """``nodes`` nodes with their data under ``directory``; the first listens on ``port`` when it is given."""

    directory: Path
    count: int = 1
    heap_mb: int = 512
    port: int = 0
    version: str = VERSION
    settings: Mapping[str, object] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address of the first node that runs."""
        return next((node.url for node in self.nodes if node.running), self.nodes[0].url)

    @property
    def urls(self) -> str:
        """The addresses of all nodes, with commas in between."""
        return ",".join(node.url for node in self.nodes)

    def start(self) -> Cluster:
        """Start every node and wait until all of them have joined; raises ServerMissing with the reason."""
        ports = _free_ports(2 * self.count)
        if self.port:
            ports[0] = _usable(self.port)
        self.nodes = [
            Node(f"node-{n}", self.directory / f"node-{n}", ports[n], ports[self.count + n]) for n in range(self.count)
        ]
        for number in range(self.count):
            self.launch(number)
        try:
            self.wait(nodes=self.count)
        except BaseException:
            self.stop()
            raise
        return self

    def launch(self, number: int) -> None:
        """Start one node over whatever data it has."""
        node = self.nodes[number]
        jars = fetch_jars(self.version)
        lay_out(node.home, jars, self.settings_of(node))
        log = (node.home / "logs" / "process.log").open("ab")
        node.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "ops.elasticsearch.node", str(node.home), str(jars), str(self.heap_mb)],
            cwd=_CHECKOUT,
            stdout=log,
            stderr=log,
        )
        log.close()

    def kill(self, number: int) -> None:
        """SIGKILL, as a machine that loses its power."""
        node = self.nodes[number]
        if node.process is not None:
            node.process.kill()
            node.process.wait()

    def pause(self, number: int, *, on: bool) -> None:
        """Hold a node still (SIGSTOP), or let it go on: a node that is there and does not answer."""
        node = self.nodes[number]
        if node.process is not None:
            os.kill(node.process.pid, signal.SIGSTOP if on else signal.SIGCONT)

    def wait(self, *, nodes: int, status: str = "yellow", seconds: float = START_S) -> None:
        """Until so many nodes form a cluster of at least this health."""
        deadline = time.monotonic() + seconds
        path = f"/_cluster/health?wait_for_nodes={nodes}&wait_for_status={status}&timeout=1s"
        while time.monotonic() < deadline:
            self._refuse_dead(nodes)
            health = self.get(path)
            if health and health.get("number_of_nodes") == nodes and not health.get("timed_out"):
                return
            time.sleep(0.2)
        raise ServerMissing(f"Elasticsearch 在 {seconds:.0f} 秒内没有就绪：{self.directory}")

    def get(self, path: str) -> dict[str, object] | None:
        """The answer of the first node that gives one, None when none does."""
        for node in self.nodes:
            if not node.running:
                continue
            try:
                with urllib.request.urlopen(node.url + path, timeout=10) as answer:  # noqa: S310
                    found: dict[str, object] = orjson.loads(answer.read())
                    return found
            except (urllib.error.URLError, OSError):
                continue
        return None

    def stop(self) -> None:
        """End every node; its data stays."""
        for node in self.nodes:
            if node.running and node.process is not None:
                os.kill(node.process.pid, signal.SIGCONT)
                node.process.terminate()
        for node in self.nodes:
            if node.process is not None:
                try:
                    node.process.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    node.process.kill()
                    node.process.wait()

    def remove(self) -> None:
        """Stop, and drop the data."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def settings_of(self, node: Node) -> dict[str, object]:
        """What its ``elasticsearch.yml`` says."""
        settings: dict[str, object] = {
            **COMMON,
            "cluster.name": "pifa",
            "node.name": node.name,
            "path.data": str(node.home / "data"),
            "path.logs": str(node.home / "logs"),
            # What `pifa snapshot` makes is kept here: every node must see the same folder.
            "path.repo": [str(self.directory / "snapshots")],
            "http.port": node.http_port,
            "transport.port": node.transport_port,
        }
        if self.count == 1:
            settings["discovery.type"] = "single-node"
        else:
            settings["discovery.seed_hosts"] = [f"127.0.0.1:{each.transport_port}" for each in self.nodes]
            settings["cluster.initial_master_nodes"] = [each.name for each in self.nodes]
        return {**settings, **self.settings}

    def _refuse_dead(self, nodes: int) -> None:
        if sum(node.running for node in self.nodes) >= nodes:
            return
        for node in self.nodes:
            if node.process is not None and node.process.poll() not in (None, 0, -signal.SIGKILL):
                last = (node.home / "logs" / "process.log").read_text(errors="replace").strip().splitlines()
                raise ServerMissing(f"Elasticsearch 没有启动（{node.home}）：{last[-1] if last else '没有输出'}")


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


def _usable(port: int) -> int:
    """The port, unless someone listens on it."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise ServerMissing(f"端口 {port} 已被占用，请用 --port 另选一个 / port {port} is taken")
    return port
