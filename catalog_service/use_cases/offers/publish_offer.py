"""Put an offer before the buyers: a new one, a draft, or one that was withdrawn."""

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
from catalog_service.use_cases.deeds import Deeds, announce_offer, require_supplier
from catalog_service.use_cases.offers.revisions import drop_revision
from catalog_service.use_cases.offers.store_offer import OfferIdTaken, accept_content, actor_of, store_new, store_next


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOffer:
    """``Invalid`` names what the content breaks; ``MoveRefused`` when live or taken down; ``SupplierNotFound``.

    ``seller``: the supplier on whose behalf it is done (None: staff). Where offers are audited, what a seller publishes
    is submitted instead."""

    deeds: Deeds
    rules: ContentRules
    sku_rules: SkuRules
    audited: bool = False

    def __call__(
        self,
        *,
        draft: OfferDraft,
        request: DeedRequest,
        trade: TradeTerms | None = None,
        seller: str | None = None,
    ) -> Receipt:
        stated, trade = accept_content(draft, trade, rules=self.rules, sku_rules=self.sku_rules, seller=seller)
        self.rules.require_pictures(stated)
        event = OfferEvent.SUBMIT if self.audited and seller is not None else OfferEvent.PUBLISH

        def publish(transaction: RecordTransaction, now: int) -> Receipt:
            known = transaction.offer(stated.offer_id)
            accepted = with_standing_pictures(stated, known.offer.more_pictures if known else ())
            if known is not None and seller not in (None, known.offer.supplier_id):
                raise OfferIdTaken(f"编号 {accepted.offer_id} 已有商品，请换一个", parameter="offer_id")
            state = next_state(
                known.state if known else None, event, offer_id=accepted.offer_id, actor=actor_of(seller)
            )
            if accepted.supplier_id is not None:
                require_supplier(transaction, accepted.supplier_id)
            published_at = accepted.published_at
            if published_at is None:
                published_at = known.offer.published_at if known else now
            offer = offer_of(accepted, version=known.offer.version + 1 if known else 1, published_at=published_at)
            stored = StoredOffer(offer=offer, state=state, content_hash=content_hash(accepted), changed_at=now)
            if known is None:
                stored = store_new(transaction, stored, trade, deeds=self.deeds)
            else:
                stored = store_next(transaction, stored, trade, deeds=self.deeds, actor=request.actor, now=now)
                drop_revision(transaction, offer.offer_id, by=actor_of(seller), actor=request.actor, now=now)
            return announce_offer(
                transaction, stored, deed=f"{event}_offer", actor=request.actor, now=now, created=known is None
            )

        return self.deeds.perform(request, publish)
