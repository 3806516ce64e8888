"""Which rows have a token or a value: the numbers of many rows turned round, as lists of rows and as bits.

tantivy finds the best matches; what it cannot do in a few microseconds is hand over *all* of them as numbers to
filter, count and sort with. So the match rules and the filters are answered from here, and only the order of a large
result by its text is asked of tantivy.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from search_engine.embedded.bits import ROWS_A_WORD, WORD, no_rows, words_of
from search_engine.embedded.ragged import NUMBER

# A key with more than one in 32 rows is smaller as bits than as a list of 32-bit rows.
DENSE_SHARE: Final = 32
CHUNK_ROWS: Final = 65_536  # rows whose lists are read at a time when a range is turned round
Range = tuple[int, int]
ReadLists = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]  # rows -> numbers of all, how many each has


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segment:
    """The rows [first, first + 64 * words) turned round. ``keys`` ascending; ``places``: where a key's list begins in
    ``rows`` (which are counted from ``first``), or ~ its line in ``bits``; ``counts``: how many rows have it."""

    first: int
    words: int
    keys: np.ndarray
    counts: np.ndarray
    places: np.ndarray
    rows: np.ndarray
    bits: np.ndarray

    def add_to(self, united: np.ndarray, keys: np.ndarray) -> None:
        """Put the rows that have any of the keys into a set of the whole index."""
        if not len(self.keys):
            return
        target = united[self.first // ROWS_A_WORD :][: self.words]
        found = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        found = found[self.keys[found] == keys]
        lists = []
        for place, count in zip(self.places[found].tolist(), self.counts[found].tolist(), strict=True):
            if place < 0:
                target |= self.bits[~place]
            else:
                lists.append(self.rows[place : place + count])
        if lists:
            there = np.zeros(self.words * ROWS_A_WORD, dtype=bool)
            there[np.concatenate(lists) if len(lists) > 1 else lists[0]] = True
            target |= np.packbits(there, bitorder="little").view(WORD)


class Postings:
    """Segments side by side over all rows below ``rows``."""

    def __init__(self, segments: Sequence[Segment], *, rows: int) -> None:
        self._segments = segments
        self._words = words_of(rows)

    def having(self, keys: Sequence[int] | np.ndarray) -> np.ndarray:
        """The rows that have any of the keys, as bits."""
        united = no_rows(self._words)
        numbers = np.asarray(keys, dtype=NUMBER)
        for segment in self._segments:
            segment.add_to(united, numbers)
        return united


def turned_round(read: ReadLists, rows: Range) -> Segment:
    """A range of rows, beginning at a multiple of 64, as a segment in memory."""
    first, end = rows
    pairs = np.sort(np.concatenate([np.empty(0, dtype=WORD), *_pairs(read, first, end)]))
    keys, rows_of_keys = (pairs >> np.uint64(32)).astype(NUMBER), pairs.astype(NUMBER)
    starts = np.flatnonzero(np.diff(keys, prepend=keys[:1] + NUMBER.type(1))) if len(keys) else np.empty(0, np.int64)
    counts = np.diff(starts, append=len(keys))
    words = words_of(end - first)
    dense = counts * DENSE_SHARE > end - first
    bits = np.zeros((int(dense.sum()), words), dtype=WORD)
    for line, (start, count) in enumerate(zip(starts[dense].tolist(), counts[dense].tolist(), strict=True)):
        there = np.zeros(words * ROWS_A_WORD, dtype=bool)
        there[rows_of_keys[start : start + count]] = True
        bits[line] = np.packbits(there, bitorder="little").view(WORD)
    places = np.where(
        dense, ~(np.cumsum(dense) - 1), np.cumsum(np.where(dense, 0, counts)) - np.where(dense, 0, counts)
    )
    return Segment(
        first=first,
        words=words,
        keys=keys[starts],
        counts=counts.astype(NUMBER),
        places=places.astype(np.int64),
        rows=rows_of_keys[np.repeat(~dense, counts)],
        bits=bits,
    )


def _pairs(read: ReadLists, first: int, end: int) -> Iterator[np.ndarray]:
    """Key and row, counted from ``first``, in one number each."""
    for start in range(first, end, CHUNK_ROWS):
        chunk = np.arange(start, min(start + CHUNK_ROWS, end))
        numbers, sizes = read(chunk)
        yield (numbers.astype(WORD) << np.uint64(32)) | np.repeat((chunk - first).astype(WORD), sizes)


def save_segment(path: Path, segment: Segment) -> None:
    """Write and sync a segment."""
    sizes = np.array([segment.first, segment.words, len(segment.keys), len(segment.rows), len(segment.bits)], "<i8")
    with path.open("wb") as file:
        for part in (sizes, segment.places, segment.bits, segment.keys, segment.counts, segment.rows):
            file.write(np.ascontiguousarray(part).tobytes())
        file.flush()
        os.fsync(file.fileno())


def load_segment(path: Path) -> Segment:
    """Map a segment; OSError or ValueError when it is broken."""
    content = np.asarray(np.memmap(path, dtype=np.uint8, mode="r"))
    first, words, keys, rows, lines = content[:40].view("<i8").tolist()
    parts, position = [], 40
    for dtype, length in (
        (np.dtype("<i8"), keys),
        (WORD, lines * words),
        (NUMBER, keys),
        (NUMBER, keys),
        (NUMBER, rows),
    ):
        end = position + length * dtype.itemsize
        parts.append(content[position:end].view(dtype))
        position = end
    if position != len(content):
        raise ValueError(f"{len(content)} bytes, {position} expected")
    places, bits, numbers, counts, listed = parts
    return Segment(
        first=first,
        words=words,
        keys=numbers,
        counts=counts,
        places=places,
        rows=listed,
        bits=bits.reshape(lines, words),
    )
