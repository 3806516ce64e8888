"""Money that goes back to a payer: it has left, or the payer's bank sent it back and it goes out again."""

from __future__ import annotations

import dataclasses

from catalog_service.domain.deeds import DeedRequest, Subject
from catalog_service.domain.machines import Actor
from catalog_service.domain.money.ledger import EntryKind, clearing, suspense, transfer
from catalog_service.domain.money.payment_states import PaymentEvent, PaymentState
from catalog_service.domain.money.payments import GatewayBounce, Payment, Transfer
from catalog_service.domain.money.transfer_states import TRANSFER, TransferEvent, TransferState
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.money.escrow import schedule_transfer
from catalog_service.use_cases.money.payout_settling import BOUNCED, DIFFERS
from catalog_service.use_cases.orders.desk import OrderDesk, announce, move_payment, notify
from kernel.money import yuan_exact


def leave_transfer(transaction: RecordTransaction, sent: Transfer, *, now: int) -> Transfer:
    """It has left through the gateway: out of suspense, asked for once more."""
    target = TRANSFER.move(sent.state, TransferEvent.LEAVE, Actor.TIMER, subject=sent.transfer_id).target
    after = dataclasses.replace(sent, state=target, attempts=sent.attempts + 1, trouble="", changed_at=now)
    transaction.payments.move_transfer(sent, after)
    transaction.timers.clear(sent.transfer_id)
    payment = _payment_of(transaction, sent)
    if payment.state is PaymentState.SUSPENDED:
        payment = move_payment(transaction, payment, PaymentEvent.RETURN, Actor.TIMER, now=now)
    entry = transfer(
        sent.chain_id,
        f"return:{sent.transfer_id}",
        EntryKind.RETURN,
        (suspense(sent.payment_id), -sent.amount_fen),
        (clearing(payment.gateway, sent.chain_id), sent.amount_fen),
        facts={"payment": sent.payment_id, "transfer": sent.transfer_id},
        at=now,
    )
    transaction.ledger.post([entry])
    announce(
        transaction, Subject.PAYMENT, payment.payment_id, payment.version, deed="send_transfer",
        request=DeedRequest(actor="timer"), now=now,
        facts={"transfer_id": sent.transfer_id, "amount_fen": sent.amount_fen},
    )  # fmt: skip
    return after


def bounce_transfer(
    desk: OrderDesk, transaction: RecordTransaction, sent: Transfer, found: GatewayBounce, *, now: int
) -> str:
    """``bounced``: the money lies in suspense for the payer, and another transfer carries it out again after a while;
    or ``differs``, and nothing is moved: another sum, or it came back already. What came back had left, though we were
    not told so yet."""
    if found.amount_fen != sent.amount_fen or sent.state is TransferState.BOUNCED:
        return DIFFERS
    if sent.state is TransferState.PENDING:
        sent = leave_transfer(transaction, sent, now=now)
    target = TRANSFER.move(sent.state, TransferEvent.BOUNCE, Actor.GATEWAY, subject=sent.transfer_id).target
    after = dataclasses.replace(sent, state=target, trouble=found.reason, changed_at=now)
    transaction.payments.move_transfer(sent, after)
    payment = _payment_of(transaction, sent)
    if payment.state is PaymentState.RETURNED:
        payment = move_payment(transaction, payment, PaymentEvent.BOUNCE, Actor.GATEWAY, now=now)
    again = schedule_transfer(
        desk, transaction, payment, sent.amount_fen, kind=sent.kind, chain_id=sent.chain_id, now=now,
        after_seconds=desk.options.resend_seconds, trouble=f"银行退汇：{found.reason}",
    )  # fmt: skip
    entry = transfer(
        sent.chain_id,
        f"{EntryKind.BOUNCE}:{found.bounce_id}",
        EntryKind.BOUNCE,
        (clearing(payment.gateway, sent.chain_id), -sent.amount_fen),
        (suspense(sent.payment_id), sent.amount_fen),
        facts={"payment": sent.payment_id, "transfer": sent.transfer_id, "again": again.transfer_id},
        at=now,
    )
    transaction.ledger.post([entry])
    _conclude(transaction, payment, sent, again, found.reason, now=now)
    return BOUNCED


def _conclude(
    transaction: RecordTransaction, payment: Payment, sent: Transfer, again: Transfer, reason: str, *, now: int
) -> None:
    order = transaction.orders.order(payment.order_id) if payment.order_id else None
    if order is not None:
        text = f"订单 {order.number_text} 的退款 {yuan_exact(sent.amount_fen)} 元被收款银行退回，将再次退出：{reason}"
        notify(
            transaction, company_id=order.buyer_company_id, kind="refund_bounced", subject_id=order.order_id,
            text=text, at=now,
        )  # fmt: skip
    announce(
        transaction, Subject.PAYMENT, payment.payment_id, payment.version, deed="bounce_transfer",
        request=DeedRequest(actor="gateway"), now=now,
        facts={"transfer_id": sent.transfer_id, "again": again.transfer_id, "amount_fen": sent.amount_fen},
    )  # fmt: skip


def _payment_of(transaction: RecordTransaction, sent: Transfer) -> Payment:
    payment = transaction.payments.payment(sent.payment_id)
    if payment is None:
        raise LookupError(f"transfer {sent.transfer_id} has no payment")
    return payment
