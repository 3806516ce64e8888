"""Refused rows as JSON lines beside the file that they came from."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from catalog_service.ports.listings import RejectedRow
from kernel.errors import Unavailable


class RejectsWriter:
    """``RejectsFile`` at ``<file>.rejects.jsonl``."""

    def __init__(self, source: Path) -> None:
        self._path = source.with_name(source.name + ".rejects.jsonl")

    @property
    def name(self) -> str:
        return str(self._path)

    def begin(self, *, length: int) -> None:
        try:
            if length == 0:
                self._path.unlink(missing_ok=True)
                return
            with self._path.open("ab") as file:
                file.truncate(min(length, file.tell()))
        except OSError as error:
            raise self._unwritable(error) from error

    def append(self, rejected: Sequence[RejectedRow]) -> int:
        lines = b"".join(msgspec.json.encode(row, enc_hook=str) + b"\n" for row in rejected)
        try:
            with self._path.open("ab") as file:
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
                return file.tell()
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> Unavailable:
        return Unavailable(f"无法写入 {self._path}：{error.strerror or error}", code="rejects_unwritable")
