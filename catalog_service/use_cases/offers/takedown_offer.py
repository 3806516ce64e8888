"""Take an offer down by the administrator's order, with a reason; at once, whatever version stands."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.offers.states import OfferEvent, next_state
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, move_offer, require_offer, require_reason


@dataclass(frozen=True, slots=True, kw_only=True)
class TakedownOffer:
    """Nobody can publish, revise or import it again until the takedown is lifted."""

    deeds: Deeds

    def __call__(self, *, offer_id: str, reason: str, request: DeedRequest) -> Receipt:
        why = require_reason(reason)

        def take_down(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_offer(transaction, offer_id)
            state = next_state(known.state, OfferEvent.TAKE_DOWN, offer_id=offer_id)
            return move_offer(
                transaction, known, state=state, deed="takedown_offer", actor=request.actor, now=now, reason=why,
                takedown_reason=why,
            )  # fmt: skip

        return self.deeds.perform(request, take_down)
