"""Versions of withdrawals, so that an older publication that arrives late does not bring an offer back."""

from __future__ import annotations

import json
import os
from pathlib import Path


class Tombstones:
    """``tombstones.jsonl``: appended at each commit, before the text; read once by the writer."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "tombstones.jsonl"
        self._versions: dict[str, int] = {}
        self._unsaved: list[tuple[str, int]] = []
        if self._path.exists():
            for line in self._path.read_text().splitlines():
                self._load(line)

    def version(self, offer_id: str) -> int:
        """The version at which the offer was withdrawn; -1 when it never was."""
        return self._versions.get(offer_id, -1)

    def bury(self, offer_id: str, version: int) -> None:
        """Remember a withdrawal."""
        if version > self.version(offer_id):
            self._versions[offer_id] = version
            self._unsaved.append((offer_id, version))

    def save(self) -> None:
        """Append what is new and sync it."""
        if not self._unsaved:
            return
        with self._path.open("a") as file:
            file.write("\n" + "\n".join(json.dumps(entry) for entry in self._unsaved) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._unsaved.clear()

    def _load(self, line: str) -> None:
        try:
            offer_id, version = json.loads(line)
        except ValueError:
            return  # empty, or the torn last line of a killed writer: the feed brings that withdrawal again
        self._versions[offer_id] = max(version, self.version(offer_id))
