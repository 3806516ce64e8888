"""What an order asks of companies and their members."""

from __future__ import annotations

from typing import Protocol

from catalog_service.ports.record import RecordTransaction


class TradingParties(Protocol):
    """Reads inside the caller's transaction."""

    def company_of(self, transaction: RecordTransaction, supplier_id: str) -> str:
        """The company that has claimed the supplier; empty while none has."""
        ...

    def needs_approval(
        self, transaction: RecordTransaction, *, company_id: str, member_id: str, amount_fen: int
    ) -> bool:
        """Whether the sum is above what this member may spend alone."""
        ...
