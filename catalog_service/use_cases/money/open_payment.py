"""Pay what is due of an order: an intent in the record, then a charge at the gateway."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.machines import Actor, MoveRefused
from catalog_service.domain.money.payment_states import OPEN, PAYMENT, PaymentEvent, PaymentState
from catalog_service.domain.money.payments import GatewayCharge, Payment
from catalog_service.domain.orders.numbers import grouped
from catalog_service.domain.orders.plans import Stage
from catalog_service.domain.orders.states import ORDER
from catalog_service.domain.orders.timers import Timer, TimerKind
from catalog_service.domain.orders.values import Order, Party
from catalog_service.ports.gateway import PaymentGateway
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.orders.desk import (
    OrderDesk,
    announce,
    move_payment,
    refuse_while_refunding,
    require_buyers,
)
from catalog_service.use_cases.orders.place_orders import PriceChanged
from kernel.ids import validate_id


class NothingDue(MoveRefused):
    """Nothing of this order is to be paid now."""

    code = "nothing_due"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPayment:
    """``amount_fen`` is what the buyer saw: another sum is ``PriceChanged``. An open payment of the same stage and sum
    is given again. When the gateway is away the intent stands: the same call again hands it in."""

    desk: OrderDesk
    gateway: PaymentGateway

    def __call__(self, *, order_id: str, amount_fen: int, by: Party, request: DeedRequest) -> Receipt:
        validate_id(order_id, parameter="order_id")

        def open_payment(transaction: RecordTransaction, now: int) -> Receipt:
            order = require_buyers(transaction, order_id, by)
            refuse_while_refunding(order)
            stage = _require_due(order, amount_fen)
            for known in transaction.payments.of_order(order_id):
                if known.state in OPEN and known.stage == stage.number and known.amount_fen == amount_fen:
                    return _receipt(known, order, created=False)
            payment = self._insert(transaction, order, stage, by=by, now=now)
            announce(
                transaction, Subject.PAYMENT, payment.payment_id, 1, deed="open_payment", request=request, now=now,
                facts={"order_id": order_id, "amount_fen": amount_fen},
            )  # fmt: skip
            return _receipt(payment, order, created=True)

        receipt = self.desk.deeds.perform(request, open_payment)
        if receipt.created and not receipt.replayed:
            self._charge(receipt.subject_id, number=str(receipt.facts["order_number"]), amount_fen=amount_fen)
        else:
            self.submit(receipt.subject_id)
        return receipt

    def submit(self, payment_id: str) -> None:
        """Hand the intent to the gateway, unless it has it; the same id again is the same charge."""
        found = self.desk.deeds.store.write(lambda transaction: _intent(transaction, payment_id))
        if found is not None:
            self._charge(payment_id, number=found[1].number, amount_fen=found[0].amount_fen)

    def _charge(self, payment_id: str, *, number: str, amount_fen: int) -> None:
        subject = f"订单 {grouped(number)}"  # on the payer's page at the gateway
        charge = self.gateway.charge(payment_id=payment_id, amount_fen=amount_fen, subject=subject)
        now = self.desk.deeds.clock.now()
        self.desk.deeds.store.write(lambda transaction: _submitted(transaction, payment_id, charge, now=now))

    def _insert(self, transaction: RecordTransaction, order: Order, stage: Stage, *, by: Party, now: int) -> Payment:
        payment_id = self.desk.deeds.ids.new()
        payment = Payment(
            payment_id=payment_id, version=1,
            state=PAYMENT.move(None, PaymentEvent.OPEN, Actor.BUYER, subject=payment_id).target,
            order_id=order.order_id, stage=stage.number, amount_fen=stage.amount_fen, gateway=self.gateway.name,
            created_by=by.member_id, created_at=now, changed_at=now,
        )  # fmt: skip
        transaction.payments.insert(payment)
        due_at = now + self.desk.options.query_seconds
        transaction.timers.set(Timer(subject_id=payment_id, kind=TimerKind.PAYMENT, due_at=due_at))
        return payment


def _require_due(order: Order, amount_fen: int) -> Stage:
    stage = order.due_stage
    if stage is None:
        raise NothingDue(
            f"订单 {order.number_text} {ORDER.state_labels[order.state]}，现在没有应付款",
            detail={
                "state": str(order.state),
                "event": "pay",
                "allowed": [str(event) for event in ORDER.allowed(order.state, Actor.BUYER)],
            },
        )
    if stage.amount_fen != amount_fen:
        raise PriceChanged(
            f"应付金额是 {stage.amount_fen} 分，请刷新后重试", parameter="amount_fen",
            detail={"amount_fen": stage.amount_fen, "stage": stage.number},
        )  # fmt: skip
    return stage


def _intent(transaction: RecordTransaction, payment_id: str) -> tuple[Payment, Order] | None:
    """The payment with its order, where the gateway does not have it yet."""
    payment = transaction.payments.payment(payment_id)
    if payment is None or payment.state is not PaymentState.CREATED:
        return None
    order = transaction.orders.order(payment.order_id)
    return None if order is None else (payment, order)


def _submitted(transaction: RecordTransaction, payment_id: str, charge: GatewayCharge, *, now: int) -> None:
    payment = transaction.payments.payment(payment_id)
    if payment is None or payment.state is not PaymentState.CREATED:  # settled or closed meanwhile
        return
    move_payment(
        transaction, payment, PaymentEvent.SUBMIT, Actor.GATEWAY, now=now, gateway_id=charge.gateway_id,
        pay_url=charge.pay_url,
    )  # fmt: skip


def _receipt(payment: Payment, order: Order, *, created: bool) -> Receipt:
    """Without what the gateway answers, so that a replay is the same whether it has answered or not."""
    return Receipt(
        subject=Subject.PAYMENT, subject_id=payment.payment_id, version=1, state=str(PaymentState.CREATED),
        created=created, changed=created,
        facts={
            "order_id": order.order_id, "order_number": order.number, "amount_fen": payment.amount_fen,
            "stage": payment.stage,
        },
    )  # fmt: skip
