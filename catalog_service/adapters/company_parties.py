"""Who trades, as the companies of the record say it."""

from __future__ import annotations

from catalog_service.domain.companies.credentials import day_of
from catalog_service.domain.companies.members import needs_approval
from catalog_service.domain.orders.values import key_of
from catalog_service.ports.record import RecordTransaction


class CompanyParties:
    """``TradingParties`` over companies and their members."""

    def company_of(self, transaction: RecordTransaction, supplier_id: str) -> str:
        company = transaction.companies.company_of_supplier(supplier_id)
        return company.company_id if company is not None else ""

    def needs_approval(
        self,
        transaction: RecordTransaction,
        *,
        company_id: str,
        member_id: str,
        amount_fen: int,
        at: int,
        agreed_fen: int = 0,
    ) -> bool:
        """Of a member of that company, by its limit an order; of a key, by its limit a day. What it ordered counts
        whatever becomes of the order: a key that was stolen must not order and cancel all day long."""
        key_id = key_of(member_id)
        if key_id is not None:
            return not transaction.identity.spend(key_id, day=day_of(at), amount_fen=amount_fen - agreed_fen)
        member = transaction.companies.member(member_id)
        return member is not None and member.company_id == company_id and needs_approval(member, amount_fen)
