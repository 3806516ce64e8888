"""Change what a supplier states about itself; its live offers show it, since the feed tells."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.offers.prohibited import ProhibitedWords
from catalog_service.domain.suppliers.profile import SupplierDraft, accept_supplier, supplier_after
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, require_supplier, require_version, store_supplier


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseSupplier:
    """Fields left None stay. ``VersionMismatch`` when it moved on; what changes nothing says so in the receipt."""

    deeds: Deeds
    prohibited: ProhibitedWords

    def __call__(self, *, draft: SupplierDraft, expected_version: int | None, request: DeedRequest) -> Receipt:
        accepted = accept_supplier(draft, prohibited=self.prohibited)

        def revise(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_supplier(transaction, accepted.supplier_id)
            require_version(expected_version, actual=known.version)
            supplier = supplier_after(known, accepted)
            if supplier == known:
                return Receipt(
                    subject=Subject.SUPPLIER, subject_id=known.supplier_id, version=known.version, changed=False
                )
            return store_supplier(transaction, supplier, deed="revise_supplier", actor=request.actor, now=now)

        return self.deeds.perform(request, revise)
