"""A supplier says where its earnings go."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.machines import Actor
from catalog_service.domain.money.payout_states import PAYOUT_ACCOUNT, PayoutAccountEvent
from catalog_service.domain.money.payouts import PAYOUT_KIND_LABELS, PayoutAccount, accept_target, masked
from catalog_service.domain.orders.values import Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.ports.sealing import SealedText
from catalog_service.use_cases.companies.common import next_company
from catalog_service.use_cases.deeds import require_version
from catalog_service.use_cases.money.payout_desk import (
    move_account,
    require_own_name,
    require_seller,
    require_verified,
    tell,
)
from catalog_service.use_cases.orders.desk import OrderDesk, announce


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPayoutAccount:
    """In the place of the one that was there, from a while on; meanwhile nothing is paid out. The number is sealed and
    never shown whole. ``expected_version``: of the account that is replaced, 0 for none."""

    desk: OrderDesk
    seals: SealedText

    def __call__(
        self,
        *,
        kind: str,
        holder: str,
        bank: str,
        number: str,
        by: Party,
        request: DeedRequest,
        expected_version: int | None = None,
    ) -> Receipt:
        supplier_id = require_seller(by.supplier_id)
        target = accept_target(kind=kind, holder=holder, bank=bank, number=number)
        shown = masked(target)

        def set_account(transaction: RecordTransaction, now: int) -> Receipt:
            company = require_verified(transaction, by.company_id, now=now)
            require_own_name(company, target.holder)
            former = transaction.payouts.active_account(supplier_id)
            require_version(expected_version, actual=0 if former is None else former.version)
            next_company(transaction, company, now=now)  # of two that change it at once, one sees the other's
            if former is not None:
                move_account(transaction, former, PayoutAccountEvent.REPLACE, now=now)
            account_id = self.desk.deeds.ids.new()
            account = PayoutAccount(
                payout_account_id=account_id, version=1,
                state=PAYOUT_ACCOUNT.move(None, PayoutAccountEvent.SET, Actor.SELLER, subject=account_id).target,
                supplier_id=supplier_id, company_id=by.company_id, kind=target.kind, holder=target.holder,
                bank=target.bank, number_sealed=self.seals.seal(target.number, whose=account_id), number_masked=shown,
                set_by=by.member_id, created_at=now, usable_at=now + self.desk.options.payout_cooling_seconds,
                changed_at=now,
            )  # fmt: skip
            transaction.payouts.insert_account(account)
            hours = self.desk.options.payout_cooling_seconds // 3_600
            text = f"收款账户已改为{PAYOUT_KIND_LABELS[target.kind]} {shown}，{hours} 小时后可以提现"
            text += "；不是本公司所为请立即联系平台"
            tell(transaction, by.company_id, "payout_account_set", account_id, text, now=now)
            return announce(
                transaction, Subject.PAYOUT_ACCOUNT, account_id, 1, deed="set_payout_account", request=request, now=now,
                state=str(account.state), created=True, facts={"usable_at": account.usable_at},
            )  # fmt: skip

        return self.desk.deeds.perform(request, set_account)
