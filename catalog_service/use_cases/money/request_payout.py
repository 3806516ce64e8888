"""A supplier asks for its earnings (提现)."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.days import day_start
from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.machines import Actor
from catalog_service.domain.money.ledger import EntryKind, payable, payout, transfer
from catalog_service.domain.money.payout_states import PAYOUT, PayoutAccountEvent, PayoutEvent
from catalog_service.domain.money.payouts import Payout, PayoutAccount, withdrawable
from catalog_service.domain.orders.options import OrderOptions
from catalog_service.domain.orders.timers import Timer, TimerKind
from catalog_service.domain.orders.values import Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import require_version
from catalog_service.use_cases.money.payout_desk import (
    PayoutAccountAbsent,
    funds_of,
    move_account,
    require_own_name,
    require_seller,
    require_verified,
    tell,
)
from catalog_service.use_cases.orders.desk import OrderDesk, announce
from kernel.errors import Conflict, Invalid
from kernel.money import yuan_exact


class PayoutAccountCooling(Conflict):
    """The account was changed a short while ago; ``detail`` says from when on money may go there."""

    code = "payout_account_cooling"


class PayoutLimit(Conflict):
    """More than goes out in a day; ``detail`` has what is left of today."""

    code = "payout_limit"


class NotWithdrawable(Conflict):
    """More than is free: ``detail`` has the balance and what of it is disputed."""

    code = "not_withdrawable"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPayout:
    """The money leaves the supplier's balance at once and is on its way; the sweeper hands it to the gateway. What open
    refunds after success ask for stays, and so does the guarantee. ``expected_version``: of the account that the
    caller saw, so that nothing goes to one that took its place meanwhile."""

    desk: OrderDesk
    gateway: str

    def __call__(
        self, *, amount_fen: int, by: Party, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        supplier_id = require_seller(by.supplier_id)
        options = self.desk.options
        if not options.payout_fen_min <= amount_fen <= options.payout_fen_max:
            raise Invalid(
                f"每次提现 {options.payout_fen_min // 100} 元到 {options.payout_fen_max // 100} 元",
                parameter="amount_fen",
                detail={"amount_fen_min": options.payout_fen_min, "amount_fen_max": options.payout_fen_max},
            )

        def ask(transaction: RecordTransaction, now: int) -> Receipt:
            company = require_verified(transaction, by.company_id, now=now)
            account = transaction.payouts.active_account(supplier_id)
            if account is None or account.company_id != by.company_id:
                raise PayoutAccountAbsent("请先登记收款账户")
            require_version(expected_version, actual=account.version)
            require_own_name(company, account.holder)
            if now < account.usable_at:
                raise PayoutAccountCooling(
                    "收款账户刚更换，冷静期过后才能提现", detail={"usable_at": account.usable_at}
                )
            # The lock of the supplier's payouts: of two at once the second reads again, and sees the first one's.
            move_account(transaction, account, PayoutAccountEvent.USE, now=now)
            _require_day(transaction, options, supplier_id, amount_fen, now=now)
            _require_free(transaction, supplier_id, amount_fen)
            return self._insert(transaction, account, amount_fen, by=by, request=request, now=now)

        return self.desk.deeds.perform(request, ask)

    def _insert(
        self,
        transaction: RecordTransaction,
        account: PayoutAccount,
        amount_fen: int,
        *,
        by: Party,
        request: DeedRequest,
        now: int,
    ) -> Receipt:
        payout_id = self.desk.deeds.ids.new()
        state = PAYOUT.move(None, PayoutEvent.REQUEST, Actor.SELLER, subject=payout_id).target
        transaction.payouts.insert(
            Payout(
                payout_id=payout_id, version=1, state=state, supplier_id=account.supplier_id,
                company_id=account.company_id, payout_account_id=account.payout_account_id, amount_fen=amount_fen,
                gateway=self.gateway, requested_by=by.member_id, created_at=now, changed_at=now,
            )
        )  # fmt: skip
        entry = transfer(
            payout_id,
            f"withdraw:{payout_id}",
            EntryKind.WITHDRAW,
            (payable(account.supplier_id), -amount_fen),
            (payout(payout_id), amount_fen),
            facts={"payout": payout_id, "supplier": account.supplier_id},
            at=now,
        )
        transaction.ledger.post([entry])
        transaction.timers.set(Timer(subject_id=payout_id, kind=TimerKind.PAYOUT, due_at=now))
        text = f"已申请提现 {yuan_exact(amount_fen)} 元，到 {account.number_masked}"
        tell(transaction, account.company_id, "payout_requested", payout_id, text, now=now)
        return announce(
            transaction, Subject.PAYOUT, payout_id, 1, deed="request_payout", request=request, now=now,
            state=str(state), created=True, facts={"amount_fen": amount_fen},
        )  # fmt: skip


def _require_day(
    transaction: RecordTransaction, options: OrderOptions, supplier_id: str, amount_fen: int, *, now: int
) -> None:
    count, fen = transaction.payouts.requested_since(supplier_id, day_start(now))
    if count >= options.payouts_a_day_max:
        raise PayoutLimit(f"每天最多提现 {options.payouts_a_day_max} 次，请明天再来", detail={"left": 0})
    left_fen = options.payout_day_fen_max - fen
    if amount_fen > left_fen:
        raise PayoutLimit(
            f"每天最多提现 {options.payout_day_fen_max // 100} 元，今天还可提 {left_fen // 100} 元",
            parameter="amount_fen", detail={"left_fen": left_fen},
        )  # fmt: skip


def _require_free(transaction: RecordTransaction, supplier_id: str, amount_fen: int) -> None:
    payable_fen, disputed_fen, _ = funds_of(transaction, supplier_id)
    free_fen = withdrawable(payable_fen, disputed_fen=disputed_fen)
    if amount_fen > free_fen:
        raise NotWithdrawable(
            f"可提现余额是 {yuan_exact(free_fen)} 元", parameter="amount_fen",
            detail={"payable_fen": payable_fen, "disputed_fen": disputed_fen, "withdrawable_fen": free_fen},
        )  # fmt: skip
