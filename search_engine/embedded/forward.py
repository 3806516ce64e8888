"""The tokens of each document by row, so that a few hundred candidates are scored without looking each of them up.

The text index goes from a token to its documents. Scoring four hundred known documents there takes a look-up of every
one in every segment for every leg: 3 ms in two segments, 15 in twelve. Here it takes half a millisecond in any number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from search_engine.documents import IndexDocument
from search_engine.embedded.ragged import NUMBER, Lists, RaggedReader, RaggedWriter

FORWARD_NAME: Final = "forward"
FIELDS: Final = ("words", "characters", "bigrams", "facts", "coverage")
# Documents hashed at a time: their characters fit in a core's own cache, which makes it four times quicker.
CHUNK_DOCUMENTS: Final = 64
# Odd multipliers of splitmix64 (Steele, Lea and Flood 2014): every bit of a token moves every bit of its number.
_POWERS: Final = np.cumprod(np.full(1 << 12, 0x9E3779B97F4A7C15, dtype=np.uint64))
_MIX: Final = np.uint64(0xBF58476D1CE4E5B9)


def token_numbers(text: str) -> tuple[np.ndarray, np.ndarray]:
    """The tokens of a space-separated text as unsigned 32-bit numbers, the same in every process; where each begins.

    Many documents go through at once: 5 us each, against 50 token by token. Of the hundred thousand tokens of a catalog
    one has the number of a given other one with a chance of two in a hundred thousand.
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    inside = codes != ord(" ")
    begins = inside.copy()
    begins[1:] &= ~inside[:-1]
    starts = np.flatnonzero(begins)
    if not len(starts):
        return np.empty(0, dtype=NUMBER), starts
    first = starts[0]
    place = np.arange(first, len(codes)) - np.repeat(starts, np.diff(starts, append=len(codes)))
    weighted = (codes[first:].astype(np.uint64) + np.uint64(1)) * _POWERS[place % len(_POWERS)]
    mixed = np.add.reduceat(np.where(inside[first:], weighted, np.uint64(0)), starts - first)
    mixed ^= mixed >> np.uint64(31)
    mixed *= _MIX
    mixed ^= mixed >> np.uint64(29)
    return (mixed >> np.uint64(32)).astype(NUMBER), starts


def numbers_of(tokens: Iterable[str]) -> np.ndarray:
    """The number of each of these tokens, none of which is empty."""
    return token_numbers(" ".join(token.replace(" ", "\0") for token in tokens))[0]


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
        self._tokens = RaggedReader(directory, FORWARD_NAME, fields=len(FIELDS), rows=rows)

    def average(self, field: str) -> float:
        """Mean number of tokens of the field."""
        return self._tokens.average_sizes[FIELDS.index(field)]

    def numbers(self, field: str, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The token numbers of one field of these rows, uint32, and how many each row has."""
        place = FIELDS.index(field)
        return self._tokens.numbers(rows, first=place, last=place)

    def count(self, rows: np.ndarray, tokens: Iterable[str]) -> TokenCounts:
        """The counts of these tokens in these rows."""
        lists = self._tokens.lists(rows)
        names = [token for token in tokens if token]
        numbers = numbers_of(names)
        wanted, position = np.unique(numbers, return_inverse=True)
        return TokenCounts(
            counts=_counted(lists, wanted),
            lengths=lists.sizes.T,
            position=dict(zip(names, position.tolist(), strict=True)),
        )


class ForwardWriter:
    """Stores the tokens of new rows. ValueError when published rows are gone."""

    def __init__(self, directory: Path, *, next_row: int) -> None:
        self._tokens = RaggedWriter(directory, FORWARD_NAME, fields=len(FIELDS), next_row=next_row)

    def put(self, first_row: int, documents: Sequence[IndexDocument]) -> None:
        """The tokens of rows from ``first_row`` on."""
        for start in range(0, len(documents), CHUNK_DOCUMENTS):
            chunk = documents[start : start + CHUNK_DOCUMENTS]
            texts = [getattr(document, field) for document in chunk for field in FIELDS]
            tokens, starts = token_numbers(" ".join(texts))
            begins = np.cumsum([0, *(len(text) + 1 for text in texts[:-1])])
            sizes = np.diff(np.searchsorted(starts, begins), append=len(starts)).reshape(len(chunk), len(FIELDS))
            self._tokens.put(first_row + start, tokens, sizes)

    def flush(self, *, next_row: int) -> None:
        """Write through to the disk; rows below ``next_row`` that were never put have no tokens."""
        self._tokens.flush(next_row=next_row)


def _counted(lists: Lists, wanted: np.ndarray) -> np.ndarray:
    """int32 (fields, wanted, n): how often each of the wanted numbers, ascending, stands in each list."""
    shape = (len(FIELDS), len(wanted), len(lists.ends))
    if not len(lists.ends) or not len(wanted):
        return np.zeros(shape, dtype=np.int32)
    # One look at the low half of each token drops nearly all of them before the exact comparison.
    possible = np.zeros(1 << 16, dtype=bool)
    possible[wanted & 0xFFFF] = True
    found = np.flatnonzero(possible[lists.numbers & 0xFFFF])
    term = np.minimum(np.searchsorted(wanted, lists.numbers[found]), len(wanted) - 1)
    same = wanted[term] == lists.numbers[found]
    found, term = found[same], term[same]
    row, field = np.divmod(np.searchsorted(lists.ends.ravel(), found, side="right"), len(FIELDS))
    flat = (field * len(wanted) + term) * len(lists.ends) + row
    return np.bincount(flat, minlength=np.prod(shape)).reshape(shape).astype(np.int32)
