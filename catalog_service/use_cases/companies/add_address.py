"""An address more in the book."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.address import ADDRESSES_MAX, Address, StoredAddress, accept_address
from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.addresses import address_receipt
from catalog_service.use_cases.companies.common import next_company, require_company
from catalog_service.use_cases.deeds import Deeds
from kernel.errors import Conflict


class TooManyAddresses(Conflict):
    """The book is full."""

    code = "too_many_addresses"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAddress:
    """The first one, or one that is said to be, becomes the default."""

    deeds: Deeds

    def __call__(self, *, company_id: str, address: Address, default: bool, request: DeedRequest) -> Receipt:
        accepted = accept_address(address)

        def add(transaction: RecordTransaction, now: int) -> Receipt:
            company = require_company(transaction, company_id)
            if len(transaction.companies.addresses(company_id)) >= ADDRESSES_MAX:
                raise TooManyAddresses(f"最多保存 {ADDRESSES_MAX} 个地址")
            row = StoredAddress(
                address_id=self.deeds.ids.new(), company_id=company_id, address=accepted, version=1, changed_at=now
            )
            chosen = row.address_id if default or company.default_address_id is None else company.default_address_id
            next_company(transaction, company, now=now, default_address_id=chosen)
            transaction.companies.insert_address(row)
            return address_receipt(transaction, row, deed="add_address", request=request, now=now, created=True)

        return self.deeds.perform(request, add)
