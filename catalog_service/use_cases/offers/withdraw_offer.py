"""Take an offer off the market at its owner's wish; publishing or relisting brings it back."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.offers.states import OfferEvent, next_state
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, move_offer, require_version
from catalog_service.use_cases.offers.store_offer import actor_of, require_own_offer


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawOffer:
    """A taken-down offer may be withdrawn too: lifting the takedown then does not bring it back."""

    deeds: Deeds

    def __call__(
        self, *, offer_id: str, request: DeedRequest, expected_version: int | None = None, seller: str | None = None
    ) -> Receipt:
        def withdraw(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_own_offer(transaction, offer_id, seller=seller)
            require_version(expected_version, actual=known.offer.version)
            state = next_state(known.state, OfferEvent.WITHDRAW, offer_id=offer_id, actor=actor_of(seller))
            return move_offer(
                transaction, known, state=state, deed="withdraw_offer", actor=request.actor, now=now,
                takedown_reason=known.takedown_reason,
            )  # fmt: skip

        return self.deeds.perform(request, withdraw)
