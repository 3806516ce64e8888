"""Keep an offer as a draft: nobody sees it but its supplier, until it is submitted or published."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.offers.content import (
    ContentRules,
    OfferDraft,
    StoredOffer,
    content_hash,
    offer_of,
    with_standing_pictures,
)
from catalog_service.domain.offers.states import OfferEvent, next_state
from catalog_service.domain.skus.rules import SkuRules
from catalog_service.domain.skus.values import TradeTerms
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, announce_offer, require_supplier, require_version
from catalog_service.use_cases.offers.store_offer import accept_content, actor_of, refuse_foreign, store_new, store_next


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDraft:
    """New, or in the place of the draft that stands (one that was refused becomes a draft again). Held against the same
    rules as what is published, so that submitting brings no surprise."""

    deeds: Deeds
    rules: ContentRules
    sku_rules: SkuRules

    def __call__(
        self,
        *,
        draft: OfferDraft,
        request: DeedRequest,
        trade: TradeTerms | None = None,
        seller: str | None = None,
        expected_version: int | None = None,
    ) -> Receipt:
        stated, trade = accept_content(draft, trade, rules=self.rules, sku_rules=self.sku_rules, seller=seller)
        self.rules.require_pictures(stated)

        def save(transaction: RecordTransaction, now: int) -> Receipt:
            known = transaction.offer(stated.offer_id)
            accepted = with_standing_pictures(stated, known.offer.more_pictures if known else ())
            if known is not None:
                refuse_foreign(known, seller=seller)
                require_version(expected_version, actual=known.offer.version)
            event = OfferEvent.EDIT if known else OfferEvent.CREATE
            state = next_state(
                known.state if known else None, event, offer_id=accepted.offer_id, actor=actor_of(seller)
            )
            if accepted.supplier_id is not None:
                require_supplier(transaction, accepted.supplier_id)
            version = known.offer.version + 1 if known else 1
            stored = StoredOffer(
                offer=offer_of(accepted, version=version, published_at=accepted.published_at or now),
                state=state,
                content_hash=content_hash(accepted),
                changed_at=now,
            )
            if known is None:
                stored = store_new(transaction, stored, trade, deeds=self.deeds)
            else:
                stored = store_next(transaction, stored, trade, deeds=self.deeds, actor=request.actor, now=now)
            return announce_offer(
                transaction, stored, deed="save_draft", actor=request.actor, now=now, created=known is None
            )

        return self.deeds.perform(request, save)
