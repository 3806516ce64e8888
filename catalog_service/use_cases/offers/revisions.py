"""What the deeds on waiting revisions share: the move itself, its audit row, and what its supplier is told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from catalog_service.domain.deeds import Receipt, Subject
from catalog_service.domain.machines import Actor
from catalog_service.domain.offers.content import StoredOffer
from catalog_service.domain.offers.revision_states import OPEN, REVISION, RevisionEvent, RevisionState
from catalog_service.domain.offers.revisions import Content, Revision, RevisionOvertaken, follow, standing_content
from catalog_service.domain.skus.values import NO_TERMS
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import leave_receipt
from catalog_service.use_cases.offers.store_offer import require_own_offer
from kernel.errors import NotFound


class RevisionNotFound(NotFound):
    """The offer has no revision that waits or may be edited."""

    code = "revision_not_found"


def require_revision(
    transaction: RecordTransaction, offer_id: str, *, seller: str | None
) -> tuple[StoredOffer, Revision]:
    """The offer and its open revision; another supplier's are not there."""
    known = require_own_offer(transaction, offer_id, seller=seller)
    revision = transaction.revisions.of_offer(offer_id)
    if revision is None or revision.state not in OPEN:
        raise RevisionNotFound(f"商品 {offer_id} 没有待审的修改", parameter="offer_id")
    return known, revision


def standing(transaction: RecordTransaction, stored: StoredOffer) -> Content:
    """What is on sale, whole."""
    offer_id = stored.offer.offer_id
    terms = transaction.skus.terms([offer_id]).get(offer_id, NO_TERMS)
    return standing_content(stored.offer, transaction.skus.of_offer(offer_id), terms)


def move_revision(
    transaction: RecordTransaction, revision: Revision, event: RevisionEvent, actor: Actor, *, now: int, **changes: Any
) -> Revision:
    """The revision after the event, written; ``MoveRefused`` when its state does not allow it."""
    state = REVISION.move(revision.state, event, actor, subject=revision.offer_id).target
    after = replace(revision, state=state, version=revision.version + 1, changed_at=now, **changes)
    transaction.revisions.move(revision, after)
    return after


def revision_receipt(
    transaction: RecordTransaction,
    revision: Revision,
    event: RevisionEvent,
    *,
    actor: str,
    now: int,
    reason: str = "",
    facts: dict[str, int | float | str] | None = None,
) -> Receipt:
    return leave_receipt(
        transaction, Subject.REVISION, revision.offer_id, revision.version, deed=f"{event}_revision", actor=actor,
        now=now, reason=reason, state=str(revision.state), facts=facts,
    )  # fmt: skip


def tell_supplier(
    transaction: RecordTransaction, stored: StoredOffer, revision: Revision, text: str, *, at: int
) -> None:
    """A notice to the company that sells it; nobody where the supplier is nobody's yet."""
    supplier_id = stored.offer.supplier_id
    company = transaction.companies.company_of_supplier(supplier_id) if supplier_id else None
    if company is not None:
        transaction.notices.add(
            company_id=company.company_id, kind=f"revision_{revision.state}", subject_id=revision.offer_id, text=text,
            at=at, roles=("owner", "buyer"),
        )  # fmt: skip


def follow_offers(
    transaction: RecordTransaction, offer_ids: Collection[str], *, by: Actor, actor: str, now: int
) -> dict[str, RevisionState]:
    """After these offers on sale were changed: the revisions that wait beside them are now revisions of that, or, where
    both changed the same place, their supplier's to look at again. By offer what became of it."""
    became: dict[str, RevisionState] = {}
    for revision in transaction.revisions.waiting_of(offer_ids):
        stored = transaction.offer(revision.offer_id)
        if stored is None:
            continue
        live = standing(transaction, stored)
        said: dict[str, Any] = {"base": live, "base_version": stored.offer.version}
        event, reason = RevisionEvent.REBASE, ""
        try:
            said["content"] = follow(revision.base, revision.content, live)
        except RevisionOvertaken as clash:
            # The base stays: what the supplier meant is told apart from what was on sale when it was meant.
            event, reason = RevisionEvent.OVERTAKE, clash.message
            said = {"code": clash.code, "reason": reason}
        after = move_revision(transaction, revision, event, by, now=now, **said)
        revision_receipt(transaction, after, event, actor=actor, now=now, reason=reason)
        if event is RevisionEvent.OVERTAKE:
            tell_supplier(transaction, stored, after, f"“{stored.offer.title}”的修改未通过：{reason}", at=now)
        became[revision.offer_id] = after.state
    return became


def drop_revision(transaction: RecordTransaction, offer_id: str, *, by: Actor, actor: str, now: int) -> None:
    """The offer got other content whole, or is no more: what was to be changed of it is void."""
    revision = transaction.revisions.of_offer(offer_id)
    if revision is not None and revision.state in OPEN:
        after = move_revision(transaction, revision, RevisionEvent.DISCARD, by, now=now)
        revision_receipt(transaction, after, RevisionEvent.DISCARD, actor=actor, now=now)
