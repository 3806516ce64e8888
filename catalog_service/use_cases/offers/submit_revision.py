"""Put a change of a live offer before the audit; the offer stays on sale as it is. Not a deed of its own: a revision
that shows buyers what nobody has looked at becomes this."""

from __future__ import annotations

from dataclasses import dataclass, replace

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.offers.content import StoredOffer, content_hash, offer_of
from catalog_service.domain.offers.revision_states import REVISION, RevisionEvent, RevisionState
from catalog_service.domain.offers.revisions import Content, Revision, with_stock_of
from catalog_service.domain.offers.states import OfferEvent, next_state
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, announce_offer
from catalog_service.use_cases.offers.revisions import move_revision, revision_receipt, standing
from catalog_service.use_cases.offers.store_offer import require_template, store_next


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitRevision:
    """A newer one takes the place of the one that waits. Stock counts at once: it needs no audit."""

    deeds: Deeds

    def __call__(
        self, transaction: RecordTransaction, known: StoredOffer, content: Content, *, request: DeedRequest, now: int
    ) -> Receipt:
        live = standing(transaction, known)
        require_template(transaction, content.trade, supplier_id=known.offer.supplier_id)
        counted = with_stock_of(live, content)
        if counted != live:
            known = self._count(transaction, known, counted, request=request, now=now)
            live = standing(transaction, known)
        before = transaction.revisions.of_offer(known.offer.offer_id)
        fresh = Revision(
            offer_id=known.offer.offer_id, version=1, state=RevisionState.WAITING, base_version=known.offer.version,
            base=live, content=content, submitted_by=request.actor, submitted_at=now, changed_at=now,
        )  # fmt: skip
        event = RevisionEvent.SUBMIT
        if before is None:
            REVISION.move(None, event, Actor.SELLER, subject=fresh.offer_id)
            transaction.revisions.add(fresh)
        else:
            event = RevisionEvent.REPLACE if before.state is RevisionState.WAITING else event
            fresh = move_revision(
                transaction, before, event, Actor.SELLER, now=now, base_version=fresh.base_version, base=live,
                content=content, submitted_by=request.actor, submitted_at=now, code="", reason="",
            )  # fmt: skip
        facts: dict[str, int | float | str] = {"offer_version": known.offer.version}
        return revision_receipt(transaction, fresh, event, actor=request.actor, now=now, facts=facts)

    def _count(
        self, transaction: RecordTransaction, known: StoredOffer, counted: Content, *, request: DeedRequest, now: int
    ) -> StoredOffer:
        state = next_state(known.state, OfferEvent.REVISE, offer_id=known.offer.offer_id, actor=Actor.SELLER)
        offer = offer_of(counted.draft, version=known.offer.version + 1, published_at=known.offer.published_at)
        digest = content_hash(replace(counted.draft, published_at=None))
        stored = StoredOffer(offer=offer, state=state, content_hash=digest, changed_at=now)
        stored = store_next(transaction, stored, counted.trade, deeds=self.deeds, actor=request.actor, now=now)
        announce_offer(transaction, stored, deed="revise_offer", actor=request.actor, now=now)
        return stored
