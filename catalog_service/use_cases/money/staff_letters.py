"""Money that does not arrive by itself: the market's people hear of it, each once."""

from __future__ import annotations

from catalog_service.domain.companies.letters import letter
from catalog_service.domain.companies.members import MemberState
from catalog_service.domain.companies.notices import Mail
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds


def tell_staff(deeds: Deeds, transaction: RecordTransaction, *, dedupe: str, subject: str, body: str, now: int) -> None:
    """A mail to everybody of the market who is active; none to whom one with the same ``dedupe`` went before."""
    for member in transaction.companies.staff():
        if member.state is MemberState.ACTIVE and member.email:
            said, text = letter(subject, body, language=deeds.language_of(member))
            mail = Mail(dedupe=f"{dedupe}:{member.member_id}", recipient=member.email, subject=said, body=text)
            transaction.notices.mail(mail, at=now)
