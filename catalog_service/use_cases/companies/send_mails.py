"""The sweeper of mails: what transactions put in goes out, again and again until it went or is given up."""

from __future__ import annotations

from dataclasses import dataclass

import stamina
import structlog

from catalog_service.domain.companies.notices import (
    MAIL_ATTEMPTS_MAX,
    MAIL_LEASE_SECONDS,
    WaitingMail,
    wait_seconds,
)
from catalog_service.ports.mail import Mailer, MailUnavailable, OutgoingMail
from catalog_service.use_cases.deeds import Deeds

NOTICES_AT_ONCE, MAILS_AT_ONCE = 100, 20
AT_ONCE_ATTEMPTS, FIRST_PAUSE_SECONDS, PAUSE_MAX_SECONDS = 3, 0.2, 2.0  # a server that hiccups; a longer absence waits

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMails:
    """One round; how many mails went. Several processes may sweep: a mail is held while it is handed over, outside any
    transaction. One that died in between hands it over again, under the same Message-ID."""

    deeds: Deeds
    mailer: Mailer
    host: str  # in Message-IDs, so that two sites never clash
    language: str  # of mails about notices: the market's, as nobody said what a member reads

    def __call__(self) -> int:
        now, write = self.deeds.clock.now(), self.deeds.store.write
        write(
            lambda transaction: transaction.notices.put_mails_in(limit=NOTICES_AT_ONCE, at=now, language=self.language)
        )
        due = write(lambda transaction: transaction.notices.due_mails(now=now, limit=MAILS_AT_ONCE))
        return sum(self._send(mail_id) for mail_id in due)

    def _send(self, mail_id: int) -> bool:
        now, write = self.deeds.clock.now(), self.deeds.store.write
        lease = now + MAIL_LEASE_SECONDS
        waiting = write(lambda transaction: transaction.notices.take_mail(mail_id, now=now, lease=lease))
        if waiting is None:
            return False
        try:
            self._hand_over(waiting, now=now)
        except MailUnavailable as trouble:
            self._put_off(waiting, trouble, now=now)
            return False
        write(lambda transaction: transaction.notices.mail_sent(waiting, at=now))
        return True

    def _hand_over(self, waiting: WaitingMail, *, now: int) -> None:
        mail = waiting.mail
        outgoing = OutgoingMail(
            message_id=f"{self.host}.{waiting.mail_id}", recipient=mail.recipient, subject=mail.subject,
            body=mail.body, at=now,
        )  # fmt: skip
        for attempt in stamina.retry_context(
            on=_passing, attempts=AT_ONCE_ATTEMPTS, wait_initial=FIRST_PAUSE_SECONDS, wait_max=PAUSE_MAX_SECONDS
        ):
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
