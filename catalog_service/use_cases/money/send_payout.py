"""Have the gateway pay earnings out, and ask what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.money.payout_states import IN_FLIGHT, PayoutState
from catalog_service.domain.money.payouts import GatewayPayout, Payout, PayoutAccount, PayoutTarget
from catalog_service.domain.orders.timers import Timer, TimerKind
from catalog_service.ports.gateway import GatewayAway, GatewayRefused, PaymentGateway
from catalog_service.ports.record import RecordTransaction
from catalog_service.ports.sealing import SealedText
from catalog_service.use_cases.money.payout_settling import (
    DIFFERS,
    FAILED,
    PAID,
    PENDING,
    SEEN,
    fail_payout,
    note_attempt,
    settle_payout,
)
from catalog_service.use_cases.money.staff_letters import tell_staff
from catalog_service.use_cases.orders.desk import OrderDesk

ON_ITS_WAY = "支付机构正在处理"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendPayout:
    """The payout's id names it at the gateway, so that it is paid once however often it is asked for. It comes back
    later, each time after twice as long, until the gateway says that the money has left, or never will."""

    desk: OrderDesk
    gateway: PaymentGateway
    seals: SealedText

    def __call__(self, timer: Timer) -> str:
        """What came of it (``payout_settling``)."""
        store = self.desk.deeds.store
        asked = store.write(lambda transaction: _asked(transaction, timer.subject_id))
        if asked is None:
            return SEEN
        found, refusal, trouble = self._ask(*asked)
        now = self.desk.deeds.clock.now()

        def note(transaction: RecordTransaction) -> str:
            standing = transaction.payouts.payout(timer.subject_id)
            if standing is None or standing.state not in IN_FLIGHT:  # another sweeper was quicker
                return SEEN
            outcome, said = PENDING, trouble
            if found is not None:
                outcome, said = settle_payout(transaction, found, now=now), ON_ITS_WAY
            elif refusal:
                outcome = fail_payout(transaction, standing, refusal, now=now)
            if outcome not in (PAID, FAILED):
                self._later(transaction, timer, "" if outcome == DIFFERS else said, now=now)
            return outcome

        return store.write(note)

    def _ask(self, payout: Payout, account: PayoutAccount) -> tuple[GatewayPayout | None, str, str]:
        """The gateway's word; or that it will never do it; or why it gave none."""
        try:
            found = None
            if payout.state is PayoutState.SENT:
                found = self.gateway.find_payout(payout.payout_id)
            if found is None:
                number = self.seals.open(account.number_sealed, whose=account.payout_account_id)
                target = PayoutTarget(kind=account.kind, holder=account.holder, bank=account.bank, number=number)
                found = self.gateway.pay_out(payout_id=payout.payout_id, amount_fen=payout.amount_fen, target=target)
        except GatewayRefused as refused:
            return self._after_refusal(payout, refused)
        except GatewayAway as away:
            return None, "", away.message
        return found, "", ""

    def _after_refusal(self, payout: Payout, refused: GatewayRefused) -> tuple[GatewayPayout | None, str, str]:
        """Money is given back only when the gateway has nothing under this id: an earlier request, whose answer was
        lost, may be what it refuses to do again."""
        try:
            found = self.gateway.find_payout(payout.payout_id)
        except GatewayAway as away:
            return None, "", away.message
        return (found, "", "") if found is not None else (None, refused.message, "")

    def _later(self, transaction: RecordTransaction, timer: Timer, said: str, *, now: int) -> None:
        standing = transaction.payouts.payout(timer.subject_id)
        if standing is None:
            return
        after = note_attempt(transaction, standing, trouble=said or standing.trouble, asked=1)
        wait = self.desk.options.backoff(self.desk.options.payout_query_seconds, timer.attempts)
        transaction.timers.set(
            Timer(
                subject_id=timer.subject_id, kind=TimerKind.PAYOUT, due_at=now + wait, attempts=timer.attempts + 1
            )
        )  # fmt: skip
        if now - standing.created_at >= self.desk.options.trouble_seconds:
            tell_staff(
                self.desk.deeds, transaction, dedupe=f"payout:{standing.payout_id}", subject="提现没有按时到账",
                body=f"提现 {standing.payout_id}：{after.trouble}。见 /staff/money", now=now,
            )  # fmt: skip


def _asked(transaction: RecordTransaction, payout_id: str) -> tuple[Payout, PayoutAccount] | None:
    """The payout and where it goes; None, and no timer any more, when it has ended."""
    payout = transaction.payouts.payout(payout_id)
    if payout is None or payout.state not in IN_FLIGHT:
        transaction.timers.clear(payout_id)
        return None
    account = transaction.payouts.account(payout.payout_account_id)
    if account is None:
        raise LookupError(f"payout {payout_id} has no account")
    return payout, account
