"""Lift a takedown: the offer is again what it was, live or withdrawn."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.offers.states import OfferEvent, next_state
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, move_offer, require_offer, require_reason


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftTakedown:
    """The administrator's word stands above the list of prohibited words: lifting does not check it again."""

    deeds: Deeds

    def __call__(self, *, offer_id: str, reason: str, request: DeedRequest) -> Receipt:
        why = require_reason(reason)

        def lift(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_offer(transaction, offer_id)
            state = next_state(known.state, OfferEvent.LIFT, offer_id=offer_id)
            return move_offer(
                transaction, known, state=state, deed="lift_takedown", actor=request.actor, now=now, reason=why
            )

        return self.deeds.perform(request, lift)
