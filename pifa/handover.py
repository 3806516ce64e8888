"""The index has one writer. A rebuild asks the running follower to let go of it, and gives it back when done."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import stamina

from pifa.home import Home
from search_engine.port import IndexStore, WriterBusy

# A follower lets go between two batches; its longest step is a merge of segments, well under a minute.
HANDOVER_SECONDS = 60.0


def wanted_file(home: Home) -> Path:
    """The file whose presence asks the follower to let go; it holds the asker's process number."""
    return home.directory / "writer.wanted"


def writer_wanted(home: Home) -> bool:
    """Whether a living process waits for the writer; a file left by a dead one is removed."""
    path = wanted_file(home)
    try:
        pid = int(path.read_text("ascii"))
        os.kill(pid, 0)
    except (FileNotFoundError, ValueError):
        return False
    except ProcessLookupError:
        path.unlink(missing_ok=True)
        return False
    return True


@contextmanager
def writer_handed_over(home: Home, store: IndexStore) -> Iterator[None]:
    """Ask for the writer during the block."""
    path = wanted_file(home)
    path.write_text(str(os.getpid()), "ascii")
    try:
        _wait_until_free(store)
        yield
    finally:
        path.unlink(missing_ok=True)


@stamina.retry(on=WriterBusy, timeout=HANDOVER_SECONDS, wait_initial=0.1, wait_max=0.5, attempts=None)
def _wait_until_free(store: IndexStore) -> None:
    store.require_free()
