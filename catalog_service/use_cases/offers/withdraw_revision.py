"""What a supplier does with its own revision: take it back, send it in again as it is, give it up."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.offers.revision_states import RevisionEvent
from catalog_service.domain.offers.revisions import follow
from catalog_service.domain.offers.states import OfferEvent, OfferState, next_state
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, require_version
from catalog_service.use_cases.offers.revisions import (
    move_revision,
    require_revision,
    revision_receipt,
    standing,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRevision:
    """``expected_version``: of the revision. The offer on sale is not touched by any of it."""

    deeds: Deeds

    def recall(
        self, *, offer_id: str, seller: str, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        """Back out of the audit, kept to be edited."""
        return self._move(offer_id, RevisionEvent.RECALL, seller, request, expected_version)

    def discard(
        self, *, offer_id: str, seller: str, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        return self._move(offer_id, RevisionEvent.DISCARD, seller, request, expected_version)

    def submit(
        self, *, offer_id: str, seller: str, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        """As it is, over what is on sale now; ``RevisionOvertaken`` where that changed in the same place."""
        return self._move(offer_id, RevisionEvent.SUBMIT, seller, request, expected_version)

    def _move(
        self, offer_id: str, event: RevisionEvent, seller: str, request: DeedRequest, expected_version: int | None
    ) -> Receipt:
        def move(transaction: RecordTransaction, now: int) -> Receipt:
            known, revision = require_revision(transaction, offer_id, seller=seller)
            require_version(expected_version, actual=revision.version)
            said = {}
            if event is RevisionEvent.SUBMIT:
                if known.state is not OfferState.LIVE:
                    next_state(known.state, OfferEvent.REVISE, offer_id=offer_id, actor=Actor.SELLER)
                live = standing(transaction, known)
                said = {
                    "base": live, "base_version": known.offer.version, "submitted_by": request.actor,
                    "content": follow(revision.base, revision.content, live), "submitted_at": now,
                    "code": "", "reason": "",
                }  # fmt: skip
            after = move_revision(transaction, revision, event, Actor.SELLER, now=now, **said)
            return revision_receipt(transaction, after, event, actor=request.actor, now=now)

        return self.deeds.perform(request, move)
