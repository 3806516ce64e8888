"""Payouts and the accounts that they go to, as their deeds ask for them, inside one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from catalog_service.domain.money.payouts import Payout, PayoutAccount


class PayoutRows(Protocol):
    """The active account of a supplier is the lock of its payouts: whoever has moved it sees what stands."""

    def account(self, payout_account_id: str) -> PayoutAccount | None: ...

    def active_account(self, supplier_id: str) -> PayoutAccount | None: ...

    def account_ids(self) -> Sequence[str]:
        """Of all accounts, those that were replaced too."""
        ...

    def insert_account(self, account: PayoutAccount) -> None: ...

    def move_account(self, before: PayoutAccount, after: PayoutAccount) -> None:
        """``after`` in the place of ``before``, if that stands there as it was read; else ``Overtaken``."""
        ...

    def payout(self, payout_id: str) -> Payout | None: ...

    def insert(self, payout: Payout) -> None: ...

    def move(self, before: Payout, after: Payout) -> None:
        """As ``move_account``."""
        ...

    def requested_since(self, supplier_id: str, since: int) -> tuple[int, int]:
        """How many were asked for from then on, and how much in fen; those that failed or came back are not counted."""
        ...

    def disputed_fen(self, supplier_id: str) -> int:
        """What open refunds of orders that have succeeded ask of the supplier's earnings."""
        ...
