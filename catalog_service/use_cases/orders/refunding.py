"""What the deeds on a refund share: its move, the move of its order, its deadline, and the money."""

from __future__ import annotations

import dataclasses
from typing import Any

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.refund_states import OPEN, REFUND, RefundEvent, RefundState
from catalog_service.domain.orders.states import ORDER, OrderEvent
from catalog_service.domain.orders.timers import Timer, TimerKind
from catalog_service.domain.orders.values import Order, Party, Refund
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import require_reason
from catalog_service.use_cases.money.escrow import after_sale_entries, refund_entries
from catalog_service.use_cases.orders.desk import (
    OrderDesk,
    close_payments,
    conclude,
    move,
    require_buyers,
    require_order,
    require_seen,
    require_sellers,
    touch,
)
from kernel.errors import NotFound


class RefundNotFound(NotFound):
    """No refund of this order of this caller has this id."""

    code = "refund_not_found"


def buyers_refund(
    transaction: RecordTransaction, order_id: str, refund_id: str, by: Party, *, seen: int | None
) -> tuple[Order, Refund]:
    """The order and its refund, when ``by`` is the buyer; else they are not there. ``seen``: the version of the order
    that ``by`` has read (``require_seen``)."""
    order, refund = require_buyers(transaction, order_id, by), _refund(transaction, order_id, refund_id)
    require_seen(transaction, order, seen)
    return order, refund


def sellers_refund(
    transaction: RecordTransaction, order_id: str, refund_id: str, by: Party, *, seen: int | None
) -> tuple[Order, Refund]:
    """The same, when ``by`` is the seller."""
    order, refund = require_sellers(transaction, order_id, by), _refund(transaction, order_id, refund_id)
    require_seen(transaction, order, seen)
    return order, refund


def any_refund(transaction: RecordTransaction, order_id: str, refund_id: str) -> tuple[Order, Refund]:
    """The order and its refund, for the staff and for timers."""
    return require_order(transaction, order_id), _refund(transaction, order_id, refund_id)


def open_refunds(transaction: RecordTransaction, order: Order, *, but: str = "") -> list[Refund]:
    """Those of the order that are open, the oldest first."""
    if not order.open_refund_id:
        return []
    known = transaction.orders.refunds(order.order_id)
    return [each for each in known if each.state in OPEN and each.refund_id != but]


def turn_down(
    desk: OrderDesk,
    event: RefundEvent,
    *,
    order_id: str,
    refund_id: str,
    reason: str,
    by: Party,
    request: DeedRequest,
    seen: int | None,
) -> Receipt:
    """The seller says no to what the buyer asked or sent, and why; the buyer reads it."""
    why = require_reason(reason)

    def turned_down(transaction: RecordTransaction, now: int) -> Receipt:
        order, refund = sellers_refund(transaction, order_id, refund_id, by, seen=seen)
        return move_refund(
            desk, transaction, order, refund, event, Actor.SELLER, request=request, now=now, note=why, answer=why
        )

    return desk.deeds.perform(request, turned_down)


