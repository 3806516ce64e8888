"""What a company is called, and what stands on its invoices."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.company import Invoice, accept_company_name
from catalog_service.domain.companies.invoice import accept_invoice
from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.offers.prohibited import ProhibitedWords
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import next_company, require_company
from catalog_service.use_cases.deeds import Deeds, leave_receipt, require_version


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseCompany:
    """``name`` or ``invoice``; None leaves what is there. What changes nothing says so in the receipt."""

    deeds: Deeds
    prohibited: ProhibitedWords

    def __call__(
        self,
        *,
        company_id: str,
        request: DeedRequest,
        name: str | None = None,
        invoice: Invoice | None = None,
        expected_version: int | None = None,
    ) -> Receipt:
        if name is not None:
            name = accept_company_name(name)
            self.prohibited.refuse(name, parameter="company_name")
        accepted = None if invoice is None else accept_invoice(invoice)

        def revise(transaction: RecordTransaction, now: int) -> Receipt:
            company = require_company(transaction, company_id)
            require_version(expected_version, actual=company.version)
            if name in (None, company.name) and accepted in (None, company.invoice):
                return Receipt(subject=Subject.COMPANY, subject_id=company_id, version=company.version, changed=False)
            changed = next_company(
                transaction, company, now=now, name=name or company.name, invoice=accepted or company.invoice
            )
            return leave_receipt(
                transaction, Subject.COMPANY, company_id, changed.version, deed="revise_company", actor=request.actor,
                now=now,
            )  # fmt: skip

        return self.deeds.perform(request, revise)
