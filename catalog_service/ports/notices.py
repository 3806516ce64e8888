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
        """Mails for at most ``limit`` notices that have none yet, each in its reader's language
        (``language`` where none is on record); how many notices there were."""
        ...

    def take_mails(self, *, limit: int, now: int, lease: int) -> Sequence[WaitingMail]:
        """At most ``limit`` mails that are due, the longest due first, held until ``lease``: till then no other sweeper
        is given them."""
        ...

    def give_mails_back(self, waiting: Sequence[WaitingMail]) -> None:
        """Due again as they were, unless somebody else has taken them meanwhile."""
        ...

    def mails_sent(self, waiting: Sequence[WaitingMail], *, at: int) -> None:
        """Done, by whom they were held or by another meanwhile: sent is sent."""
        ...

    def mail_failed(self, waiting: WaitingMail, *, reason: str, due_at: int | None) -> None:
        """To be tried again at ``due_at``; None gives it up. Nothing when it is no longer held."""
        ...
