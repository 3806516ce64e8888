"""Have the gateway send money back, until it says that it has."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from catalog_service.domain.money.payments import GatewayState, Transfer
from catalog_service.domain.money.transfer_states import TransferState
from catalog_service.domain.orders.timers import Timer, TimerKind
from catalog_service.ports.gateway import GatewayAway, GatewayRefused, PaymentGateway
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.money.staff_letters import tell_staff
from catalog_service.use_cases.money.transfer_settling import leave_transfer
from catalog_service.use_cases.orders.desk import OrderDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTransfer:
    """The transfer's id names it at the gateway, so that it is sent once however often it is asked for. Money leaves
    suspense when the gateway says that it has left, not before."""

    desk: OrderDesk
    gateway: PaymentGateway

    def __call__(self, timer: Timer) -> bool:
        """Whether it is done."""
        store = self.desk.deeds.store
        sent = store.write(lambda transaction: transaction.payments.transfer(timer.subject_id))
        if sent is None or sent.state is not TransferState.PENDING:
            store.write(lambda transaction: transaction.timers.clear(timer.subject_id))
            return True
        trouble = self._ask(sent)
        now = self.desk.deeds.clock.now()
        return store.write(lambda transaction: self._note(transaction, sent.transfer_id, trouble, now=now))

    def _ask(self, sent: Transfer) -> str:
        """Empty when the money has left; else why it has not."""
        try:
            state = self.gateway.refund(
                transfer_id=sent.transfer_id, payment_id=sent.payment_id, amount_fen=sent.amount_fen
            )
        except (GatewayAway, GatewayRefused) as error:
            return error.message
        return "" if state is GatewayState.PAID else "支付机构正在处理"

    def _note(self, transaction: RecordTransaction, transfer_id: str, trouble: str, *, now: int) -> bool:
        sent = transaction.payments.transfer(transfer_id)
        if sent is None or sent.state is not TransferState.PENDING:  # another sweeper was quicker
            return True
        if trouble:
            after = dataclasses.replace(sent, attempts=sent.attempts + 1, trouble=trouble, changed_at=now)
            transaction.payments.move_transfer(sent, after)
            wait = self.desk.options.backoff(self.desk.options.transfer_retry_seconds, sent.attempts)
            transaction.timers.set(
                Timer(subject_id=transfer_id, kind=TimerKind.TRANSFER, due_at=now + wait, attempts=after.attempts)
            )
            if now - sent.created_at >= self.desk.options.trouble_seconds:
                tell_staff(
                    self.desk.deeds, transaction, dedupe=f"transfer:{transfer_id}", subject="款项没有按时退回",
                    body=f"付款 {sent.payment_id} 的退款 {transfer_id}：{trouble}。见 /staff/money", now=now,
                )  # fmt: skip
            return False
        leave_transfer(transaction, sent, now=now)
        return True
