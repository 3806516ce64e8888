"""Pages by cursor: a cursor is opaque to its holder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """Some items and where the next ones begin (None at the end)."""

    items: Sequence[Item]
    next_cursor: str | None
