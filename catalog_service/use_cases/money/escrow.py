"""Out of the escrow: to the seller, or back to the buyer. Each stage of an order is released once."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from catalog_service.domain.machines import Actor
from catalog_service.domain.money.ledger import (
    Account,
    Entry,
    EntryKind,
    FundsShort,
    deposit,
    escrow,
    fees,
    payable,
    suspense,
    transfer,
)
from catalog_service.domain.money.payment_states import PaymentState
from catalog_service.domain.money.payments import Payment, Transfer, TransferKind
from catalog_service.domain.money.transfer_states import TRANSFER, TransferEvent
from catalog_service.domain.orders.timers import Timer, TimerKind
from catalog_service.domain.orders.values import Order
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.orders.desk import OrderDesk


def release_entries(desk: OrderDesk, transaction: RecordTransaction, order: Order, *, now: int) -> list[Entry]:
    """All that the order holds becomes the seller's, less the market's fee; one entry a stage."""
    entries = []
    for stage in range(1, order.stages_paid + 1):
        held_fen = transaction.ledger.balance(escrow(order.order_id, stage))
        if not held_fen:
            continue
        fee_fen = held_fen * desk.options.fee_permille // 1000
        entries.append(
            transfer(
                order.order_id,
                f"release:{order.order_id}:{stage}",
                EntryKind.RELEASE,
                (escrow(order.order_id, stage), -held_fen),
                (payable(order.supplier_id), held_fen - fee_fen),
                (fees(order.order_id), fee_fen),
                facts={"order": order.order_id, "stage": str(stage), "supplier": order.supplier_id},
                at=now,
            )
        )
    return entries


def refund_entries(
    desk: OrderDesk, transaction: RecordTransaction, order: Order, amount_fen: int, *, reference: str, now: int
) -> list[Entry]:
    """``amount_fen`` out of the escrow, the last stage first, on its way to the payer; transfers carry it there."""
    entries, left_fen = [], amount_fen
    for payment in _paid(transaction, order):
        held_fen = transaction.ledger.balance(escrow(order.order_id, payment.stage))
        part_fen = min(left_fen, held_fen)
        if part_fen:
            source = [(escrow(order.order_id, payment.stage), part_fen)]
            entries.append(_send_back(desk, transaction, order, payment, source, reference=reference, now=now))
            left_fen -= part_fen
    if left_fen:
        raise FundsShort("托管余额不足", detail={"short_fen": left_fen})
    return entries


def after_sale_entries(
    desk: OrderDesk, transaction: RecordTransaction, order: Order, amount_fen: int, *, reference: str, now: int
) -> list[Entry]:
    """``amount_fen`` out of what the seller has with us, then out of its guarantee; ``FundsShort`` beyond both."""
    funds = [(account, transaction.ledger.balance(account)) for account in _sellers(order)]
    if amount_fen > sum(fen for _, fen in funds):
        raise FundsShort(
            "卖家的货款与保证金不足以退款", detail={"wanted_fen": amount_fen, "has_fen": sum(fen for _, fen in funds)}
        )
    entries, left_fen = [], amount_fen
    for payment in _paid(transaction, order):
        part_fen = min(left_fen, payment.received_fen - payment.refunded_fen)
        if not part_fen:
            continue
        source: list[tuple[Account, int]] = []
        need_fen = part_fen
        for number, (account, has_fen) in enumerate(funds):
            taken_fen = min(need_fen, has_fen)
            funds[number] = account, has_fen - taken_fen
            need_fen -= taken_fen
            source.append((account, taken_fen))
        entries.append(_send_back(desk, transaction, order, payment, source, reference=reference, now=now))
        left_fen -= part_fen
    if left_fen:
        raise FundsShort("退款超过已付金额", detail={"short_fen": left_fen})
    return entries


def schedule_transfer(
    desk: OrderDesk, transaction: RecordTransaction, payment: Payment, amount_fen: int, *, kind: TransferKind,
    chain_id: str, now: int, after_seconds: int = 0, trouble: str = "",
) -> Transfer:  # fmt: skip
    """Money that the sweeper has the gateway send back, from now or ``after_seconds`` on. ``trouble``: why this is not
    the first time."""
    transfer_id = desk.deeds.ids.new()
    state = TRANSFER.move(None, TransferEvent.SCHEDULE, Actor.TIMER, subject=transfer_id).target
    sent = Transfer(
        transfer_id=transfer_id, state=state, kind=kind, payment_id=payment.payment_id, chain_id=chain_id,
        amount_fen=amount_fen, trouble=trouble, created_at=now, changed_at=now,
    )  # fmt: skip
    transaction.payments.insert_transfer(sent)
    transaction.timers.set(Timer(subject_id=sent.transfer_id, kind=TimerKind.TRANSFER, due_at=now + after_seconds))
    return sent


def _send_back(
    desk: OrderDesk,
    transaction: RecordTransaction,
    order: Order,
    payment: Payment,
    source: Sequence[tuple[Account, int]],
    *,
    reference: str,
    now: int,
) -> Entry:
    amount_fen = sum(fen for _, fen in source)
    after = dataclasses.replace(
        payment, version=payment.version + 1, refunded_fen=payment.refunded_fen + amount_fen, changed_at=now
    )
    transaction.payments.move(payment, after)
    sent = schedule_transfer(
        desk, transaction, payment, amount_fen, kind=TransferKind.REFUND, chain_id=order.order_id, now=now
    )
    return transfer(
        order.order_id,
        f"refund:{reference}:{payment.stage}",
        EntryKind.REFUND,
        *((account, -fen) for account, fen in source),
        (suspense(payment.payment_id), amount_fen),
        facts={"order": order.order_id, "stage": str(payment.stage), "transfer": sent.transfer_id},
        at=now,
    )


def _paid(transaction: RecordTransaction, order: Order) -> list[Payment]:
    """The payments that the order consists of, the last stage first."""
    paid = [each for each in transaction.payments.of_order(order.order_id) if each.state is PaymentState.PAID]
    return sorted(paid, key=lambda each: -each.stage)


def _sellers(order: Order) -> tuple[Account, Account]:
    return payable(order.supplier_id), deposit(order.supplier_id)
