"""Put an offer before the buyers: a new one, or one that was withdrawn."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.offers import ContentRules, OfferDraft, StoredOffer, content_hash, offer_of
from catalog_service.domain.states import OfferEvent, next_state
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, announce_offer, require_supplier


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOffer:
    """``Invalid`` names what the content breaks; ``MoveRefused`` when live or taken down; ``SupplierNotFound``."""

    deeds: Deeds
    rules: ContentRules

    def __call__(self, *, draft: OfferDraft, request: DeedRequest) -> Receipt:
        accepted = self.rules.accept(draft)
        digest = content_hash(accepted)

        def publish(transaction: RecordTransaction, now: int) -> Receipt:
            known = transaction.offer(accepted.offer_id)
            state = next_state(known.state if known else None, OfferEvent.PUBLISH, offer_id=accepted.offer_id)
            if accepted.supplier_id is not None:
                require_supplier(transaction, accepted.supplier_id)
            published_at = accepted.published_at
            if published_at is None:
                published_at = known.offer.published_at if known else now
            offer = offer_of(accepted, version=known.offer.version + 1 if known else 1, published_at=published_at)
            stored = StoredOffer(offer=offer, state=state, content_hash=digest, changed_at=now)
            if known is None:
                transaction.insert_offers([stored])
            else:
                transaction.replace_offers([stored])
            return announce_offer(
                transaction, stored, deed="publish_offer", actor=request.actor, now=now, created=known is None
            )

        return self.deeds.perform(request, publish)
