"""The payment service: who takes the payers' money, sends it back, and pays suppliers. Never called inside a
transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from catalog_service.domain.money.payments import (
    GatewayBounce,
    GatewayCharge,
    GatewayNotice,
    GatewayPayment,
    GatewayState,
    StatementLine,
)
from catalog_service.domain.money.payouts import GatewayPayout, PayoutTarget
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
    """Promises: a charge, a refund and a payout are named by our ids, and the same id again is the same one, never a
    second; ``find`` and ``find_payout`` tell what stands now; amounts are fen."""

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

    def pay_out(self, *, payout_id: str, amount_fen: int, target: PayoutTarget) -> GatewayPayout:
        """Send a supplier its money. ``PENDING``: on its way, ask again; ``PAID`` and ``FAILED`` are for ever.

        Raises ``GatewayAway``: it may be on its way. Raises ``GatewayRefused``: not so, under this id; where
        ``find_payout`` knows the id all the same, that is what stands."""
        ...

    def find_payout(self, payout_id: str) -> GatewayPayout | None:
        """What the gateway has of a payout; None when it has never heard of it. Raises ``GatewayAway``."""
        ...

    def find_bounce(self, bounce_id: str) -> GatewayBounce | None:
        """Money that came back to the gateway after it had left, under the gateway's own id; None when it knows of
        none. What ``refund`` and ``find_payout`` say does not change by it. Raises ``GatewayAway``."""
        ...

    def statement(self, *, since: int, until: int) -> Sequence[StatementLine]:
        """What moved from ``since`` on and before ``until``. Raises ``GatewayAway``."""
        ...

    def read_notice(self, headers: Mapping[str, str], body: bytes, *, now: int) -> GatewayNotice:
        """The callback, when it is the gateway's own; raises ``NoticeForged``. Header names are in lower case."""
        ...
