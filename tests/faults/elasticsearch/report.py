"""What each fault cost, as a table."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

HEAD = (
    "fault", "written", "answered", "degraded", "failed", "lost", "doubled", "slowest s", "recovery s", "what was said"
)  # fmt: skip


@dataclass
class Row:
    """One fault. ``degraded`` and ``failed`` by what was said; ``wrong`` is what no search may ever give."""

    fault: str
    written: int = 0
    answered: int = 0
    degraded: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0
    slowest_s: float = 0.0
    recovery_s: float = 0.0
    guard: threading.Lock = field(default_factory=threading.Lock)

    def cells(self) -> list[str]:
        """As the table shows it."""
        counts = [self.written, self.answered, self.degraded.total(), self.failed.total(), self.lost, self.doubled]
        said = "; ".join(f"{n} × {what}" for what, n in (self.degraded + self.failed).most_common(3))
        return [self.fault, *map(str, counts), f"{self.slowest_s:.1f}", f"{self.recovery_s:.1f}", said]


ROWS: list[Row] = []


def table() -> str:
    """Every row so far, in Markdown."""
    lines = [HEAD, ["---"] * len(HEAD), *(row.cells() for row in ROWS)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
