"""Seconds of the parts of a deed."""

from __future__ import annotations

import time

Timings = dict[str, list[float]]


class Laps:
    """Seconds since the last call, and since the beginning."""

    def __init__(self, timings: Timings) -> None:
        self._timings = timings
        self._started = self._last = time.perf_counter()

    def __call__(self, name: str) -> None:
        now = time.perf_counter()
        self._timings.setdefault(name, []).append(now - self._last)
        self._last = now

    def whole(self, name: str) -> None:
        self._timings.setdefault(name, []).append(time.perf_counter() - self._started)
