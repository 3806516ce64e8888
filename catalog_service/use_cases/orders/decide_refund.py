"""The staff decides a refund over which buyer and seller do not agree."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.refund_states import REFUND, RefundEvent
from catalog_service.domain.orders.rulings import Outcome
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import require_reason
from catalog_service.use_cases.orders.desk import OrderDesk
from catalog_service.use_cases.orders.refunding import any_refund, move_refund
from catalog_service.use_cases.orders.rulings import confirm_ruling, weigh


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideRefund:
    """For the buyer the money goes back at once, whether goods came back or not. Over much money
    (``two_operators_fen``) the first operator's decision is a proposal (``facts.ruling``), and the same of another one
    is done."""

    desk: OrderDesk

    def __call__(self, *, order_id: str, refund_id: str, for_buyer: bool, reason: str, request: DeedRequest) -> Receipt:
        why = require_reason(reason)
        outcome = Outcome.FOR_BUYER if for_buyer else Outcome.FOR_SELLER
        event = RefundEvent.DECIDE_FOR_BUYER if for_buyer else RefundEvent.DECIDE_FOR_SELLER

        def decide(transaction: RecordTransaction, now: int) -> Receipt:
            order, refund = any_refund(transaction, order_id, refund_id)
            if event not in REFUND.allowed(refund.state, Actor.STAFF):  # nothing is proposed of what has ended
                REFUND.move(refund.state, event, Actor.STAFF, subject=order.number_text)
            weighed = weigh(
                self.desk, transaction, order, outcome, amount_fen=refund.amount_fen, refund_id=refund_id, reason=why,
                request=request, now=now,
            )  # fmt: skip
            if isinstance(weighed, Receipt):
                return weighed
            receipt = move_refund(
                self.desk, transaction, order, refund, event, Actor.STAFF, request=request, now=now, note=why,
                answer=why,
            )  # fmt: skip
            confirm_ruling(transaction, weighed, by=request.actor, now=now)
            return receipt

        return self.desk.deeds.perform(request, decide)
