"""Time comes in from outside."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Whole seconds since the epoch, UTC."""

    def now(self) -> int: ...


class SystemClock:
    """The machine's clock; only ``pifa.wiring`` picks it."""

    def now(self) -> int:
        return int(time.time())


@dataclass
class FixedClock:
    """A clock that moves only when told to, for tests and seeded data."""

    seconds: int

    def now(self) -> int:
        return self.seconds
