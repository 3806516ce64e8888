"""JSON lines: one object a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from catalog_service.adapters.files.binary import LINE_BYTES_MAX, FileBytes
from catalog_service.ports.listings import SourceRow

RAW_CHARACTERS_MAX = 2_000  # of an unreadable line, enough to find it again

_decode = msgspec.json.Decoder(dict[str, object]).decode


class JsonLinesSource:
    """``ListingSource`` over JSON lines; blank lines are passed over and count as lines."""

    def __init__(self, path: Path, *, packed: bool) -> None:
        self._bytes = FileBytes(path, packed=packed)

    @property
    def name(self) -> str:
        return self._bytes.path.name

    @property
    def columns(self) -> Sequence[str] | None:
        return None

    def digest(self) -> str:
        return self._bytes.digest()

    def rows(self, *, skip: int) -> Iterator[SourceRow]:
        done = 0
        for number, (line, too_long) in enumerate(self._bytes.lines(), start=1):
            if not line.strip(b" \t\r\n\xef\xbb\xbf"):
                continue
            done += 1
            if done > skip:
                yield _row(number, line, too_long)

    def fraction_read(self) -> float:
        return self._bytes.fraction_read()


def _row(number: int, line: bytes, too_long: bool) -> SourceRow:
    if too_long:
        return SourceRow(line=number, values={}, fault=f"一行超过 {LINE_BYTES_MAX} 字节", raw=_raw(line))
    try:
        return SourceRow(line=number, values=_decode(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return SourceRow(line=number, values={}, fault=f"不是 JSON 对象：{error}", raw=_raw(line))


def _raw(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r\n")[:RAW_CHARACTERS_MAX]
