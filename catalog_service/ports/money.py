"""Payments and the ledger as their deeds ask for them, inside one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from catalog_service.domain.money.ledger import Account, Entry
from catalog_service.domain.money.payments import Payment, Transfer


class LedgerRows(Protocol):
    """Only ever added to."""

    def post(self, entries: Sequence[Entry]) -> None:
        """Append to one chain, in this order; balances move in the order of their accounts.

        Raises ``FundsShort`` when an account other than clearing would fall below 0, and ``Overtaken`` when another has
        lengthened the chain meanwhile. A key that was posted before breaks the transaction: nothing is done twice.
        """
        ...

    def posted(self, key: str) -> bool:
        """Whether an entry has this key."""
        ...

    def balance(self, account: Account) -> int:
        """In fen; 0 for an account that never moved."""
        ...


class PaymentRows(Protocol):
    """Intents, the gateway's notices that were seen, and money on its way back."""

    def payment(self, payment_id: str) -> Payment | None: ...

    def of_order(self, order_id: str) -> Sequence[Payment]:
        """The oldest first."""
        ...

    def insert(self, payment: Payment) -> None: ...

    def move(self, before: Payment, after: Payment) -> None:
        """``after`` in the place of ``before``, if that stands there as it was read; else ``Overtaken``."""
        ...

    def notice(self, gateway: str, notice_id: str) -> str | None:
        """What came of a notice that was seen before."""
        ...

    def insert_notice(self, gateway: str, notice_id: str, *, payment_id: str, outcome: str, at: int) -> None: ...

    def transfer(self, transfer_id: str) -> Transfer | None: ...

    def insert_transfer(self, transfer: Transfer) -> None: ...

    def move_transfer(self, before: Transfer, after: Transfer) -> None:
        """As ``move``; state and attempts stand for the version."""
        ...
