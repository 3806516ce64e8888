"""Heads of the ledger's chains in a signed file outside the database: who rewrites the ledger cannot rewrite this.

A line of JSON for each anchoring; its signature (HMAC-SHA256 with the home's secret) covers the line and the signature
before it, so that no line can be changed, left out or put elsewhere.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from filelock import FileLock
from itsdangerous import Signer

from catalog_service.domain.money.ledger import Head
from kernel.errors import Conflict

FILE_NAME = "ledger.anchors"


class AnchorsForged(Conflict):
    """A line of the file is not as it was written; ``detail`` has its number."""

    code = "anchors_forged"


BLOCK_BYTES = 1 << 16
LAST = -1  # the number of the last line, as long as nobody has counted


class _Line(msgspec.Struct, frozen=True):
    at: int
    heads: list[tuple[str, int, str]]
    previous: str
    signature: str


class AnchorFile:
    """Going through it gives every head that it names, line by line in constant memory, and raises ``AnchorsForged`` at
    the first line that is not as it was written."""

    def __init__(self, path: Path, *, secret: str) -> None:
        self._path = path
        self._signer = Signer(secret, salt="ledger-anchor", digest_method=hashlib.sha256)

    def __iter__(self) -> Iterator[Head]:
        if not self._path.exists():
            return
        with self._locked():  # a line that is being written is none yet
            end = self._path.stat().st_size
        previous, read = "", 0
        with self._path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                read += len(raw)
                if read > end:
                    return
                line = self._read(raw, number)
                if line.previous != previous:
                    raise _forged(number)
                previous = line.signature
                yield from _heads(line)

    def anchored_at(self) -> int:
        """When it was written last; 0 for never. Of the last line alone, which is checked."""
        if not self._path.exists():
            return 0
        with self._locked():
            line = self._last()
        return 0 if line is None else line.at

    def append(self, heads: Sequence[Head], *, at: int) -> int:
        """Write the heads that the last line does not have; how many those were. On disk before it returns."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked():
            last = self._last()
            had = frozenset() if last is None else frozenset(_heads(last))
            fresh = sorted((head.chain_id, head.number, head.hash) for head in heads if head not in had)
            if not fresh:
                return 0
            previous = "" if last is None else last.signature
            line = _Line(at=at, heads=fresh, previous=previous, signature=self._signature(at, fresh, previous))
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode(line) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            return len(fresh)

    def _locked(self) -> FileLock:
        """While somebody writes a line, nobody reads half of it."""
        return FileLock(f"{self._path}.lock")

    def _read(self, raw: bytes, number: int) -> _Line:
        try:
            line = msgspec.json.decode(raw, type=_Line)
        except msgspec.DecodeError:
            raise _forged(number) from None
        if not self._signer.verify_signature(_said(line.at, line.heads, line.previous), line.signature):
            raise _forged(number)
        return line

    def _last(self) -> _Line | None:
        """The last line, found from the end: the file grows for years."""
        if not self._path.exists():
            return None
        with self._path.open("rb") as file:
            end, tail = file.seek(0, os.SEEK_END), b""
            while end > 0 and b"\n" not in tail[:-1]:
                step = min(BLOCK_BYTES, end)
                end -= step
                file.seek(end)
                tail = file.read(step) + tail
        lines = tail.splitlines()
        return self._read(lines[-1], LAST) if lines else None

    def _signature(self, at: int, heads: list[tuple[str, int, str]], previous: str) -> str:
        return self._signer.get_signature(_said(at, heads, previous)).decode("ascii")


def _heads(line: _Line) -> Iterator[Head]:
    return (Head(chain_id=chain, number=number, hash=digest) for chain, number, digest in line.heads)


def _said(at: int, heads: list[tuple[str, int, str]], previous: str) -> bytes:
    return msgspec.json.encode([at, heads, previous])


def _forged(number: int) -> AnchorsForged:
    which = "最后一行" if number == LAST else f"第 {number} 行"
    return AnchorsForged(f"锚文件{which}被改动，或之前缺行", detail={"line": number})
