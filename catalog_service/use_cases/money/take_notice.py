"""The gateway calls back: whatever it says, it is asked what stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog_service.domain.money.payments import GatewayPayment
from catalog_service.ports.gateway import PaymentGateway
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.money.payout_settling import DIFFERS, settle_payout
from catalog_service.use_cases.money.settle_bounce import settle_bounce
from catalog_service.use_cases.money.settling import PENDING, settle_payment
from catalog_service.use_cases.orders.desk import OrderDesk

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeNotice:
    """``NoticeForged`` for a bad signature. A notice counts once; neither its order, its age nor its amounts matter,
    since all that it does is to have the gateway asked. ``GatewayAway`` makes it come again."""

    desk: OrderDesk
    gateway: PaymentGateway

    def __call__(self, *, headers: Mapping[str, str], body: bytes) -> str:
        """What came of it (``settling``, or ``unknown``)."""
        now = self.desk.deeds.clock.now()
        notice = self.gateway.read_notice(headers, body, now=now)
        name = self.gateway.name
        found = self.gateway.find(notice.payment_id) if notice.payment_id else None
        paid_out = self.gateway.find_payout(notice.payout_id) if notice.payout_id else None

        bounce = self.gateway.find_bounce(notice.bounce_id) if notice.bounce_id else None

        def take(transaction: RecordTransaction) -> str:
            known = transaction.payments.notice(name, notice.notice_id)
            if known is not None:
                return known
            if paid_out is not None:
                outcome = settle_payout(transaction, paid_out, now=now)
            elif bounce is not None:
                outcome = settle_bounce(self.desk, transaction, bounce, now=now)
            else:
                outcome = self._settle(transaction, found, now=now)
            if outcome not in (PENDING, UNKNOWN, DIFFERS):  # coming again it may tell more
                transaction.payments.insert_notice(
                    name, notice.notice_id, payment_id=notice.subject_id, outcome=outcome, at=now
                )
            return outcome

        return self.desk.deeds.store.write(take)

    def _settle(self, transaction: RecordTransaction, found: GatewayPayment | None, *, now: int) -> str:
        if found is None:
            return UNKNOWN
        return settle_payment(self.desk, transaction, found, gateway=self.gateway.name, now=now)
