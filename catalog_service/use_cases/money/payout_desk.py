"""What the deeds on payouts share: whose they are, whose name an account bears, the move, and who hears of it."""

from __future__ import annotations

import dataclasses
from typing import Any

from catalog_service.domain.companies.company import Company
from catalog_service.domain.companies.verification import VerificationState
from catalog_service.domain.machines import Actor
from catalog_service.domain.money.ledger import deposit, payable
from catalog_service.domain.money.payout_states import (
    IN_FLIGHT,
    PAYOUT,
    PAYOUT_ACCOUNT,
    PayoutAccountEvent,
    PayoutEvent,
)
from catalog_service.domain.money.payouts import Payout, PayoutAccount, same_name
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import require_company
from kernel.errors import Conflict, NotFound

TOLD = ("owner", "finance")  # a payout that the one did not ask for, the other did


class PayoutAccountAbsent(Conflict):
    """There is no account that money could go to."""

    code = "payout_account_absent"


class SellerUnverified(Conflict):
    """Money goes to companies that the market has verified, while that lasts."""

    code = "seller_unverified"


class HolderDiffers(Conflict):
    """The account bears another name than the verified company."""

    code = "payout_holder_differs"


class NotASeller(NotFound):
    """A company that sells nothing has no earnings."""

    code = "not_a_seller"


class PayoutNotFound(NotFound):
    """No payout of this caller has this id."""

    code = "payout_not_found"


def require_seller(supplier_id: str | None) -> str:
    """As whom the caller sells; ``NotASeller`` for a company that sells nothing."""
    if not supplier_id:
        raise NotASeller("贵公司还没有成为供应商")
    return supplier_id


def require_verified(transaction: RecordTransaction, company_id: str, *, now: int) -> Company:
    """The company, when an approved verification of it lasts."""
    company = require_company(transaction, company_id)
    lasts = any(
        each.state is VerificationState.APPROVED and (each.expires_at or 0) > now
        for each in transaction.companies.verifications_of(company_id)
    )
    if not lasts:
        raise SellerUnverified("供应商认证通过并在有效期内，才能登记收款账户和提现")
    return company


def require_own_name(company: Company, holder: str) -> None:
    """Earnings go to nobody but the company that earned them."""
    if not same_name(company.name, holder):
        raise HolderDiffers(f"户名必须是已认证的公司名称：{company.name}", parameter="holder")


def move_payout(
    transaction: RecordTransaction, before: Payout, event: PayoutEvent, *, now: int, **changes: Any
) -> Payout:
    """The payout after the event, written."""
    target = PAYOUT.move(before.state, event, Actor.GATEWAY, subject=before.payout_id).target
    if target not in IN_FLIGHT:
        changes["finished_at"] = now
    after = dataclasses.replace(before, state=target, version=before.version + 1, changed_at=now, **changes)
    transaction.payouts.move(before, after)
    return after


def move_account(
    transaction: RecordTransaction, before: PayoutAccount, event: PayoutAccountEvent, *, now: int
) -> PayoutAccount:
    """The account after the event, written; ``Overtaken`` when somebody else moved it first."""
    target = PAYOUT_ACCOUNT.move(before.state, event, Actor.SELLER, subject=before.payout_account_id).target
    after = dataclasses.replace(before, state=target, version=before.version + 1, changed_at=now)
    transaction.payouts.move_account(before, after)
    return after


def tell(transaction: RecordTransaction, company_id: str, kind: str, subject_id: str, text: str, *, now: int) -> None:
    """The owners, and those who look after the money."""
    transaction.notices.add(company_id=company_id, kind=kind, subject_id=subject_id, text=text, at=now, roles=TOLD)


def funds_of(transaction: RecordTransaction, supplier_id: str) -> tuple[int, int, int]:
    """Payable, disputed and guarantee, in fen. What is disputed is read first: what ends meanwhile is then counted as
    disputed and as gone, never as free."""
    disputed_fen = transaction.payouts.disputed_fen(supplier_id)
    return (
        transaction.ledger.balance(payable(supplier_id)),
        disputed_fen,
        transaction.ledger.balance(deposit(supplier_id)),
    )
