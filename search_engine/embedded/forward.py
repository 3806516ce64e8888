"""The tokens of each document by row, so that a few hundred candidates are scored without looking each of them up.

The text index goes from a token to its documents. Scoring four hundred known documents there takes a look-up of every
one in every segment for every leg: 3 ms in two segments, 15 in twelve. Here it takes half a millisecond in any number.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from search_engine.documents import IndexDocument

TOKENS_NAME: Final = "forward.tokens"
ROWS_NAME: Final = "forward.rows"
FIELDS: Final = ("words", "characters", "bigrams", "facts", "coverage")
# Where a row's tokens begin in the token file, and where each of its fields ends, counted from there.
RECORD: Final = np.dtype([("start", "<u8"), ("ends", "<u4", (len(FIELDS),))])
TOKEN: Final = np.dtype("<u4")
# Documents hashed at a time: their characters fit in a core's own cache, which makes it four times quicker.
CHUNK_DOCUMENTS: Final = 64
_TOKENS_HELD: Final = 1 << 22  # 16 MB of tokens wait in memory at most
# Odd multipliers of splitmix64 (Steele, Lea and Flood 2014): every bit of a token moves every bit of its number.
_POWERS: Final = np.cumprod(np.full(1 << 12, 0x9E3779B97F4A7C15, dtype=np.uint64))
_MIX: Final = np.uint64(0xBF58476D1CE4E5B9)


def token_numbers(text: str) -> tuple[np.ndarray, np.ndarray]:
    """The tokens of a space-separated text as unsigned 32-bit numbers, the same in every process; where each begins.

    Many documents go through at once: 5 us each, against 50 token by token. Among the sixty tokens of a long query, the
    two hundred of a document meet the number of another one once in three hundred thousand documents.
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    inside = codes != ord(" ")
    begins = inside.copy()
    begins[1:] &= ~inside[:-1]
    starts = np.flatnonzero(begins)
    if not len(starts):
        return np.empty(0, dtype=TOKEN), starts
    first = starts[0]
    place = np.arange(first, len(codes)) - np.repeat(starts, np.diff(starts, append=len(codes)))
    weighted = (codes[first:].astype(np.uint64) + np.uint64(1)) * _POWERS[place % len(_POWERS)]
    mixed = np.add.reduceat(np.where(inside[first:], weighted, np.uint64(0)), starts - first)
    mixed ^= mixed >> np.uint64(31)
    mixed *= _MIX
    mixed ^= mixed >> np.uint64(29)
    return (mixed >> np.uint64(32)).astype(TOKEN), starts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TokenCounts:
    """How often each of t tokens stands in each field of n rows.

    ``counts`` int32 (fields, t, n); ``lengths`` int64 (fields, n); ``position``: place of a token in the second axis.
    """

    counts: np.ndarray
    lengths: np.ndarray
    position: dict[str, int]

    def of(self, field: str, tokens: Iterable[str]) -> np.ndarray:
        """int32 (tokens, n)."""
        counted: np.ndarray = self.counts[FIELDS.index(field), [self.position[token] for token in tokens]]
        return counted

    def length(self, field: str) -> np.ndarray:
        """How many tokens the field has, int64 (n,)."""
        lengths: np.ndarray = self.lengths[FIELDS.index(field)]
        return lengths


