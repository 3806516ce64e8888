"""The published index as the application reads it: it may come later, be replaced, or be broken for a while."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import numpy as np

from search_engine.plan import Filter, Plan
from search_engine.port import Candidates, EngineResult, EngineStatus, IndexStore, SearchEngine


class PublishedEngine:
    """``SearchEngine`` over a store whose index need not be there yet.

    Every call opens the index if it is not open, so the process starts without one and answers as soon as there is one.
    Until then each call raises what opening raises: IndexMissing, IndexCorrupt or IndexOfAnotherSchema.
    """

    def __init__(self, store: IndexStore) -> None:
        self._store = store
        self._opening = threading.Lock()
        self._opened: SearchEngine | None = None

    def search(self, plan: Plan) -> EngineResult:
        return self._engine().search(plan)

    def nearest(
        self,
        vector: np.ndarray,
        *,
        filters: Sequence[Filter],
        limit: int,
        quantity: int | None = None,
        floor: float = -1.0,
    ) -> Candidates:
        return self._engine().nearest(vector, filters=filters, limit=limit, quantity=quantity, floor=floor)

    def cards(self, rows: Sequence[int]) -> Sequence[bytes]:
        return self._engine().cards(rows)

    def find(self, offer_ids: Sequence[str]) -> Mapping[str, int]:
        return self._engine().find(offer_ids)

    def vector(self, row: int) -> np.ndarray | None:
        return self._engine().vector(row)

    def refresh(self) -> bool:
        return self._engine().refresh()

    def status(self) -> EngineStatus:
        return self._engine().status()

    def _engine(self) -> SearchEngine:
        if self._opened is None:
            with self._opening:
                if self._opened is None:
                    self._opened = self._store.reader()
        return self._opened
