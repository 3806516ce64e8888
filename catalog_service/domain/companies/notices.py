"""Notices to a company's people, and the mails that carry them."""

from __future__ import annotations

from dataclasses import dataclass

TEXT_CHARACTERS_MAX = 500  # a notice says what happened and where to look; the thing itself says the rest
MAIL_ATTEMPTS_MAX = 10  # with the waits below: given up after a day and a half
MAIL_WAIT_FIRST_SECONDS = 60
MAIL_WAIT_MAX_SECONDS = 6 * 3600
MAILS_SECONDS = 3  # no mail of a round begins later: a process that is told to stop has five seconds to leave
MAIL_LEASE_SECONDS = 120  # the round, and its last mail by a server that is silent; a longer hold belongs to the dead


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One line for a company: ``kind`` says what happened (``order_paid``), ``subject_id`` to what."""

    notice_id: int
    company_id: str
    kind: str
    subject_id: str
    text: str
    created_at: int
    read_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail on its way. ``dedupe``: one that was put in before under the same is not put in again."""

    dedupe: str
    recipient: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingMail:
    """A mail that a sweeper holds until ``lease``; it has been due since ``due_at``."""

    mail_id: int
    mail: Mail
    attempts: int
    due_at: int
    lease: int


def wait_seconds(attempts: int) -> int:
    """How long to wait after so many failed attempts: doubled each time, up to six hours."""
    return int(min(MAIL_WAIT_FIRST_SECONDS << max(attempts - 1, 0), MAIL_WAIT_MAX_SECONDS))
