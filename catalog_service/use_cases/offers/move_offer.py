"""Move an offer on with its content as it stands: submit, recall, approve, refuse, relist, discard."""

from __future__ import annotations

from dataclasses import dataclass, replace

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.offers.content import StoredOffer
from catalog_service.domain.offers.states import UNPUBLISHED_STATES, OfferEvent, OfferState, next_state
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, move_offer, require_reason, require_version
from catalog_service.use_cases.offers.revisions import drop_revision
from catalog_service.use_cases.offers.store_offer import actor_of, require_own_offer

MOVABLE = frozenset(
    {
        OfferEvent.SUBMIT,
        OfferEvent.RECALL,
        OfferEvent.APPROVE,
        OfferEvent.REFUSE,
        OfferEvent.RELIST,
        OfferEvent.DISCARD,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOffer:
    """``MoveRefused`` names what is allowed now. Refusing needs a reason, which its supplier reads. Where offers are
    not audited, submitting publishes."""

    deeds: Deeds
    audited: bool = False

    def __call__(
        self,
        *,
        offer_id: str,
        event: OfferEvent,
        request: DeedRequest,
        seller: str | None = None,
        reason: str = "",
        expected_version: int | None = None,
    ) -> Receipt:
        if event not in MOVABLE:
            raise ValueError(f"{event} changes more than the state")
        why = require_reason(reason) if event is OfferEvent.REFUSE else reason
        taken = OfferEvent.PUBLISH if event is OfferEvent.SUBMIT and not self.audited else event

        def move(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_own_offer(transaction, offer_id, seller=seller)
            require_version(expected_version, actual=known.offer.version)
            state = next_state(known.state, taken, offer_id=offer_id, actor=actor_of(seller))
            if _first_shown(known, state):
                known = replace(known, offer=replace(known.offer, published_at=now))
            if event is OfferEvent.DISCARD:
                drop_revision(transaction, offer_id, by=actor_of(seller), actor=request.actor, now=now)
            return move_offer(
                transaction, known, state=state, deed=f"{event}_offer", actor=request.actor, now=now, reason=why,
                takedown_reason=why if state is OfferState.REFUSED else "",
            )  # fmt: skip

        return self.deeds.perform(request, move)


def _first_shown(known: StoredOffer, target: OfferState) -> bool:
    """Whether the move brings a draft before the buyers, or before the audit. What waits for the audit again, revised
    or withdrawn before, is older than its waiting: it is not new to them, and does not lead the newest."""
    if known.state is OfferState.IN_AUDIT:
        return target is OfferState.LIVE and known.offer.published_at >= known.changed_at
    return known.state in UNPUBLISHED_STATES and target in (OfferState.LIVE, OfferState.IN_AUDIT)
