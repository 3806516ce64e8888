"""The tokens of each document by row, so that a few hundred candidates are scored without looking each of them up.

The text index goes from a token to its documents. Scoring four hundred known documents there takes a look-up of every
one in every segment for every leg: 3 ms in two segments, 15 in twelve. Here it takes half a millisecond in any number.
"""

from __future__ import annotations

import os
import struct
import zlib
from array import array
from collections.abc import Iterable
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
_PACK: Final = struct.Struct(f"<Q{len(FIELDS)}I").pack
TOKEN: Final = np.dtype("<u4")
# A token is its 32-bit checksum: among the sixty tokens of a long query, a document's two hundred meet one of another
# text once in three hundred thousand documents.
_IDS_REMEMBERED: Final = 1_000_000
_TOKENS_HELD: Final = 1 << 22  # 16 MB of tokens wait in memory at most


def token_id(token: str) -> int:
    """Unsigned 32-bit number of a token, the same in every process."""
    return zlib.crc32(token.encode("utf-8", "surrogatepass"))


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
        ids = {token: token_id(token) for token in tokens}
        wanted = np.array(sorted(set(ids.values())), dtype=TOKEN)
        counts = self._count(records, wanted)
        position = {token: int(np.searchsorted(wanted, number)) for token, number in ids.items()}
        return TokenCounts(counts=counts, lengths=_lengths(records), position=position)

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
    """Appends the tokens of new rows; rows come in order, one after the other."""

    def __init__(self, directory: Path, *, next_row: int) -> None:
        self._paths = directory / TOKENS_NAME, directory / ROWS_NAME
        for path in self._paths:
            path.touch()
        self._ids: dict[str, int] = {}
        self._rows: bytearray = bytearray()
        self._tokens = array("I")
        self._end = self._cut(next_row)

    def add(self, document: IndexDocument) -> None:
        """The tokens of the next row."""
        start = len(self._tokens)
        ends = []
        known = self._ids.get
        for text in (document.words, document.characters, document.bigrams, document.facts, document.coverage):
            self._tokens.extend([known(token) or self._learn(token) for token in text.split(" ") if token])
            ends.append(len(self._tokens) - start)
        self._rows += _PACK(self._end, *ends)
        self._end += ends[-1]
        if len(self._tokens) >= _TOKENS_HELD:
            self._write(durably=False)

    def flush(self) -> None:
        """Write through to the disk."""
        self._write(durably=True)

    def _write(self, *, durably: bool) -> None:
        contents = (np.array(self._tokens, dtype=TOKEN).tobytes(), bytes(self._rows))
        for path, content in zip(self._paths, contents, strict=True):
            with path.open("ab") as file:
                file.write(content)
                file.flush()
                if durably:
                    os.fsync(file.fileno())
        self._rows.clear()
        self._tokens = array("I")

    def _cut(self, next_row: int) -> int:
        """Forget rows that were never published; gives where the next one's tokens begin."""
        tokens, rows = self._paths
        os.truncate(rows, min(rows.stat().st_size // RECORD.itemsize, next_row) * RECORD.itemsize)
        records = _mapped(rows, RECORD)
        if len(records) < next_row:
            raise ValueError(f"{len(records)} rows, {next_row} published")
        end = _end_of(records)
        if tokens.stat().st_size < end * TOKEN.itemsize:
            raise ValueError(f"{tokens.stat().st_size} bytes of tokens, {end * TOKEN.itemsize} published")
        os.truncate(tokens, end * TOKEN.itemsize)
        return end

    def _learn(self, token: str) -> int:
        if len(self._ids) >= _IDS_REMEMBERED:
            self._ids.clear()
        number = self._ids[token] = token_id(token)
        return number


def _end_of(records: np.ndarray) -> int:
    """Where the tokens of the last of these rows end."""
    return int(records[-1]["start"]) + int(records[-1]["ends"][-1]) if len(records) else 0


def _lengths(records: np.ndarray) -> np.ndarray:
    """Tokens a field, int64 (fields, n)."""
    return np.diff(records["ends"].astype(np.int64), axis=1, prepend=0).T


def _mapped(path: Path, dtype: np.dtype) -> np.ndarray:
    size = path.stat().st_size // dtype.itemsize
    # A plain view of the mapping: numpy's memmap class adds a microsecond to every slice.
    return np.asarray(np.memmap(path, dtype=dtype, mode="r", shape=(size,))) if size else np.empty(0, dtype=dtype)
