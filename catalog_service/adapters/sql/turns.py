"""Writers take turns: the threads of a process in the order in which they came, and processes by a lock on a file."""

from __future__ import annotations

import os
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: processes are not queued there (see ``FileTurns``)
    fcntl = None  # type: ignore[assignment]


class Turns:
    """A lock that is handed on to who has waited longest. ``threading.Lock`` is taken by whoever happens to run, so one
    of many writers may wait for all others several times over."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(self, *, seconds: float) -> Iterator[bool]:
        """The turn, until the block is left; False when it did not come in time."""
        mine = self._take(seconds)
        try:
            yield mine
        finally:
            if mine:
                self._hand_on()

    def _take(self, seconds: float) -> bool:
        with self._mutex:
            if not self._taken:
                self._taken = True
                return True
            called = threading.Event()
            self._waiting.append(called)
        if called.wait(seconds):
            return True
        with self._mutex:
            if called.is_set():  # in this very moment
                return True
            self._waiting.remove(called)
            return False

    def _hand_on(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False


class FileTurns:
    """Turns among processes: the kernel's lock on a file of its own, which it wakes the next one for at once, and takes
    from a process that dies. Asked by one thread of a process at a time.

    The kernel knows no time limit here. So where another process has the lock a thread waits for it; who gave up in the
    meantime leaves it behind, and it serves the next one or gives the lock back. Where there are no such locks
    (Windows, some network file systems) everybody has the turn at once.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._mutex = threading.Lock()
        self._waits = False  # a thread of ours, in the kernel
        self._called: threading.Event | None = None  # of who wants the lock that it waits for

    @contextmanager
    def turn(self, *, seconds: float) -> Iterator[bool]:
        """The turn, until the block is left; False when it did not come in time."""
        lock = self._lock()
        if lock is None:
            yield True
            return
        mine = self._take(lock, seconds)
        try:
            yield mine
        finally:
            if mine:
                lock(fcntl.LOCK_UN)

    def _take(self, lock: Callable[[int], None], seconds: float) -> bool:
        with self._mutex:
            if not self._waits:
                try:
                    lock(fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return True
                except BlockingIOError:
                    self._waits = True
                    threading.Thread(target=self._wait, args=(lock,), name="file-turn", daemon=True).start()
            called = self._called = threading.Event()
        if called.wait(seconds):
            return True
        with self._mutex:
            self._called = None
            return called.is_set()  # in this very moment

    def _wait(self, lock: Callable[[int], None]) -> None:
        lock(fcntl.LOCK_EX)
        with self._mutex:
            self._waits = False
            if self._called is None:
                lock(fcntl.LOCK_UN)
            else:
                self._called.set()

    def _lock(self) -> Callable[[int], None] | None:
        """``flock`` on the file, which is made when it is first asked for; None where that cannot be."""
        if fcntl is None:
            return None
        if self._file is None:
            try:
                file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError:
                return None
            try:
                fcntl.flock(file, fcntl.LOCK_UN)  # only to hear whether its file system knows such locks
            except OSError:
                os.close(file)
                return None
            self._file = file
            weakref.finalize(self, os.close, file)
        return partial(fcntl.flock, self._file)
