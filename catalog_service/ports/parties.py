"""What an order asks of companies and their members."""

from __future__ import annotations

from typing import Protocol

from catalog_service.ports.record import RecordTransaction


class TradingParties(Protocol):
    """Inside the caller's transaction."""

    def company_of(self, transaction: RecordTransaction, supplier_id: str) -> str:
        """The company that has claimed the supplier; empty while none has."""
        ...

    def needs_approval(
        self,
        transaction: RecordTransaction,
        *,
        company_id: str,
        member_id: str,
        amount_fen: int,
        at: int,
        agreed_fen: int = 0,
    ) -> bool:
        """Whether the sum of an order is above what this member (``key:...``: this key of the company) may spend alone.
        What a key may spend is counted here, up to the sum, less ``agreed_fen`` that were so before."""
        ...
