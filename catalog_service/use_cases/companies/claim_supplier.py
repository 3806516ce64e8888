"""A company begins to sell as a supplier that the catalog has already."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import next_company, require_company
from catalog_service.use_cases.companies.open_supplier import SellsAlready
from catalog_service.use_cases.deeds import Deeds, leave_receipt, require_supplier
from kernel.errors import Conflict


class SupplierClaimed(Conflict):
    """Another company is this supplier."""

    code = "supplier_claimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSupplier:
    """The market gives a supplier of the catalog to the company behind it: it alone can tell that it is. One supplier
    has one company, one company one supplier."""

    deeds: Deeds

    def __call__(self, *, company_id: str, supplier_id: str, request: DeedRequest) -> Receipt:
        def claim(transaction: RecordTransaction, now: int) -> Receipt:
            company = require_company(transaction, company_id)
            require_supplier(transaction, supplier_id)
            if company.supplier_id == supplier_id:
                return Receipt(subject=Subject.COMPANY, subject_id=company_id, version=company.version, changed=False)
            if company.supplier_id is not None:
                raise SellsAlready("公司已是另一家供应商", detail={"supplier_id": company.supplier_id})
            if transaction.companies.company_of_supplier(supplier_id) is not None:
                raise SupplierClaimed("这家供应商已属于另一家公司", parameter="supplier_id")
            changed = next_company(transaction, company, now=now, supplier_id=supplier_id)
            return leave_receipt(
                transaction, Subject.COMPANY, company_id, changed.version, deed="claim_supplier", actor=request.actor,
                now=now, facts={"supplier_id": supplier_id},
            )  # fmt: skip

        return self.deeds.perform(request, claim)
