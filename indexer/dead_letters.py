"""Changes that could not be applied, set aside with their reason so that the rest goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Protocol

from kernel.clock import Clock


class DeadLetters(Protocol):
    """Where changes are set aside."""

    def add(self, *, offer_id: str, sequence: int, reason: str) -> None: ...


class DeadLetterFile:
    """One JSON line a change, appended; ``pifa doctor`` reads it out."""

    def __init__(self, path: Path, *, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def add(self, *, offer_id: str, sequence: int, reason: str) -> None:
        entry = {"at": self._clock.now(), "offer_id": offer_id, "sequence": sequence, "reason": reason}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def read(self) -> list[dict[str, object]]:
        """All of them, oldest first."""
        if not self._path.exists():
            return []
        return [json.loads(line) for line in self._path.read_text("utf-8").splitlines() if line]
