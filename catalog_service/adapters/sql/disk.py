"""Wait for the disk after a commit, outside of it: one wait serves all that committed before it began."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

# Where it is missing (macOS, Windows) the whole file is synced, as SQLite itself does there.
_sync = getattr(os, "fdatasync", os.fsync)


class LogOnDisk:
    """SQLite's write-ahead log. It is written in one order: once a commit is on disk, so is whatever its transaction
    had read. Safe between threads; processes wait each for themselves."""

    def __init__(self, log: Path, *, sync: Callable[[int], None] = _sync) -> None:
        self._log = log
        self.sync = sync  # waits for the disk to have what was written to a descriptor
        self._counting = threading.Lock()
        self._syncing = threading.Lock()
        self._committed = self._on_disk = 0
        self._inode = 0

    def wait(self) -> None:
        """Until what this thread has just committed is on disk. Raises ``OSError``."""
        with self._counting:
            self._committed += 1
            mine = self._committed
        with self._syncing:
            if self._on_disk >= mine:
                return
            reached = self._committed  # all of these had committed before the next line
            self._sync()
            self._on_disk = reached

    def _sync(self) -> None:
        try:
            log = os.open(self._log, os.O_RDWR)
        except FileNotFoundError:
            # Whoever closed last wrote the log into the file, synced it and removed the log; a file that keeps a
            # rollback journal instead (a copy) is synced by the commit itself.
            return
        try:
            self.sync(log)
            inode = os.fstat(log).st_ino
        finally:
            os.close(log)
        if inode != self._inode:  # a new file is safe once its name is
            _sync_folder(self._log.parent)
            self._inode = inode


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there, and their entries are journalled
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
