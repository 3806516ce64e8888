"""Payments, money on its way back, and the gateway's word on both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from catalog_service.domain.money.payment_states import PaymentState
from catalog_service.domain.money.transfer_states import TransferState


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """An intent to pay one stage of an order; ``order_id`` is empty for money that nobody asked for. ``received_fen``
    is what the gateway says that it has; ``refunded_fen`` of it was sent back."""

    payment_id: str
    version: int
    state: PaymentState
    order_id: str
    stage: int
    amount_fen: int
    received_fen: int = 0
    refunded_fen: int = 0
    gateway: str
    gateway_id: str = ""
    pay_url: str = ""
    created_by: str
    created_at: int
    changed_at: int


class TransferKind(StrEnum):
    REFUND = "refund"  # of an order
    RETURN = "return"  # of money that came late, twice, or in another amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Money that the gateway is to send back to the payer of ``payment_id``. It is named by its id there: asking twice
    sends it once. What a bank sends back goes out again as another transfer, since its own id was sent already."""

    transfer_id: str
    state: TransferState = TransferState.PENDING
    kind: TransferKind
    payment_id: str
    chain_id: str
    amount_fen: int
    attempts: int = 0
    trouble: str = ""
    created_at: int
    changed_at: int


class GatewayState(StrEnum):
    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayCharge:
    """The gateway's answer to an intent: its own id, and where the payer goes."""

    gateway_id: str
    pay_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayPayment:
    """The gateway's word on a payment, asked for by us; ``amount_fen`` is what it received."""

    payment_id: str
    gateway_id: str
    state: GatewayState
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayBounce:
    """The gateway's word on money that a bank sent back after it had left (退汇). ``reference``: our payout or
    transfer; ``bounce_id`` is the gateway's own."""

    bounce_id: str
    reference: str
    amount_fen: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayNotice:
    """A callback whose signature was good. It says that something happened, and no more: what did is asked for."""

    notice_id: str
    payment_id: str = ""
    payout_id: str = ""
    bounce_id: str = ""  # one of the three

    @property
    def subject_id(self) -> str:
        """The one that it has."""
        return self.payment_id or self.payout_id or self.bounce_id


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One movement in the gateway's statement: ``amount_fen`` above 0 came in, below 0 went out. ``reference`` is our
    payment id, the transfer's or the payout's; of money that came back the gateway's own id."""

    reference: str
    kind: str  # "payment", "refund", "payout" or "bounce"
    amount_fen: int
    at: int
