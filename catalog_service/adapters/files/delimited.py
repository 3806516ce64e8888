"""CSV and TSV with a header line, as spreadsheets write them: UTF-8 (with or without a mark) or GB 18030."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from catalog_service.adapters.files.binary import LINE_BYTES_MAX, FileBytes
from catalog_service.ports.listings import SourceRow
from kernel.errors import Invalid

SNIFFED_BYTES = 1 << 16  # enough lines to tell an encoding apart

csv.field_size_limit(LINE_BYTES_MAX)


class DelimitedSource:
    """``ListingSource`` over delimited text; the delimiter is the one of , tab ; that parts the header most often."""

    def __init__(self, path: Path, *, packed: bool) -> None:
        self._bytes = FileBytes(path, packed=packed)
        self._encoding = encoding_of(self._bytes.head(SNIFFED_BYTES))
        self._faulty = False
        first = next(self._lines(), "")
        self._delimiter = max(",\t;", key=first.count)
        reader = csv.reader(self._lines(), delimiter=self._delimiter)
        try:
            self._columns = tuple(column.strip() for column in next(reader, []))
        except csv.Error as error:
            raise Invalid(f"表头无法读取：{error}", parameter="file") from error
        named = [column for column in self._columns if column]
        if not named:
            raise Invalid("文件没有表头", parameter="file")
        repeated = sorted({column for column in named if named.count(column) > 1})
        if repeated:
            raise Invalid(f"表头里的列名重复：{'、'.join(repeated)}", parameter="file")

    @property
    def name(self) -> str:
        return self._bytes.path.name

    @property
    def columns(self) -> Sequence[str] | None:
        return self._columns

    def digest(self) -> str:
        return self._bytes.digest()

    def rows(self, *, skip: int) -> Iterator[SourceRow]:
        reader = csv.reader(self._lines(), delimiter=self._delimiter)
        next(reader, None)
        done = 0
        while True:
            line, self._faulty = reader.line_num + 1, False
            fault, cells = "", []
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                fault = f"这一行无法读取：{error}"
            if not cells and not fault:
                continue
            done += 1
            if done > skip:
                yield self._row(line, cells, fault)

    def fraction_read(self) -> float:
        return self._bytes.fraction_read()

    def _row(self, line: int, cells: list[str], fault: str) -> SourceRow:
        if not fault and self._faulty:
            fault = f"这一行不是有效的 {self._encoding} 文字，或过长"
        if not fault and len(cells) != len(self._columns):
            fault = f"这一行有 {len(cells)} 列，表头有 {len(self._columns)} 列"
        values = dict(zip(self._columns, cells, strict=False))
        values.pop("", None)
        return SourceRow(
            line=line, values=values, fault=fault, raw=self._delimiter.join(cells)[:2_000] if fault else ""
        )

    def _lines(self) -> Iterator[str]:
        first = True
        for line, too_long in self._bytes.lines():
            self._faulty |= too_long
            try:
                text = line.decode(self._encoding)
            except UnicodeDecodeError:
                self._faulty, text = True, line.decode(self._encoding, "replace")
            yield text.removeprefix("\ufeff") if first else text
            first = False


def encoding_of(head: bytes) -> str:
    """UTF-8 when most lines beyond ASCII are it (GB 18030 never is by accident): one bad byte spoils one line only."""
    *whole, cut = head.split(b"\n")
    foreign = [line for line in (whole or [cut]) if not line.isascii()]
    valid = sum(_is_utf8(line) for line in foreign)
    return "utf-8" if 2 * valid >= len(foreign) else "gb18030"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
