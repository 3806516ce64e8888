"""Change the content of a live offer, whole, from a version that the caller has read."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.offers.content import ContentRules, OfferDraft, StoredOffer, content_hash, offer_of
from catalog_service.domain.offers.states import OfferEvent, next_state
from catalog_service.domain.skus.rules import SkuRules
from catalog_service.domain.skus.values import TradeTerms
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, announce_offer, require_supplier, require_version
from catalog_service.use_cases.offers.store_offer import (
    accept_content,
    actor_of,
    require_own_offer,
    says_the_same,
    store_next,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseOffer:
    """``VersionMismatch`` when it moved on; the same content again changes nothing and says so in the receipt.

    ``trade`` None leaves SKUs and terms as they are. ``seller`` as for publishing."""

    deeds: Deeds
    rules: ContentRules
    sku_rules: SkuRules

    def __call__(
        self,
        *,
        draft: OfferDraft,
        expected_version: int | None,
        request: DeedRequest,
        trade: TradeTerms | None = None,
        seller: str | None = None,
    ) -> Receipt:
        accepted, trade = accept_content(draft, trade, rules=self.rules, sku_rules=self.sku_rules, seller=seller)
        digest = content_hash(accepted)

        def revise(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_own_offer(transaction, accepted.offer_id, seller=seller)
            require_version(expected_version, actual=known.offer.version)
            event = OfferEvent.REVISE
            state = next_state(known.state, event, offer_id=accepted.offer_id, actor=actor_of(seller))
            if says_the_same(transaction, known, digest, trade):
                return Receipt(
                    subject=Subject.OFFER, subject_id=accepted.offer_id, version=known.offer.version, state=str(state),
                    changed=False,
                )  # fmt: skip
            if accepted.supplier_id is not None:
                require_supplier(transaction, accepted.supplier_id)
            published_at = known.offer.published_at if accepted.published_at is None else accepted.published_at
            offer = offer_of(accepted, version=known.offer.version + 1, published_at=published_at)
            stored = StoredOffer(offer=offer, state=state, content_hash=digest, changed_at=now)
            stored = store_next(transaction, stored, trade, deeds=self.deeds, actor=request.actor, now=now)
            return announce_offer(transaction, stored, deed="revise_offer", actor=request.actor, now=now)

        return self.deeds.perform(request, revise)
