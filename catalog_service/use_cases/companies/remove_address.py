"""An address less in the book."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.addresses import address_receipt, require_address
from catalog_service.use_cases.companies.common import next_company, require_company
from catalog_service.use_cases.deeds import Deeds, require_version


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveAddress:
    """When it was the default, the oldest of the others becomes it."""

    deeds: Deeds

    def __call__(
        self, *, company_id: str, address_id: str, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        def remove(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_address(transaction, address_id, company_id=company_id)
            require_version(expected_version, actual=known.version)
            company = require_company(transaction, company_id)
            others = [
                other.address_id
                for other in transaction.companies.addresses(company_id)
                if other.address_id != address_id
            ]
            was_default = company.default_address_id == address_id
            chosen = (others[0] if others else None) if was_default else company.default_address_id
            next_company(transaction, company, now=now, default_address_id=chosen)
            transaction.companies.delete_address(known)
            return address_receipt(transaction, known, deed="remove_address", request=request, now=now)

        return self.deeds.perform(request, remove)
