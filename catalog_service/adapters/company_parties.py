"""Who trades, as the companies of the record say it."""

from __future__ import annotations

from catalog_service.domain.companies.members import needs_approval
from catalog_service.ports.record import RecordTransaction


class CompanyParties:
    """``TradingParties`` over companies and their members."""

    def company_of(self, transaction: RecordTransaction, supplier_id: str) -> str:
        company = transaction.companies.company_of_supplier(supplier_id)
        return company.company_id if company is not None else ""

    def needs_approval(
        self, transaction: RecordTransaction, *, company_id: str, member_id: str, amount_fen: int
    ) -> bool:
        """Of a member of that company, by its limit; what a company's own key orders was decided when the key was
        made."""
        member = transaction.companies.member(member_id)
        return member is not None and member.company_id == company_id and needs_approval(member, amount_fen)
