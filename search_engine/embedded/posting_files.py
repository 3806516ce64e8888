"""Where postings lie: segments on disk over ranges of rows, and the few newest rows turned round by each reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from search_engine.embedded.bits import ROWS_A_WORD
from search_engine.embedded.options import PostingOptions
from search_engine.embedded.postings import (
    Postings,
    Range,
    ReadLists,
    load_segment,
    save_segment,
    turned_round,
)

Readers = Mapping[str, ReadLists]  # by kind of posting


def open_postings(directory: Path, ranges: Sequence[Range], *, rows: int, readers: Readers) -> dict[str, Postings]:
    """Postings of every kind over the rows below ``rows``; OSError or ValueError when a file is broken."""
    posted = ranges[-1][1] if ranges else 0
    opened = {}
    for kind, read in readers.items():
        segments = [load_segment(_path(directory, kind, each)) for each in ranges]
        if posted < rows:
            segments.append(turned_round(read, (posted, rows)))
        opened[kind] = Postings(segments, rows=rows)
    return opened


def grown(ranges: Sequence[Range], *, rows: int, whole: bool, options: PostingOptions) -> tuple[Range, ...]:
    """The ranges that ``rows`` should be posted in. Ranges of like size become one, so that there are few and each row
    is turned round a few times at most; ``whole``: as few as may be, and no tail."""
    end = rows // ROWS_A_WORD * ROWS_A_WORD
    result = list(ranges)
    posted = result[-1][1] if result else 0
    most = options.segment_rows if whole else options.live_rows
    if posted < end and (whole or end - posted >= options.tail_rows):
        result += [(first, min(first + most, end)) for first in range(posted, end, most)]
    merged: list[Range] = []
    for first, last in result:
        merged.append((first, last))
        while len(merged) > 1 and _become_one(*merged[-2:], most=most, whole=whole):
            merged[-2:] = [(merged[-2][0], merged[-1][1])]
    return tuple(merged)


def post(directory: Path, ranges: Sequence[Range], *, posted: Sequence[Range], readers: Readers) -> None:
    """Write the segments of the ranges that are not ``posted`` yet."""
    for each in ranges:
        if each not in posted:
            for kind, read in readers.items():
                save_segment(_path(directory, kind, each), turned_round(read, each))


def remove_others(directory: Path, ranges: Sequence[Range]) -> None:
    """Remove the files of ranges that are no longer used; who has mapped them keeps them."""
    kept = {f"{first}-{end}" for first, end in ranges}
    for path in directory.glob("postings-*"):
        if path.name.split("-", 2)[2] not in kept:
            path.unlink(missing_ok=True)


def _become_one(before: Range, after: Range, *, most: int, whole: bool) -> bool:
    like = before[1] - before[0] <= after[1] - after[0]
    return after[1] - before[0] <= most and (whole or like)


def _path(directory: Path, kind: str, rows: Range) -> Path:
    return directory / f"postings-{kind}-{rows[0]}-{rows[1]}"
