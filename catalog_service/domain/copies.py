"""What is known of a copy of the record: enough to say whether another one holds the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

# A difference is named to so many rows. A mark is 16 digits, so ten million rows take a third of a megabyte.
ROWS_A_MARK = 1_000
MARK_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class TableContent:
    """``sha256`` is over all rows in the order of their keys; ``marks`` are what it was after each thousand of them."""

    rows: int
    sha256: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContent:
    """The whole record at one moment. ``counters``: by table, the last number that its self-counting key has given."""

    revision: str
    tables: Mapping[str, TableContent]
    counters: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())


def differences(told: RecordContent, found: RecordContent) -> Iterator[str]:
    """Each table that is not as it was told, in the order of their names, to a thousand rows."""
    if told.revision != found.revision:
        yield f"结构版本是 {found.revision}，应为 {told.revision}"
    for name in sorted(told.tables.keys() | found.tables.keys()):
        ought, is_ = told.tables.get(name), found.tables.get(name)
        if ought is None or is_ is None:
            yield f"表 {name}：{'多出' if ought is None else '缺少'}"
        elif ought.sha256 != is_.sha256:
            first = _first_block(ought.marks, is_.marks)
            counted = f"{is_.rows:,} 行，应为 {ought.rows:,} 行；" if ought.rows != is_.rows else ""
            yield f"表 {name}：{counted}第一处差异在第 {first + 1:,} 到 {first + ROWS_A_MARK:,} 行之间（按主键的次序）"
    for name in sorted(told.counters.keys() & found.counters.keys()):
        if told.counters[name] != found.counters[name]:
            yield f"表 {name} 的计数器是 {found.counters[name]}，应为 {told.counters[name]}"


def _first_block(ought: tuple[str, ...], found: tuple[str, ...]) -> int:
    """The number of rows before the first thousand that differ."""
    same = 0
    for one, other in zip(ought, found, strict=False):
        if one != other:
            break
        same += 1
    return same * ROWS_A_MARK
