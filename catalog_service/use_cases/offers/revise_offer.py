"""Change the content of a live offer, whole, from a version that the caller has read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.offers.content import (
    ContentRules,
    OfferDraft,
    StoredOffer,
    content_hash,
    offer_of,
    shows_other_content,
    with_standing_pictures,
)
from catalog_service.domain.offers.revisions import Content
from catalog_service.domain.offers.states import OfferEvent, OfferState, next_state
from catalog_service.domain.skus.rules import SkuRules
from catalog_service.domain.skus.values import TradeTerms
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, announce_offer, require_supplier, require_version
from catalog_service.use_cases.offers.revisions import follow_offers, standing
from catalog_service.use_cases.offers.store_offer import (
    accept_content,
    actor_of,
    require_own_offer,
    says_the_same,
    store_next,
)
from catalog_service.use_cases.offers.submit_revision import SubmitRevision


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseOffer:
    """``VersionMismatch`` when it moved on; the same content again changes nothing and says so in the receipt.

    ``trade`` None leaves SKUs and terms as they are. ``seller`` as for publishing. Where offers are ``audited``, what a
    seller changes of the words, the category, the picture or the names of SKUs is looked at before buyers see it: it
    waits beside the offer, which stays on sale as it is, and the receipt is the revision's. What needs no audit goes on
    sale at once; a revision that waits follows, or is its supplier's to look at again (``facts["revision"]``)."""

    deeds: Deeds
    rules: ContentRules
    sku_rules: SkuRules
    audited: bool = False

    def __call__(
        self,
        *,
        draft: OfferDraft,
        expected_version: int | None,
        request: DeedRequest,
        trade: TradeTerms | None = None,
        seller: str | None = None,
    ) -> Receipt:
        stated, trade = accept_content(draft, trade, rules=self.rules, sku_rules=self.sku_rules, seller=seller)
        self.rules.require_pictures(stated)
        submit = SubmitRevision(deeds=self.deeds)

        def revise(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_own_offer(transaction, stated.offer_id, seller=seller)
            require_version(expected_version, actual=known.offer.version)
            accepted = with_standing_pictures(stated, known.offer.more_pictures)
            digest = content_hash(accepted)
            waits = known.state is OfferState.LIVE and self.audited and seller is not None
            if waits and _shows_more(transaction, known, accepted, trade):
                content = Content(draft=accepted, trade=trade or standing(transaction, known).trade)
                return submit(transaction, known, content, request=request, now=now)
            state = next_state(known.state, OfferEvent.REVISE, offer_id=accepted.offer_id, actor=actor_of(seller))
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
            receipt = announce_offer(transaction, stored, deed="revise_offer", actor=request.actor, now=now)
            became = follow_offers(transaction, [accepted.offer_id], by=actor_of(seller), actor=request.actor, now=now)
            follows = became.get(accepted.offer_id)
            return receipt if follows is None else replace(receipt, facts={"revision": str(follows)})

        return self.deeds.perform(request, revise)


def _shows_more(
    transaction: RecordTransaction, known: StoredOffer, draft: OfferDraft, trade: TradeTerms | None
) -> bool:
    """Whether buyers would read or see what nobody has looked at."""
    if shows_other_content(known.offer, draft):
        return True
    if trade is None or not trade.skus:
        return False
    seen = {view.sku.values for view in transaction.skus.of_offer(known.offer.offer_id)}
    return any(sku.values not in seen for sku in trade.skus)
