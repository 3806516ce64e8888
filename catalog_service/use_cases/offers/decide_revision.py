"""The market's people decide about a revision that waits."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.offers.content import ContentRules, StoredOffer, content_hash, offer_of
from catalog_service.domain.offers.revision_states import RevisionEvent
from catalog_service.domain.offers.revisions import follow
from catalog_service.domain.offers.states import OfferEvent, next_state
from catalog_service.domain.skus.rules import SkuRules
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, announce_offer, require_reason, require_version
from catalog_service.use_cases.offers.revisions import (
    move_revision,
    require_revision,
    revision_receipt,
    standing,
    tell_supplier,
)
from catalog_service.use_cases.offers.store_offer import accept_content, store_next


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideRevision:
    """``expected_version``: the version of the revision that was looked at. Its supplier is told."""

    deeds: Deeds
    rules: ContentRules
    sku_rules: SkuRules

    def approve(self, *, offer_id: str, request: DeedRequest, expected_version: int | None = None) -> Receipt:
        """On sale from now on, in one transaction with outbox and audit. ``RevisionOvertaken`` where the offer changed
        in the same place; ``MoveRefused`` while it is not on sale; the rules are asked again."""

        def approve(transaction: RecordTransaction, now: int) -> Receipt:
            known, revision = require_revision(transaction, offer_id, seller=None)
            require_version(expected_version, actual=revision.version)
            after = move_revision(
                transaction, revision, RevisionEvent.APPROVE, Actor.STAFF, now=now, code="", reason=""
            )
            state = next_state(known.state, OfferEvent.REVISE, offer_id=offer_id)
            content = follow(revision.base, revision.content, standing(transaction, known))
            draft, trade = accept_content(
                content.draft, content.trade, rules=self.rules, sku_rules=self.sku_rules, seller=None
            )
            published_at = known.offer.published_at if draft.published_at is None else draft.published_at
            offer = offer_of(draft, version=known.offer.version + 1, published_at=published_at)
            stored = StoredOffer(offer=offer, state=state, content_hash=content_hash(draft), changed_at=now)
            stored = store_next(transaction, stored, trade, deeds=self.deeds, actor=request.actor, now=now)
            announce_offer(transaction, stored, deed="approve_revision", actor=request.actor, now=now)
            tell_supplier(transaction, stored, after, f"“{offer.title}”的修改已通过，现在在售的就是它", at=now)
            return revision_receipt(
                transaction, after, RevisionEvent.APPROVE, actor=request.actor, now=now,
                facts={"offer_version": offer.version},
            )  # fmt: skip

        return self.deeds.perform(request, approve)

    def refuse(
        self, *, offer_id: str, reason: str, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        """With a reason that its supplier reads; what it changed is kept, to be edited and submitted again."""
        why = require_reason(reason)

        def refuse(transaction: RecordTransaction, now: int) -> Receipt:
            known, revision = require_revision(transaction, offer_id, seller=None)
            require_version(expected_version, actual=revision.version)
            after = move_revision(
                transaction, revision, RevisionEvent.REFUSE, Actor.STAFF, now=now, code="audit_refused", reason=why
            )
            tell_supplier(transaction, known, after, f"“{known.offer.title}”的修改未通过：{why}", at=now)
            return revision_receipt(transaction, after, RevisionEvent.REFUSE, actor=request.actor, now=now, reason=why)

        return self.deeds.perform(request, refuse)
