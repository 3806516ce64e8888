"""One writer a home. The lock dies with its process; the owner file only says who holds it."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from search_engine.port import WriterBusy


@contextmanager
def writer_lock(index_dir: Path) -> Iterator[None]:
    """Hold the home's writer lock; raises WriterBusy naming the process that has it."""
    index_dir.mkdir(parents=True, exist_ok=True)
    owner_path = index_dir / "writer.owner.json"
    lock = FileLock(index_dir / "writer.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise _busy(owner_path) from None
    try:
        owner = {"pid": os.getpid(), "host": socket.gethostname(), "command": " ".join(sys.argv)[:200]}
        owner_path.write_text(json.dumps(owner, ensure_ascii=False))
        yield
    finally:
        owner_path.unlink(missing_ok=True)
        lock.release()


def _busy(owner_path: Path) -> WriterBusy:
    try:
        owner = json.loads(owner_path.read_text())
        name = f"进程 {owner['pid']}（{owner['host']}，{owner['command']}）"
    except (OSError, ValueError, KeyError, TypeError):
        owner, name = {}, "另一个进程"
    return WriterBusy(f"{name}正在写索引，请等它结束或先停掉它", detail={"owner": owner})
