"""Change the content of a live offer, whole, from a version that the caller has read."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.offers import ContentRules, OfferDraft, StoredOffer, content_hash, offer_of
from catalog_service.domain.states import OfferEvent, next_state
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, announce_offer, require_offer, require_supplier, require_version


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseOffer:
    """``VersionMismatch`` when it moved on; the same content again changes nothing and says so in the receipt."""

    deeds: Deeds
    rules: ContentRules

    def __call__(self, *, draft: OfferDraft, expected_version: int | None, request: DeedRequest) -> Receipt:
        accepted = self.rules.accept(draft)
        digest = content_hash(accepted)

        def revise(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_offer(transaction, accepted.offer_id)
            require_version(expected_version, actual=known.offer.version)
            state = next_state(known.state, OfferEvent.REVISE, offer_id=accepted.offer_id)
            if digest == known.content_hash:
                return Receipt(
                    subject=Subject.OFFER, subject_id=accepted.offer_id, version=known.offer.version, state=str(state),
                    changed=False,
                )  # fmt: skip
            if accepted.supplier_id is not None:
                require_supplier(transaction, accepted.supplier_id)
            published_at = known.offer.published_at if accepted.published_at is None else accepted.published_at
            offer = offer_of(accepted, version=known.offer.version + 1, published_at=published_at)
            stored = StoredOffer(offer=offer, state=state, content_hash=digest, changed_at=now)
            transaction.replace_offers([stored])
            return announce_offer(transaction, stored, deed="revise_offer", actor=request.actor, now=now)

        return self.deeds.perform(request, revise)
