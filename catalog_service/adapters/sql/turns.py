"""Threads of one process take turns in the order in which they came."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


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
