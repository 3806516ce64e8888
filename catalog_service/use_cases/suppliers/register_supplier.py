"""Enter a supplier into the record."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.offers.prohibited import ProhibitedWords
from catalog_service.domain.suppliers.profile import SupplierDraft, accept_supplier, supplier_after
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, store_supplier
from kernel.errors import Conflict, Invalid


class SupplierExists(Conflict):
    """The id is taken."""

    code = "supplier_exists"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSupplier:
    """``Invalid`` without a name; ``SupplierExists`` when the id is taken."""

    deeds: Deeds
    prohibited: ProhibitedWords

    def __call__(self, *, draft: SupplierDraft, request: DeedRequest) -> Receipt:
        accepted = accept_supplier(draft, prohibited=self.prohibited)
        if accepted.name is None:
            raise Invalid("供应商名称不能为空", parameter="name")

        def register(transaction: RecordTransaction, now: int) -> Receipt:
            if transaction.suppliers([accepted.supplier_id]):
                raise SupplierExists(f"编号为 {accepted.supplier_id} 的供应商已存在", parameter="supplier_id")
            supplier = supplier_after(None, accepted)
            return store_supplier(transaction, supplier, deed="register_supplier", actor=request.actor, now=now)

        return self.deeds.perform(request, register)