def move_refund(
    desk: OrderDesk,
    transaction: RecordTransaction,
    order: Order,
    refund: Refund,
    event: RefundEvent,
    actor: Actor,
    *,
    request: DeedRequest,
    now: int,
    note: str = "",
    **changes: Any,
) -> Receipt:
    """The refund a step further, with its order; money moves when it succeeds."""
    target = REFUND.move(refund.state, event, actor, subject=order.number_text).target
    ended = target in REFUND.terminal
    if ended:
        changes["finished_at"] = now
    after = dataclasses.replace(refund, state=target, version=refund.version + 1, changed_at=now, **changes)
    member_id = request.actor
    said: dict[str, Any] = {
        "machine_event": (REFUND.name, str(event)), "member_id": member_id, "now": now, "note": note,
        "facts": {"refund_id": refund.refund_id, "amount_fen": after.amount_fen},
    }  # fmt: skip
    if ended:
        others = open_refunds(transaction, order, but=refund.refund_id)
        said["open_refund_id"] = others[0].refund_id if others else ""
    if target is RefundState.SUCCESS:
        moved = _pay(desk, transaction, order, after, actor, said)
    elif order.state in ORDER.terminal:
        moved = touch(transaction, order, actor, **said)
    else:
        moved = move(desk, transaction, order, OrderEvent.MOVE_REFUND, actor, **said)
    transaction.orders.move_refund(refund, after)
    set_refund_deadline(desk, transaction, after, now=now)
    return conclude(
        transaction, moved, deed=f"refund_{event}", request=request, now=now, reason=note,
        facts={"refund_id": refund.refund_id, "refund_state": str(target)},
        tell=_told(moved, actor, f"订单 {order.number_text} 的退款：{REFUND.state_labels[target]}"),
    )  # fmt: skip


def close_refund(transaction: RecordTransaction, refund_id: str, event: RefundEvent, *, answer: str, now: int) -> None:
    """The staff ends a refund along with its order."""
    refund = transaction.orders.refund(refund_id)
    if refund is None:
        raise RefundNotFound(f"没有编号为 {refund_id} 的退款")
    target = REFUND.move(refund.state, event, Actor.STAFF, subject=refund_id).target
    after = dataclasses.replace(
        refund, state=target, version=refund.version + 1, answer=answer, changed_at=now, finished_at=now
    )
    transaction.orders.move_refund(refund, after)
    transaction.timers.clear(refund_id)


def set_refund_deadline(desk: OrderDesk, transaction: RecordTransaction, refund: Refund, *, now: int) -> None:
    """The deadline of the refund's state."""
    seconds = desk.options.refund_seconds(refund.state)
    if seconds is None:
        transaction.timers.clear(refund.refund_id)
        return
    transaction.timers.set(Timer(subject_id=refund.refund_id, kind=TimerKind.REFUND, due_at=now + seconds))


def _pay(
    desk: OrderDesk, transaction: RecordTransaction, order: Order, refund: Refund, actor: Actor, said: dict[str, Any]
) -> Order:
    """The order with the money gone back: out of its escrow, or after success out of the seller's funds."""
    amount_fen, now = refund.amount_fen, int(said["now"])
    changes = {**said, "refunded_fen": order.refunded_fen + amount_fen}
    if order.state in ORDER.terminal:
        changes["released_fen"] = order.released_fen - amount_fen
        moved = touch(transaction, order, actor, **changes)
        entries = after_sale_entries(desk, transaction, order, amount_fen, reference=refund.refund_id, now=now)
        transaction.ledger.post(entries)
        return moved
    whole = amount_fen >= order.held_fen
    if whole:
        changes["end_reason"] = f"全额退款：{refund.reason}"
    event = OrderEvent.REFUND_WHOLE if whole else OrderEvent.REFUND_PART
    moved = move(desk, transaction, order, event, actor, **changes)
    if whole:
        transaction.stock.release(order.order_id, at=now)
        close_payments(transaction, order.order_id, actor=actor, now=now)
    transaction.ledger.post(refund_entries(desk, transaction, order, amount_fen, reference=refund.refund_id, now=now))
    return moved


def _told(order: Order, actor: Actor, text: str) -> list[tuple[str, str]]:
    """Everybody but the one who did it."""
    told = []
    if actor is not Actor.BUYER:
        told.append((order.buyer_company_id, text))
    if actor is not Actor.SELLER:
        told.append((order.supplier_company_id, text))
    return told


def _refund(transaction: RecordTransaction, order_id: str, refund_id: str) -> Refund:
    refund = transaction.orders.refund(refund_id)
    if refund is None or refund.order_id != order_id:
        raise RefundNotFound(f"没有编号为 {refund_id} 的退款", parameter="refund_id")
    return refund