class ForwardReader:
    """The rows that are there when it is opened, the published ones at least; OSError or ValueError when broken."""

    def __init__(self, directory: Path, *, rows: int) -> None:
        self._records = _mapped(directory / ROWS_NAME, RECORD)
        self._tokens = _mapped(directory / TOKENS_NAME, TOKEN)
        if len(self._records) < rows:
            raise ValueError(f"{len(self._records)} rows, {rows} published")
        end = _end_of(self._records[:rows])
        if len(self._tokens) < end:
            raise ValueError(f"{len(self._tokens)} tokens, {end} published")
        totals = np.diff(self._records["ends"][:rows].sum(axis=0, dtype=np.int64), prepend=0) / max(rows, 1)
        self._average: dict[str, float] = dict(zip(FIELDS, totals.tolist(), strict=True))

    def average(self, field: str) -> float:
        """Mean number of tokens of the field."""
        return self._average[field]

    def count(self, rows: np.ndarray, tokens: Iterable[str]) -> TokenCounts:
        """The counts of these tokens in these rows."""
        records = self._records[rows]
        names = [token for token in tokens if token]
        numbers, _ = token_numbers(" ".join(token.replace(" ", "\0") for token in names))
        wanted, position = np.unique(numbers, return_inverse=True)
        return TokenCounts(
            counts=self._count(records, wanted),
            lengths=_lengths(records),
            position=dict(zip(names, position.tolist(), strict=True)),
        )

    def _count(self, records: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        shape = (len(FIELDS), len(wanted), len(records))
        if not len(records) or not len(wanted):
            return np.zeros(shape, dtype=np.int32)
        starts, sizes = records["start"].astype(np.int64), records["ends"].astype(np.int64)
        ends = starts + sizes[:, -1]
        tokens = np.concatenate([self._tokens[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)])
        # One look at the low half of each token drops nearly all of them before the exact comparison.
        possible = np.zeros(1 << 16, dtype=bool)
        possible[wanted & 0xFFFF] = True
        found = np.flatnonzero(possible[tokens & 0xFFFF])
        term = np.minimum(np.searchsorted(wanted, tokens[found]), len(wanted) - 1)
        same = wanted[term] == tokens[found]
        found, term = found[same], term[same]
        before = np.cumsum(sizes[:, -1]) - sizes[:, -1]
        field_ends = (sizes + before[:, None]).ravel()
        row, field = np.divmod(np.searchsorted(field_ends, found, side="right"), len(FIELDS))
        flat = (field * len(wanted) + term) * len(records) + row
        return np.bincount(flat, minlength=np.prod(shape)).reshape(shape).astype(np.int32)


class ForwardWriter:
    """Stores the tokens of new rows; what was never published is forgotten. ValueError when published rows are gone."""

    def __init__(self, directory: Path, *, next_row: int) -> None:
        self._rows_path, self._tokens_path = directory / ROWS_NAME, directory / TOKENS_NAME
        self._rows_path.touch()
        self._tokens_path.touch()
        records = _mapped(self._rows_path, RECORD)
        self._end = _end_of(records[:next_row])
        if len(records) < next_row or self._tokens_path.stat().st_size < self._end * TOKEN.itemsize:
            raise ValueError(f"{len(records)} rows, {next_row} published")
        os.truncate(self._rows_path, next_row * RECORD.itemsize)
        self._written = self._end
        self._waiting: list[tuple[int, np.ndarray, np.ndarray]] = []

    def put(self, first_row: int, documents: Sequence[IndexDocument]) -> None:
        """The tokens of rows from ``first_row`` on."""
        for start in range(0, len(documents), CHUNK_DOCUMENTS):
            self._put(first_row + start, documents[start : start + CHUNK_DOCUMENTS])
        if self._end - self._written >= _TOKENS_HELD:
            self._write()

    def flush(self, *, next_row: int) -> None:
        """Write through to the disk; rows below ``next_row`` that were never put have no tokens."""
        self._write()
        os.truncate(self._rows_path, next_row * RECORD.itemsize)
        for path in (self._tokens_path, self._rows_path):
            with path.open("rb") as file:
                os.fsync(file.fileno())

    def _put(self, first_row: int, documents: Sequence[IndexDocument]) -> None:
        texts = [getattr(document, field) for document in documents for field in FIELDS]
        tokens, starts = token_numbers(" ".join(texts))
        begins = np.cumsum([0, *(len(text) + 1 for text in texts[:-1])])
        sizes = np.diff(np.searchsorted(starts, begins), append=len(starts)).reshape(len(documents), len(FIELDS))
        records = np.zeros(len(documents), dtype=RECORD)
        records["ends"] = sizes.cumsum(axis=1)
        records["start"] = self._end + np.concatenate(([0], sizes.sum(axis=1).cumsum()[:-1]))
        self._waiting.append((first_row, tokens, records))
        self._end += len(tokens)

    def _write(self) -> None:
        """Each part at its own place, so that writing it again after a failure changes nothing."""
        with self._tokens_path.open("r+b") as tokens_file, self._rows_path.open("r+b") as rows_file:
            for first_row, tokens, records in self._waiting:
                tokens_file.seek(int(records[0]["start"]) * TOKEN.itemsize)
                tokens_file.write(tokens.tobytes())
                rows_file.seek(first_row * RECORD.itemsize)
                rows_file.write(records.tobytes())
        self._waiting.clear()
        self._written = self._end


def _end_of(records: np.ndarray) -> int:
    """Where the tokens of all these rows end."""
    return int((records["start"] + records["ends"][:, -1]).max(initial=0))


def _lengths(records: np.ndarray) -> np.ndarray:
    """Tokens a field, int64 (fields, n)."""
    return np.diff(records["ends"].astype(np.int64), axis=1, prepend=0).T


def _mapped(path: Path, dtype: np.dtype) -> np.ndarray:
    size = path.stat().st_size // dtype.itemsize
    # A plain view of the mapping: numpy's memmap class adds a microsecond to every slice.
    return np.asarray(np.memmap(path, dtype=dtype, mode="r", shape=(size,))) if size else np.empty(0, dtype=dtype)
