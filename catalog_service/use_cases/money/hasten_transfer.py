"""The market's people have money that is on its way back sent now, not at its next time."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.money.transfer_states import TRANSFER, TransferState
from catalog_service.domain.orders.timers import Timer, TimerKind
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.orders.desk import OrderDesk, announce
from kernel.errors import Conflict, NotFound
from kernel.ids import validate_id


class TransferNotFound(NotFound):
    """No transfer has this id."""

    code = "transfer_not_found"


class TransferEnded(Conflict):
    """It has left already; where a bank sent it back, another one has taken its place."""

    code = "transfer_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class HastenTransfer:
    """The sweeper sends it, as ever: under its own id, so that two who press at once send it once."""

    desk: OrderDesk

    def __call__(self, *, transfer_id: str, request: DeedRequest) -> Receipt:
        validate_id(transfer_id, parameter="transfer_id")

        def hasten(transaction: RecordTransaction, now: int) -> Receipt:
            sent = transaction.payments.transfer(transfer_id)
            payment = transaction.payments.payment(sent.payment_id) if sent is not None else None
            if sent is None or payment is None:
                raise TransferNotFound(f"没有编号为 {transfer_id} 的退款转账", parameter="transfer_id")
            if sent.state is not TransferState.PENDING:
                raise TransferEnded(
                    f"退款转账 {transfer_id} {TRANSFER.state_labels[sent.state]}，不能再发送",
                    detail={"state": str(sent.state)},
                )
            transaction.timers.set(Timer(subject_id=transfer_id, kind=TimerKind.TRANSFER, due_at=now))
            return announce(
                transaction, Subject.PAYMENT, payment.payment_id, payment.version, deed="hasten_transfer",
                request=request, now=now, facts={"transfer_id": transfer_id, "amount_fen": sent.amount_fen},
            )  # fmt: skip

        return self.desk.deeds.perform(request, hasten)
