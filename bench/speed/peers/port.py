"""What a peer is asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from search_engine.documents import IndexDocument

TOP = 20  # a page


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeerQuery:
    """A search as tokens and a vector (None for browse). Filters: a category at any level, a province, a price in fen.

    ``characters``: those of the buyer's words, that must all be there. ``words`` and ``bigrams`` add to the score.
    """

    words: Sequence[str]
    characters: Sequence[str]
    bigrams: Sequence[str]
    vector: np.ndarray | None
    category: str = ""
    region: str = ""
    price_max_fen: int | None = None


class Peer(ABC):
    """A peer over its own files in ``folder``. Built once; then opened by each run."""

    asks_text: ClassVar[bool] = True  # otherwise by vector alone
    filters: ClassVar[bool] = False  # whether it can be asked within filters

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def build(self, batches: Iterable[tuple[Sequence[IndexDocument], np.ndarray]]) -> None:
        """Index documents with their vectors, float32 (n, dimensions), in this order."""

    @abstractmethod
    def open(self) -> None:
        """Make ready to answer."""

    @abstractmethod
    def search(self, query: PeerQuery) -> int:
        """The best twenty; gives how many came."""

    def answers(self, query: PeerQuery) -> bool:
        """Whether it has a way to answer this query at all."""
        filtered = bool(query.category or query.region or query.price_max_fen is not None)
        asked = bool(query.characters) if self.asks_text else query.vector is not None
        return (asked or (filtered and self.asks_text)) and (self.filters or not filtered)
