"""A company begins to sell as a supplier of its own."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.address import accept_province
from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.offers.prohibited import ProhibitedWords
from catalog_service.domain.suppliers.profile import SupplierDraft, accept_supplier, supplier_after
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import next_company, require_company
from catalog_service.use_cases.deeds import Deeds, leave_receipt, store_supplier
from kernel.errors import Conflict


class SellsAlready(Conflict):
    """The company is a supplier already."""

    code = "sells_already"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSupplier:
    """A new supplier under the company's name, not verified; its id is the company's from now on."""

    deeds: Deeds
    prohibited: ProhibitedWords

    def __call__(self, *, company_id: str, province: str, city: str, request: DeedRequest) -> Receipt:
        province = accept_province(province)

        def open_(transaction: RecordTransaction, now: int) -> Receipt:
            company = require_company(transaction, company_id)
            if company.supplier_id is not None:
                raise SellsAlready("公司已是供应商", detail={"supplier_id": company.supplier_id})
            supplier_id = self.deeds.ids.new()
            draft = SupplierDraft(supplier_id=supplier_id, name=company.name, province=province, city=city)
            supplier = supplier_after(None, accept_supplier(draft, prohibited=self.prohibited))
            store_supplier(transaction, supplier, deed="open_supplier", actor=request.actor, now=now)
            changed = next_company(transaction, company, now=now, supplier_id=supplier_id)
            return leave_receipt(
                transaction, Subject.COMPANY, company_id, changed.version, deed="open_supplier", actor=request.actor,
                now=now, facts={"supplier_id": supplier_id},
            )  # fmt: skip

        return self.deeds.perform(request, open_)
