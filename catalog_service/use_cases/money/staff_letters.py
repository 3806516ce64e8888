"""Money that does not arrive by itself: the market's people hear of it, each once."""

from __future__ import annotations

from catalog_service.domain.companies.members import MemberState
from catalog_service.domain.companies.notices import Mail
from catalog_service.ports.record import RecordTransaction


def tell_staff(transaction: RecordTransaction, *, dedupe: str, subject: str, body: str, now: int) -> None:
    """A mail to everybody of the market who is active; none to whom one with the same ``dedupe`` went before."""
    for member in transaction.companies.staff():
        if member.state is MemberState.ACTIVE and member.email:
            mail = Mail(dedupe=f"{dedupe}:{member.member_id}", recipient=member.email, subject=subject, body=body)
            transaction.notices.mail(mail, at=now)
