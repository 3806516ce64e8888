"""``python -m ops.elasticsearch``: a server for this machine, until Ctrl-C, or for the length of a command."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from ops.elasticsearch.jars import VERSION, ServerMissing, cache_directory, fetch_jars
from ops.elasticsearch.server import Cluster


def main() -> int:
    """Fetch, start, say where, stay."""
    parser = argparse.ArgumentParser(prog="python -m ops.elasticsearch", description=__doc__)
    parser.add_argument("--port", type=int, default=9200, help="of the first node")
    parser.add_argument("--nodes", type=int, default=1)
    parser.add_argument("--heap-mb", type=int, default=1024, help="of each node")
    parser.add_argument("--data", type=Path, default=None, help="where the nodes keep their data")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="run this over the server, then stop it")
    asked = parser.parse_args()
    directory = asked.data or cache_directory() / f"data-{asked.port}"
    cluster = Cluster(directory.absolute(), count=asked.nodes, heap_mb=asked.heap_mb, port=asked.port)
    try:
        print(f"[1/2] 取 Elasticsearch {VERSION}（Maven，44 MB，只取一次）", flush=True)
        fetch_jars()
        print(f"[2/2] 启动 {asked.nodes} 个节点", flush=True)
        cluster.start()
    except ServerMissing as missing:
        print(f"pifa: {missing}", file=sys.stderr)
        return 1
    print(f"Elasticsearch 已就绪：{cluster.urls}  （Ctrl-C 停止；数据在 {directory}）", flush=True)
    if asked.command:
        return _run(asked.command, cluster)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    stopping.wait()
    cluster.stop()
    return 0


def _run(command: list[str], cluster: Cluster) -> int:
    """The command with the settings that name the server; its exit code."""
    environment = {**os.environ, "PIFA_ENGINE": "elastic", "PIFA_ELASTIC_URL": cluster.urls}
    try:
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return 0
    finally:
        cluster.stop()


if __name__ == "__main__":
    sys.exit(main())
