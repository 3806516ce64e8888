"""Revisions of offers that wait, inside one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from catalog_service.domain.offers.revisions import Revision


class RevisionRows(Protocol):
    """One row an offer: its latest revision."""

    def of_offer(self, offer_id: str) -> Revision | None: ...

    def waiting_of(self, offer_ids: Collection[str]) -> Sequence[Revision]:
        """Those of these offers that wait, in the order of their ids."""
        ...

    def add(self, revision: Revision) -> None:
        """``Overtaken`` when the offer has one by now."""
        ...

    def move(self, before: Revision, after: Revision) -> None:
        """``Overtaken`` when another state or version stands there."""
        ...
