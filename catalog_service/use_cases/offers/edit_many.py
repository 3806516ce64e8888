"""Plan a change over many offers, apply the plan that was read, undo it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.machines import Actor
from catalog_service.domain.offers.bulk import BulkChange, BulkPlan, draft_of, plan_bulk, refuse_empty
from catalog_service.domain.offers.content import ContentRules, OfferDraft, StoredOffer, content_hash, offer_of
from catalog_service.domain.offers.states import OfferState
from catalog_service.ports.bulk_edits import BulkEdit, EditedOffer
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, announce_offer, leave_receipt
from catalog_service.use_cases.offers.revisions import follow_offers
from catalog_service.use_cases.offers.store_offer import store_next
from kernel.errors import Conflict, NotFound


class PlanChanged(Conflict):
    """The plan is another by now than the one that was read; ``detail["digest"]`` is the new one's."""

    code = "plan_changed"


class BulkEditNotFound(NotFound):
    """The supplier made no such edit."""

    code = "bulk_edit_not_found"


class AlreadyUndone(Conflict):
    """The edit was undone before."""

    code = "bulk_edit_undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditMany:
    """``seller``: whose offers; others' are refused as not there. A plan writes nothing."""

    deeds: Deeds
    rules: ContentRules

    def plan(
        self, transaction: RecordTransaction, *, seller: str, offer_ids: Sequence[str], change: BulkChange
    ) -> BulkPlan:
        """Which offers change and how, which are refused and why, which stay as they are."""
        return self._plan(transaction, seller, offer_ids, change)[0]

    def apply(
        self, *, seller: str, offer_ids: Sequence[str], change: BulkChange, digest: str, request: DeedRequest
    ) -> Receipt:
        """The plan of this ``digest``, all of its changed rows at once; ``PlanChanged`` when it is another by now."""

        def apply(transaction: RecordTransaction, now: int) -> Receipt:
            plan, stored = self._plan(transaction, seller, offer_ids, change)
            if plan.digest != digest:
                raise PlanChanged("商品已变动，请重新预览", parameter="digest", detail={"digest": plan.digest})
            edited = []
            for offer_id, draft in sorted(plan.drafts.items()):
                known = stored[offer_id]
                before = draft_of(known.offer, transaction.skus.of_offer(offer_id))
                after = self._store(transaction, known, draft, content_hash(draft), request, now, "bulk_edit")
                edited.append(
                    EditedOffer(
                        offer_id=offer_id,
                        version=after.offer.version,
                        before=before,
                        hash_before=known.content_hash,
                    )
                )
            edit = BulkEdit(edit_id=self.deeds.ids.new(), supplier_id=seller, plan_digest=digest, rows=tuple(edited))
            transaction.bulk_edits.add(edit, at=now)
            return _receipt(transaction, edit, "apply_bulk_edit", request, now, changed=len(edited))

        return self.deeds.perform(request, apply)

    def undo(self, *, seller: str, edit_id: str, request: DeedRequest) -> Receipt:
        """The content before it, of every offer that nobody touched since; the receipt says how many were."""

        def undo(transaction: RecordTransaction, now: int) -> Receipt:
            edit = transaction.bulk_edits.get(edit_id)
            if edit is None or edit.supplier_id != seller:
                raise BulkEditNotFound(f"没有编号为 {edit_id} 的批量修改", parameter="edit_id")
            if edit.undone:
                raise AlreadyUndone("这次批量修改已被撤销", parameter="edit_id")
            stored = transaction.prices.offers([row.offer_id for row in edit.rows])
            restored = 0
            for row in edit.rows:
                known = stored[row.offer_id]
                if known.offer.version == row.version and known.state is OfferState.LIVE:
                    self._store(transaction, known, row.before, row.hash_before, request, now, "undo_bulk_edit")
                    restored += 1
            transaction.bulk_edits.mark_undone(edit_id, at=now)
            touched = len(edit.rows) - restored
            return _receipt(transaction, edit, "undo_bulk_edit", request, now, restored=restored, touched_since=touched)

        return self.deeds.perform(request, undo)

    def _plan(
        self, transaction: RecordTransaction, seller: str, offer_ids: Sequence[str], change: BulkChange
    ) -> tuple[BulkPlan, dict[str, StoredOffer]]:
        refuse_empty(offer_ids, change)
        found = transaction.prices.offers(set(offer_ids))
        mine = {offer_id: stored for offer_id, stored in found.items() if stored.offer.supplier_id == seller}
        skus = {offer_id: transaction.skus.of_offer(offer_id) for offer_id in mine}
        return plan_bulk(offer_ids, change, stored=mine, skus=skus, rules=self.rules), mine

    def _store(
        self,
        transaction: RecordTransaction,
        known: StoredOffer,
        draft: OfferDraft,
        digest: str,
        request: DeedRequest,
        now: int,
        deed: str,
    ) -> StoredOffer:
        offer = offer_of(draft, version=known.offer.version + 1, published_at=known.offer.published_at)
        stored = StoredOffer(offer=offer, state=known.state, content_hash=digest, changed_at=now)
        stored = store_next(transaction, stored, None, deeds=self.deeds, actor=request.actor, now=now)
        announce_offer(transaction, stored, deed=deed, actor=request.actor, now=now)
        follow_offers(transaction, [offer.offer_id], by=Actor.SELLER, actor=request.actor, now=now)
        return stored


def _receipt(
    transaction: RecordTransaction, edit: BulkEdit, deed: str, request: DeedRequest, now: int, **facts: int
) -> Receipt:
    return leave_receipt(
        transaction, Subject.BULK_EDIT, edit.edit_id, 1, deed=deed, actor=request.actor, now=now, facts=facts
    )
