"""What people are told, inside one transaction: a notice in the application, and the mails that follow it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from catalog_service.domain.companies.notices import Mail, WaitingMail


class NoticeRows(Protocol):
    def add(
        self,
        *,
        company_id: str,
        kind: str,
        subject_id: str,
        text: str,
        at: int,
        roles: Collection[str] = ("owner",),
    ) -> None:
        """A line for a company, mailed afterwards to its active members of ``roles`` (none: in the application alone).

        ``kind`` says what happened (``order_paid``), ``subject_id`` to what.
        """
        ...

    def mark_read(self, company_id: str, *, up_to: int, at: int) -> int:
        """How many became read."""
        ...

    def mail(self, mail: Mail, *, at: int) -> None:
        """Put a mail in, to be sent after the transaction; nothing when one with the same ``dedupe`` was put in."""
        ...

    def put_mails_in(self, *, limit: int, at: int, language: str) -> int:
        """Mails for the notices that have none yet; how many notices there were."""
        ...

    def due_mails(self, *, now: int, limit: int) -> Sequence[int]: ...

    def take_mail(self, mail_id: int, *, now: int, lease: int) -> WaitingMail | None:
        """The mail, held until ``lease``; None when another sweeper was first."""
        ...

    def mail_sent(self, waiting: WaitingMail, *, at: int) -> None: ...

    def mail_failed(self, waiting: WaitingMail, *, reason: str, due_at: int | None) -> None:
        """To be tried again at ``due_at``; None gives it up."""
        ...
