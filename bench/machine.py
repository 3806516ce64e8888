"""Where and of what a measurement was taken: what makes two result files comparable."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results"
LIBRARIES = ("numpy", "tantivy", "faiss-cpu", "onnxruntime", "rjieba", "fastapi", "uvicorn", "orjson", "lancedb", "ray")


def provenance(*, seed: int) -> dict[str, Any]:
    """Machine, seed, commit, date and library versions of a measurement that begins now."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "seed": seed,
        "machine": machine(),
        "libraries": {name: found for name in LIBRARIES if (found := _version(name))},
    }


def machine() -> dict[str, Any]:
    """Processor, cores, memory and Python; the load says how quiet the machine was."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load_1_5_15_min": [round(load, 2) for load in os.getloadavg()],
    }


def commit() -> str:
    """The commit of the working tree, marked when code differs from it; empty outside a checkout."""
    try:
        head = _git("rev-parse", "--short=12", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench/results")
    except (OSError, subprocess.CalledProcessError):
        return ""
    return f"{head}+changes" if changed else head


def save_section(path: Path, section: str, measured: Mapping[str, Any], *, seed: int) -> None:
    """Write one section of a result file, keeping the others; each carries its own provenance."""
    content = json.loads(path.read_text("utf-8")) if path.exists() else {}
    content[section] = {**provenance(seed=seed), **measured}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


@contextmanager
def alone(lock: Path | None) -> Iterator[None]:
    """Hold a lock that other work takes too (``flock`` of util-linux), while something is timed. Waits in
    the kernel: who polls never gets what others wait for."""
    if lock is None:
        yield
        return
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _cpu_model() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
