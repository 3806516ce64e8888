"""The formula that turns credit events into a score."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from catalog_service.domain.suppliers.credit import CreditStanding, CreditTally


class CreditFormula(Protocol):
    """Pure: the same tallies, in whatever order, give the same standing."""

    @property
    def kinds(self) -> Collection[str]:
        """The event kinds that it knows."""
        ...

    def standing(self, tallies: Sequence[CreditTally]) -> CreditStanding: ...
