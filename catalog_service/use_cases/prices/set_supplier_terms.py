"""A supplier's mixed batches and discounts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.prices.terms import SupplierTerms, accept_terms
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, leave_receipt, require_supplier, require_version
from catalog_service.use_cases.prices.keep_freight import require_own_template


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSupplierTerms:
    """``terms`` whole, in the place of ``expected_version`` (0 while nothing was stated)."""

    deeds: Deeds

    def __call__(self, *, terms: SupplierTerms, expected_version: int | None, request: DeedRequest) -> Receipt:
        accepted = accept_terms(terms)

        def set_terms(transaction: RecordTransaction, now: int) -> Receipt:
            require_supplier(transaction, accepted.supplier_id)
            known = transaction.prices.supplier_terms(accepted.supplier_id)
            require_version(expected_version, actual=known.version)
            if accepted.freight_template_id is not None:
                require_own_template(transaction, accepted.freight_template_id, seller=accepted.supplier_id)
            after = replace(accepted, version=known.version + 1)
            transaction.prices.save_supplier_terms(after, at=now)
            return leave_receipt(
                transaction, Subject.TERMS, after.supplier_id, after.version, deed="set_supplier_terms",
                actor=request.actor, now=now, created=known.version == 0,
            )  # fmt: skip

        return self.deeds.perform(request, set_terms)
