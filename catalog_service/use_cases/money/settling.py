"""The gateway's word becomes ours: an order that is paid, or money that goes back by itself."""

from __future__ import annotations

from catalog_service.domain.deeds import DeedRequest, Subject
from catalog_service.domain.machines import Actor
from catalog_service.domain.money.ledger import EntryKind, clearing, escrow, suspense, transfer
from catalog_service.domain.money.payment_states import OPEN, PAYMENT, PaymentEvent, PaymentState
from catalog_service.domain.money.payments import GatewayPayment, GatewayState, Payment, TransferKind
from catalog_service.domain.orders.plans import due_before_receipt
from catalog_service.domain.orders.states import OrderEvent, OrderState
from catalog_service.domain.orders.values import Order
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.money.escrow import schedule_transfer
from catalog_service.use_cases.orders.desk import (
    OrderDesk,
    announce,
    close_each,
    conclude,
    end_payment,
    move,
)

SYSTEM = DeedRequest(actor="gateway")
PAID, SUSPENDED, FAILED, PENDING, SEEN = "paid", "suspended", "failed", "pending", "seen"


def settle_payment(
    desk: OrderDesk, transaction: RecordTransaction, found: GatewayPayment, *, gateway: str, now: int
) -> str:
    """What came of it: ``paid``, ``suspended``, ``failed``, ``pending``, or ``seen`` when it was known before.

    Money pays a stage when that stage is due now, in this sum, and its payment is still wanted. All other money, and
    money that nobody asked for, waits in suspense for the transfer that returns it.
    """
    payment = transaction.payments.payment(found.payment_id)
    if found.state is GatewayState.PENDING or (found.state is GatewayState.PAID and found.amount_fen < 1):
        return PENDING
    if found.state is GatewayState.FAILED:
        return _fail(transaction, payment, now=now)
    if payment is None:
        return _suspend_unknown(desk, transaction, found, gateway=gateway, now=now)
    if payment.state in (PaymentState.PAID, PaymentState.SUSPENDED, PaymentState.RETURNED):
        return SEEN
    order = transaction.orders.order(payment.order_id)
    if order is not None and _fits(order, payment, found):
        return _fund(desk, transaction, order, payment, now=now)
    return _suspend(desk, transaction, payment, found.amount_fen, now=now)


def _fits(order: Order, payment: Payment, found: GatewayPayment) -> bool:
    stage = order.due_stage
    return (
        payment.state in OPEN
        and stage is not None
        and stage.number == payment.stage
        and stage.amount_fen == payment.amount_fen == found.amount_fen
    )


def _fund(desk: OrderDesk, transaction: RecordTransaction, order: Order, payment: Payment, *, now: int) -> str:
    paid = order.stages_paid + 1
    event = OrderEvent.PAY if paid >= due_before_receipt(order.plan) else OrderEvent.PAY_STAGE
    if order.state is OrderState.WAIT_BUYER_RECEIVE:
        event = OrderEvent.PAY_LAST_STAGE
    known = transaction.payments.of_order(order.order_id)  # before anything waits to be written
    moved = move(
        desk, transaction, order, event, Actor.GATEWAY, member_id=payment.created_by, now=now, stages_paid=paid,
        paid_fen=order.paid_fen + payment.amount_fen, paid_at=now,
        facts={"payment_id": payment.payment_id, "amount_fen": payment.amount_fen, "stage": payment.stage},
    )  # fmt: skip
    end_payment(transaction, payment, PaymentEvent.PAY, Actor.GATEWAY, now=now, received_fen=payment.amount_fen)
    others = [each for each in known if each.payment_id != payment.payment_id]
    close_each(transaction, others, actor=Actor.GATEWAY, now=now)
    entry = transfer(
        order.order_id,
        f"fund:{payment.payment_id}",
        EntryKind.FUND,
        (clearing(payment.gateway, order.order_id), -payment.amount_fen),
        (escrow(order.order_id, payment.stage), payment.amount_fen),
        facts={"order": order.order_id, "stage": str(payment.stage), "payment": payment.payment_id},
        at=now,
    )
    transaction.ledger.post([entry])
    conclude(
        transaction, moved, deed="pay_order", request=SYSTEM, now=now,
        facts={"payment_id": payment.payment_id, "amount_fen": payment.amount_fen},
        tell=[(order.supplier_company_id, f"订单 {order.number_text} 已付款")],
    )  # fmt: skip
    return PAID


def _suspend(desk: OrderDesk, transaction: RecordTransaction, payment: Payment, amount_fen: int, *, now: int) -> str:
    """What came late, twice, or in another amount."""
    after = end_payment(
        transaction, payment, PaymentEvent.SUSPEND, Actor.GATEWAY, now=now, received_fen=amount_fen,
        refunded_fen=amount_fen,
    )  # fmt: skip
    _into_suspense(desk, transaction, after, chain_id=payment.order_id or payment.payment_id, now=now)
    return SUSPENDED


def _suspend_unknown(
    desk: OrderDesk, transaction: RecordTransaction, found: GatewayPayment, *, gateway: str, now: int
) -> str:
    """Money under an id that we never gave."""
    target = PAYMENT.move(None, PaymentEvent.ARRIVE_UNKNOWN, Actor.GATEWAY, subject=found.payment_id).target
    payment = Payment(
        payment_id=found.payment_id, version=1, state=target, order_id="", stage=0, amount_fen=0,
        received_fen=found.amount_fen, refunded_fen=found.amount_fen, gateway=gateway, gateway_id=found.gateway_id,
        created_by="gateway", created_at=now, changed_at=now,
    )  # fmt: skip
    transaction.payments.insert(payment)
    _into_suspense(desk, transaction, payment, chain_id=payment.payment_id, now=now)
    return SUSPENDED


def _into_suspense(
    desk: OrderDesk, transaction: RecordTransaction, payment: Payment, *, chain_id: str, now: int
) -> None:
    amount_fen = payment.received_fen
    sent = schedule_transfer(
        desk, transaction, payment, amount_fen, kind=TransferKind.RETURN, chain_id=chain_id, now=now
    )
    entry = transfer(
        chain_id,
        f"suspend:{payment.payment_id}",
        EntryKind.SUSPEND,
        (clearing(payment.gateway, chain_id), -amount_fen),
        (suspense(payment.payment_id), amount_fen),
        facts={"payment": payment.payment_id, "transfer": sent.transfer_id},
        at=now,
    )
    transaction.ledger.post([entry])
    announce(
        transaction, Subject.PAYMENT, payment.payment_id, payment.version, deed="suspend_payment", request=SYSTEM,
        now=now, facts={"amount_fen": amount_fen},
    )  # fmt: skip


def _fail(transaction: RecordTransaction, payment: Payment | None, *, now: int) -> str:
    if payment is None or payment.state not in OPEN:
        return SEEN
    after = end_payment(transaction, payment, PaymentEvent.FAIL, Actor.GATEWAY, now=now)
    announce(
        transaction, Subject.PAYMENT, after.payment_id, after.version, deed="fail_payment", request=SYSTEM, now=now
    )
    return FAILED
