"""Carts inside one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from catalog_service.domain.carts.values import CartLine


class CartRows(Protocol):
    def lines(self, owner: str) -> Sequence[CartLine]:
        """By supplier, then SKU."""
        ...

    def put(self, owner: str, lines: Sequence[CartLine], *, at: int) -> None:
        """Each in the place of what lay there of its SKU."""
        ...

    def forget_visitors(self, *, before: int) -> int:
        """Take out what visitors put in before then; how many lines."""
        ...

    def remove(self, owner: str, sku_ids: Collection[str]) -> int:
        """How many were there."""
        ...
