"""Listings that come from outside, and where the refused ones go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One row as it stands in the file. ``line`` counts from 1, a header line included.

    ``fault`` says why it could not be read, and ``raw`` then has its beginning.
    """

    line: int
    values: Mapping[str, object]
    fault: str = ""
    raw: str = ""


class ListingSource(Protocol):
    """A file of listings, read in constant memory, always in the same order."""

    @property
    def name(self) -> str: ...

    @property
    def columns(self) -> Sequence[str] | None:
        """The columns that the file declares; None when every row brings its own (JSON lines)."""
        ...

    def digest(self) -> str:
        """Hexadecimal digest of the content: another content is another import."""
        ...

    def rows(self, *, skip: int) -> Iterator[SourceRow]:
        """The rows after the first ``skip`` ones."""
        ...

    def fraction_read(self) -> float:
        """How much of the file the newest ``rows`` has taken in, 0 to 1, for a progress bar."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """One refused row: where it stands, what is wrong with which column, and the row itself."""

    line: int
    reason: str
    parameter: str
    code: str
    row: Mapping[str, object] | str


class RejectsFile(Protocol):
    """Appends refused rows. What lies beyond the committed length is forgotten on ``begin``."""

    def begin(self, *, length: int) -> None:
        """Cut the file to ``length`` bytes (0 removes it) and go on from there."""
        ...

    def append(self, rejected: Sequence[RejectedRow]) -> int:
        """Write the rows through to the disk; the file's new length in bytes."""
        ...

    @property
    def name(self) -> str: ...
