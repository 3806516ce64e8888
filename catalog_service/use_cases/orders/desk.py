"""What every deed on an order shares: whose it is, the move itself, its deadline, and what is told of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog_service.domain.deeds import DeedRequest, OutboxNote, Receipt, Subject
from catalog_service.domain.machines import Actor
from catalog_service.domain.money.payment_states import OPEN as OPEN_PAYMENT
from catalog_service.domain.money.payment_states import PAYMENT, PaymentEvent
from catalog_service.domain.money.payments import Payment
from catalog_service.domain.orders.options import OrderOptions
from catalog_service.domain.orders.states import ORDER, OrderEvent
from catalog_service.domain.orders.timers import Timer, TimerKind
from catalog_service.domain.orders.values import Facts, Order, Party, TimelineEvent
from catalog_service.ports.parties import TradingParties
from catalog_service.ports.record import RecordTransaction, VersionMismatch
from catalog_service.use_cases.deeds import Deeds, leave_receipt, require_version
from kernel.errors import Conflict, NotFound


class OrderNotFound(NotFound):
    """No order of this caller has this id."""

    code = "order_not_found"


class RefundOpen(Conflict):
    """While a refund is open nothing of the order is paid out, shipped or ended; ``detail`` has its id."""

    code = "refund_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDesk:
    """The parts of every deed on an order."""

    deeds: Deeds
    options: OrderOptions
    parties: TradingParties


def require_buyers(transaction: RecordTransaction, order_id: str, by: Party) -> Order:
    """The order, when ``by`` is its buyer; else it is not there."""
    order = transaction.orders.order(order_id)
    if order is None or not by.company_id or order.buyer_company_id != by.company_id:
        raise not_found()
    return order


def require_sellers(transaction: RecordTransaction, order_id: str, by: Party) -> Order:
    """The order, when ``by`` is its seller; else it is not there."""
    order = transaction.orders.order(order_id)
    if order is None or not by.supplier_id or order.supplier_id != by.supplier_id:
        raise not_found()
    return order


def require_order(transaction: RecordTransaction, order_id: str) -> Order:
    """The order, for the staff and for timers."""
    order = transaction.orders.order(order_id)
    if order is None:
        raise not_found()
    return order


def side_of(order: Order, by: Party) -> Actor | None:
    """Which side of the order ``by`` is; the buyer where it is both, None where it is neither."""
    if by.company_id and order.buyer_company_id == by.company_id:
        return Actor.BUYER
    return Actor.SELLER if by.supplier_id and order.supplier_id == by.supplier_id else None


def require_side(transaction: RecordTransaction, order_id: str, by: Party) -> tuple[Order, Actor]:
    """The order and which side ``by`` is; else it is not there."""
    order = require_order(transaction, order_id)
    side = side_of(order, by)
    if side is None:
        raise not_found()
    return order, side


def require_seen(transaction: RecordTransaction, order: Order, expected_version: int | None) -> None:
    """``VersionMismatch`` for whoever has read another version than the one that stands (None: they do not mind);
    ``detail["changes"]`` has what happened since, the oldest first."""
    try:
        require_version(expected_version, actual=order.version)
    except VersionMismatch as mismatch:
        said = ("number", "machine", "event", "actor", "source", "target", "note", "facts", "at")
        events = transaction.orders.events(order.order_id)
        changes = [
            {name: getattr(event, name) for name in said} for event in events if event.number > (expected_version or 0)
        ]
        detail = {**mismatch.detail, "changes": changes}
        raise VersionMismatch(mismatch.message, parameter=mismatch.parameter, detail=detail) from None


def refuse_while_refunding(order: Order) -> None:
    """``RefundOpen`` while one is."""
    if order.open_refund_id:
        raise RefundOpen(
            f"订单 {order.number_text} 有退款正在处理，请先处理退款", detail={"refund_id": order.open_refund_id}
        )


def move(
    desk: OrderDesk,
    transaction: RecordTransaction,
    order: Order,
    event: OrderEvent,
    actor: Actor,
    *,
    member_id: str,
    now: int,
    note: str = "",
    facts: Facts | None = None,
    machine_event: tuple[str, str] | None = None,
    **changes: Any,
) -> Order:
    """The order after the event: head, history and deadline are written. ``MoveRefused`` when the state does not allow
    it. ``machine_event``: the refund's event that this is about."""
    target = ORDER.move(order.state, event, actor, subject=order.number_text).target
    if target in ORDER.terminal:
        changes["finished_at"] = now
    after = dataclasses.replace(order, state=target, version=order.version + 1, changed_at=now, **changes)
    transaction.orders.move(order, after)
    machine, name = machine_event or (ORDER.name, str(event))
    write_event(
        transaction, order, after, machine=machine, event=name, actor=actor, member_id=member_id, note=note,
        facts=facts or {},
    )  # fmt: skip
    _set_deadline(desk, transaction, order, after)
    return after


def touch(
    transaction: RecordTransaction,
    order: Order,
    actor: Actor,
    *,
    machine_event: tuple[str, str],
    member_id: str,
    now: int,
    note: str = "",
    facts: Facts | None = None,
    **changes: Any,
) -> Order:
    """The next version of an order that has ended and of which a refund is dealt with."""
    after = dataclasses.replace(order, version=order.version + 1, changed_at=now, **changes)
    transaction.orders.move(order, after)
    machine, event = machine_event
    write_event(
        transaction, order, after, machine=machine, event=event, actor=actor, member_id=member_id, note=note,
        facts=facts or {},
    )  # fmt: skip
    return after


