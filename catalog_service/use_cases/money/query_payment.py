"""Ask the gateway for a payment whose callback has not come."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.money.payment_states import OPEN
from catalog_service.domain.orders.timers import Timer, TimerKind
from catalog_service.ports.gateway import GatewayAway, PaymentGateway
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.money.settling import PENDING, SEEN, settle_payment
from catalog_service.use_cases.orders.desk import OrderDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryPayment:
    """Comes back later, each time after twice as long, while the payer may still pay."""

    desk: OrderDesk
    gateway: PaymentGateway

    def __call__(self, timer: Timer) -> str:
        try:
            found = self.gateway.find(timer.subject_id)
        except GatewayAway:
            found = None
        now = self.desk.deeds.clock.now()

        def query(transaction: RecordTransaction) -> str:
            payment = transaction.payments.payment(timer.subject_id)
            if payment is None or payment.state not in OPEN:
                transaction.timers.clear(timer.subject_id)
                return SEEN
            outcome = PENDING
            if found is not None:
                outcome = settle_payment(self.desk, transaction, found, gateway=self.gateway.name, now=now)
            if outcome == PENDING:
                wait = self.desk.options.backoff(self.desk.options.query_seconds, timer.attempts + 1)
                transaction.timers.set(
                    Timer(
                        subject_id=timer.subject_id, kind=TimerKind.PAYMENT, due_at=now + wait,
                        attempts=timer.attempts + 1,
                    )
                )  # fmt: skip
            return outcome

        return self.desk.deeds.store.write(query)
