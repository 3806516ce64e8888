"""Another address in the place of one."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from catalog_service.domain.companies.address import Address, accept_address
from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.addresses import address_receipt, require_address
from catalog_service.use_cases.companies.common import next_company, require_company
from catalog_service.use_cases.deeds import Deeds, require_version


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseAddress:
    """The whole address, from a version that was read. Orders keep what they were made with."""

    deeds: Deeds

    def __call__(
        self,
        *,
        company_id: str,
        address_id: str,
        address: Address,
        default: bool,
        expected_version: int | None,
        request: DeedRequest,
    ) -> Receipt:
        accepted = accept_address(address)

        def revise(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_address(transaction, address_id, company_id=company_id)
            require_version(expected_version, actual=known.version)
            company = require_company(transaction, company_id)
            if default and company.default_address_id != address_id:
                next_company(transaction, company, now=now, default_address_id=address_id)
            row = dataclasses.replace(known, address=accepted, version=known.version + 1, changed_at=now)
            transaction.companies.replace_address(row)
            return address_receipt(transaction, row, deed="revise_address", request=request, now=now)

        return self.deeds.perform(request, revise)
