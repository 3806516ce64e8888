"""Bulk edits that were applied, inside one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from catalog_service.domain.offers.content import OfferDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedOffer:
    """One offer of an edit: the version that the edit made, and the content that stood before it with its digest."""

    offer_id: str
    version: int
    before: OfferDraft
    hash_before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkEdit:
    edit_id: str
    supplier_id: str
    plan_digest: str
    rows: tuple[EditedOffer, ...]
    undone: bool = False


class BulkEditRows(Protocol):
    def add(self, edit: BulkEdit, *, at: int) -> None: ...

    def get(self, edit_id: str) -> BulkEdit | None: ...

    def mark_undone(self, edit_id: str, *, at: int) -> None:
        """Once; ``Overtaken`` when another undid it meanwhile."""
        ...