def write_event(
    transaction: RecordTransaction,
    before: Order | None,
    after: Order,
    *,
    machine: str,
    event: str,
    actor: Actor,
    member_id: str,
    note: str,
    facts: Facts,
) -> None:
    """A line of the order's history."""
    transaction.orders.add_event(
        TimelineEvent(
            order_id=after.order_id, number=after.version, machine=machine, event=event, actor=actor,
            member_id=member_id, source="" if before is None else str(before.state), target=str(after.state),
            note=note, facts=facts, at=after.changed_at,
        )
    )  # fmt: skip


def start_deadline(desk: OrderDesk, transaction: RecordTransaction, order: Order, *, was_waiting: bool) -> None:
    """The deadline of the state that the order is in, from its last change on."""
    seconds = desk.options.order_seconds(order.state, last_stage_open=order.last_stage_open)
    if seconds is not None:
        transaction.timers.set(
            Timer(subject_id=order.order_id, kind=TimerKind.ORDER, due_at=order.changed_at + seconds)
        )
    elif was_waiting:
        transaction.timers.clear(order.order_id)


def _set_deadline(desk: OrderDesk, transaction: RecordTransaction, before: Order, after: Order) -> None:
    """A state has a deadline from the moment that it is entered; it rests while a refund is open, and begins anew."""
    if after.state == before.state and after.open_refund_id == before.open_refund_id:
        return
    if after.open_refund_id:
        transaction.timers.clear(after.order_id)
        return
    was = desk.options.order_seconds(before.state, last_stage_open=before.last_stage_open)
    start_deadline(desk, transaction, after, was_waiting=was is not None)


def close_payments(transaction: RecordTransaction, order_id: str, *, actor: Actor, now: int) -> None:
    """Nobody may pay these any more; what comes all the same goes back by itself."""
    close_each(transaction, transaction.payments.of_order(order_id), actor=actor, now=now)


def close_each(transaction: RecordTransaction, known: Sequence[Payment], *, actor: Actor, now: int) -> None:
    """``close_payments`` of those that were read before."""
    for payment in known:
        if payment.state not in OPEN_PAYMENT:
            continue
        end_payment(transaction, payment, PaymentEvent.CLOSE, actor, now=now)


def end_payment(
    transaction: RecordTransaction, payment: Payment, event: PaymentEvent, actor: Actor, *, now: int, **changes: Any
) -> Payment:
    """``move_payment``, and nobody asks the gateway after it any more."""
    after = move_payment(transaction, payment, event, actor, now=now, **changes)
    transaction.timers.clear(payment.payment_id)
    return after


def move_payment(
    transaction: RecordTransaction, payment: Payment, event: PaymentEvent, actor: Actor, *, now: int, **changes: Any
) -> Payment:
    """The payment after the event, written."""
    target = PAYMENT.move(payment.state, event, actor, subject=payment.payment_id).target
    after = dataclasses.replace(payment, state=target, version=payment.version + 1, changed_at=now, **changes)
    transaction.payments.move(payment, after)
    return after


def conclude(
    transaction: RecordTransaction,
    order: Order,
    *,
    deed: str,
    request: DeedRequest,
    now: int,
    reason: str = "",
    created: bool = False,
    facts: Facts | None = None,
    tell: Sequence[tuple[str, str]] = (),
) -> Receipt:
    """Outbox row, audit row and receipt of an order's new version. ``tell``: companies, and what they are told."""
    for company_id, text in tell:
        notify(transaction, company_id=company_id, kind=f"order_{deed}", subject_id=order.order_id, text=text, at=now)
    return announce(
        transaction, Subject.ORDER, order.order_id, order.version, deed=deed, request=request, now=now, reason=reason,
        state=str(order.state), created=created, facts={"payable_fen": order.payable_fen, **(facts or {})},
    )  # fmt: skip


def announce(
    transaction: RecordTransaction,
    subject: Subject,
    subject_id: str,
    version: int,
    *,
    deed: str,
    request: DeedRequest,
    now: int,
    reason: str = "",
    state: str = "",
    created: bool = False,
    facts: Facts | None = None,
) -> Receipt:
    """Outbox row, audit row and receipt."""
    transaction.announce([OutboxNote(subject=subject, subject_id=subject_id, version=version, urgent=False)], at=now)
    return leave_receipt(
        transaction, subject, subject_id, version, deed=deed, actor=request.actor, now=now, state=state, reason=reason,
        created=created, facts=facts,
    )  # fmt: skip


def notify(transaction: RecordTransaction, *, company_id: str, kind: str, subject_id: str, text: str, at: int) -> None:
    """Tell a company; nobody where the supplier is nobody's yet."""
    if company_id:
        transaction.notices.add(company_id=company_id, kind=kind, subject_id=subject_id, text=text, at=at)


def not_found(parameter: str = "order_id") -> OrderNotFound:
    """In one sentence for an order that is not there and for another company's."""
    return OrderNotFound("没有这张订单", parameter=parameter)
