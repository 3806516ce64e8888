"""Who trades, as the companies of the record say it."""

from __future__ import annotations

from catalog_service.domain.companies.members import is_limited
from catalog_service.domain.days import day_of, day_start
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
        """Of a member of that company, by its limit for one order, and for what it ordered alone today that is not
        paid: a large order must not pass in parts. Of a key, by its limit a day. What it ordered counts whatever
        becomes of the order: a key that was stolen must not order and cancel all day long."""
        key_id = key_of(member_id)
        if key_id is not None:
            return not transaction.identity.spend(key_id, day=day_of(at), amount_fen=amount_fen - agreed_fen)
        member = transaction.companies.member(member_id)
        if member is None or member.company_id != company_id or not is_limited(member):
            return False
        transaction.companies.hold_member(member)
        return not transaction.companies.may_spend(
            member_id, amount_fen=amount_fen, agreed_fen=agreed_fen, since=day_start(at)
        )
