"""Mails leave through here, never inside a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kernel.errors import Unavailable


class MailUnavailable(Unavailable):
    """The mail was not taken; it may be later. ``for_good``: this mail never will be (its recipient is refused)."""

    code = "mail_unavailable"

    def __init__(self, message: str, *, for_good: bool = False) -> None:
        super().__init__(message)
        self.for_good = for_good


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """Plain text. ``message_id`` is the same when the same mail is handed over again."""

    message_id: str
    recipient: str
    subject: str
    body: str
    at: int


class Mailer(Protocol):
    """Promises: a mail that ``send`` returned for is in other hands, whole and with its words as they were; a subject
    or recipient never adds a header; else ``MailUnavailable``. Thread-safe."""

    def send(self, mail: OutgoingMail) -> None: ...
