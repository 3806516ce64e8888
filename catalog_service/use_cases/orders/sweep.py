"""Take what is due: deadlines of orders and refunds, payments to ask for, money to send back or to pay out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from catalog_service.domain.orders.timers import Timer, TimerKind
from catalog_service.use_cases.money.query_payment import QueryPayment
from catalog_service.use_cases.money.send_payout import SendPayout
from catalog_service.use_cases.money.send_transfer import SendTransfer
from catalog_service.use_cases.orders.desk import OrderDesk
from catalog_service.use_cases.orders.run_deadline import RunDeadline
from kernel.errors import PifaError

BATCH = 200  # timers read at once; each is run in its own transaction
log = structlog.get_logger(__name__)


class DueTimers(Protocol):
    """The timers that are due, from the one due longest."""

    def __call__(self, *, now: int, after: tuple[int, str], limit: int) -> Sequence[Timer]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Several may sweep at once: what one has done, another finds done. What fails is put off and does not hold up the
    rest."""

    desk: OrderDesk
    due: DueTimers
    deadline: RunDeadline
    query: QueryPayment
    send: SendTransfer
    pay_out: SendPayout

    def __call__(self) -> Counter[str]:
        """Once through all that is due now; what was taken by kind, ``failed`` beside it."""
        now = self.desk.deeds.clock.now()
        done: Counter[str] = Counter()
        after = (-1, "")
        while batch := self.due(now=now, after=after, limit=BATCH):
            for timer in batch:
                done[self._take(timer, now)] += 1
            after = (batch[-1].due_at, batch[-1].subject_id)
        return done

    def _take(self, timer: Timer, now: int) -> str:
        runs: dict[TimerKind, Callable[[Timer], object]] = {
            TimerKind.ORDER: self.deadline,
            TimerKind.REFUND: self.deadline,
            TimerKind.PAYMENT: self.query,
            TimerKind.TRANSFER: self.send,
            TimerKind.PAYOUT: self.pay_out,
        }
        try:
            runs[timer.kind](timer)
        except PifaError as error:
            log.warning("timer_failed", kind=str(timer.kind), subject=timer.subject_id, reason=error.message)
            self._put_off(timer, now)
            return "failed"
        return str(timer.kind)

    def _put_off(self, timer: Timer, now: int) -> None:
        options = self.desk.options
        wait = options.backoff(options.transfer_retry_seconds, timer.attempts)
        later = Timer(subject_id=timer.subject_id, kind=timer.kind, due_at=now + wait, attempts=timer.attempts + 1)
        self.desk.deeds.store.write(
            lambda transaction: (
                transaction.timers.set(later) if transaction.timers.timer(timer.subject_id) == timer else None
            )
        )
