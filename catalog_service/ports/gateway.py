"""The payment service: who takes the payers' money and sends it back. Never called inside a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from catalog_service.domain.money.payments import (
    GatewayCharge,
    GatewayNotice,
    GatewayPayment,
    GatewayState,
    StatementLine,
)
from kernel.errors import Conflict, Denied, Unavailable


class GatewayAway(Unavailable):
    """No answer, or none that tells: what was asked for may have happened. Ask again, under the same id."""

    code = "gateway_away"


class GatewayRefused(Conflict):
    """The gateway will not do this, and asking again will not help."""

    code = "gateway_refused"


class NoticeForged(Denied):
    """A callback whose signature is not the gateway's, or too old to be believed."""

    code = "notice_forged"


class PaymentGateway(Protocol):
    """Promises: a charge and a refund are named by our ids, and the same id again is the same charge or refund, never a
    second one; ``find`` tells what stands now; amounts are fen."""

    @property
    def name(self) -> str:
        """How accounts and payments name it."""
        ...

    def charge(self, *, payment_id: str, amount_fen: int, subject: str) -> GatewayCharge:
        """Ask for money. Raises ``GatewayAway``, ``GatewayRefused``."""
        ...

    def find(self, payment_id: str) -> GatewayPayment | None:
        """What the gateway has of a charge; None when it has never heard of it. Raises ``GatewayAway``."""
        ...

    def refund(self, *, transfer_id: str, payment_id: str, amount_fen: int) -> GatewayState:
        """Send part of a payment back. ``PENDING``: on its way, ask again. Raises ``GatewayAway``,
        ``GatewayRefused``."""
        ...

    def statement(self, *, since: int, until: int) -> Sequence[StatementLine]:
        """What moved from ``since`` on and before ``until``. Raises ``GatewayAway``."""
        ...

    def read_notice(self, headers: Mapping[str, str], body: bytes, *, now: int) -> GatewayNotice:
        """The callback, when it is the gateway's own; raises ``NoticeForged``. Header names are in lower case."""
        ...
