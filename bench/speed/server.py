"""The real thing: ``pifa serve`` as a process of its own, and what its processes hold in memory."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

START_WAIT_S = 120.0


class ServerNotReadyError(Exception):
    """The process ended, or was not ready in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running site. ``start_seconds``: from the command to the first ready answer."""

    port: int
    start_seconds: float
    process: subprocess.Popen[bytes]

    def memory_mb(self) -> dict[str, Any]:
        """Megabytes by process: resident, and PSS, where what is shared counts once among those who share it."""
        family = [self.process.pid, *(child.pid for child in psutil.Process(self.process.pid).children(recursive=True))]
        each = [_memory(pid) for pid in family]
        return {
            "pss_total": round(sum(entry["pss"] for entry in each), 1),
            "private_total": round(sum(entry["private"] for entry in each), 1),
            "processes": each,
        }


@contextmanager
def served(home: Path, *, workers: int, follower: bool, encoder: str = "static") -> Iterator[Server]:
    """``pifa serve`` over a home, ready to answer; stopped when the block ends."""
    port = _free_port()
    command = [sys.executable, "-m", "pifa", "serve", "--home", str(home), "--port", str(port)]
    command += ["--workers", str(workers), "--follower" if follower else "--no-follower"]
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, "PIFA_ENCODER": encoder}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_until_ready(process, port)
        yield Server(port=port, start_seconds=round(time.perf_counter() - started, 2), process=process)
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_WAIT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerNotReadyError(f"exit code {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5):
                return
        except OSError:
            time.sleep(0.02)
    raise ServerNotReadyError(f"not ready in {START_WAIT_S:.0f} s")


def _memory(pid: int) -> dict[str, Any]:
    """From the kernel's own sums, in megabytes."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    kilobytes = {name: int(value) for name, value in re.findall(r"^(\w+):\s+(\d+) kB", rollup, re.MULTILINE)}
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    command = " ".join(psutil.Process(pid).cmdline()[1:5])
    return {
        "command": re.sub(r"/\S+/", "", command),
        "rss": round(kilobytes["Rss"] / 1024, 1),
        "pss": round(kilobytes["Pss"] / 1024, 1),
        "private": round(private / 1024, 1),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
