"""The sweeper of mails: what transactions put in goes out, again and again until it went or is given up."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import stamina
import structlog

from catalog_service.domain.companies.notices import (
    MAIL_ATTEMPTS_MAX,
    MAIL_LEASE_SECONDS,
    MAILS_SECONDS,
    WaitingMail,
    wait_seconds,
)
from catalog_service.ports.mail import Mailer, MailUnavailable, OutgoingMail
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds

# A round is a second's: so many a second from each process, in transactions of some ten milliseconds.
NOTICES_AT_ONCE, MAILS_AT_ONCE = 200, 200
# A server that hiccups; a longer absence waits. One that was silent for longer than that is not asked again at once.
AT_ONCE_ATTEMPTS, AT_ONCE_SECONDS, FIRST_PAUSE_SECONDS, PAUSE_MAX_SECONDS = 3, 10.0, 0.2, 2.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMails:
    """One round; how many mails went. Several processes may sweep: a round takes its mails together and holds them
    while it hands them over, outside any transaction, and notes together what went, every second. So a process that
    is killed in between hands over again what it had handed over in about its last second, under the same Message-IDs.
    A round that takes long gives back what it did not come to.
    """

    deeds: Deeds
    mailer: Mailer
    host: str  # in Message-IDs, so that two sites never clash

    def __call__(self) -> int:
        now = self.deeds.clock.now()

        def take(transaction: RecordTransaction) -> Sequence[WaitingMail]:
            transaction.notices.put_mails_in(limit=NOTICES_AT_ONCE, at=now, language=self.deeds.language)
            return transaction.notices.take_mails(limit=MAILS_AT_ONCE, now=now, lease=now + MAIL_LEASE_SECONDS)

        left, went = deque(self.deeds.store.write(take)), 0
        try:
            while left and self.deeds.clock.now() < now + MAILS_SECONDS:
                went += self._send_for_a_second(left)
        finally:
            if left:
                self.deeds.store.write(lambda transaction: transaction.notices.give_mails_back(left))
        return went

    def _send_for_a_second(self, left: deque[WaitingMail]) -> int:
        """Mails from the left until a second is over; how many went. They are noted, whatever happens meanwhile."""
        began, sent = self.deeds.clock.now(), list[WaitingMail]()
        try:
            while left and (now := self.deeds.clock.now()) == began:
                waiting = left.popleft()
                try:
                    self._hand_over(waiting, now=now)
                except MailUnavailable as trouble:
                    self._put_off(waiting, trouble, now=now)
                else:
                    sent.append(waiting)
        finally:
            if sent:
                at = self.deeds.clock.now()
                self.deeds.store.write(lambda transaction: transaction.notices.mails_sent(sent, at=at))
        return len(sent)

    def _hand_over(self, waiting: WaitingMail, *, now: int) -> None:
        mail = waiting.mail
        outgoing = OutgoingMail(
            message_id=f"{self.host}.{waiting.mail_id}", recipient=mail.recipient, subject=mail.subject,
            body=mail.body, at=now,
        )  # fmt: skip
        for attempt in stamina.retry_context(
            on=_passing, attempts=AT_ONCE_ATTEMPTS, timeout=AT_ONCE_SECONDS,
            wait_initial=FIRST_PAUSE_SECONDS, wait_max=PAUSE_MAX_SECONDS,
        ):  # fmt: skip
            with attempt:
                self.mailer.send(outgoing)

    def _put_off(self, waiting: WaitingMail, trouble: MailUnavailable, *, now: int) -> None:
        attempts = waiting.attempts + 1
        given_up = trouble.for_good or attempts >= MAIL_ATTEMPTS_MAX
        due_at = None if given_up else now + wait_seconds(attempts)
        _log.warning("mail_failed", mail_id=waiting.mail_id, attempts=attempts, given_up=given_up)
        self.deeds.store.write(
            lambda transaction: transaction.notices.mail_failed(waiting, reason=trouble.message, due_at=due_at)
        )


def _passing(error: Exception) -> bool:
    return isinstance(error, MailUnavailable) and not error.for_good
