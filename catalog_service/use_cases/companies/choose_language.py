"""A member says what it reads."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.members import accept_language
from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import next_member, require_member
from catalog_service.use_cases.deeds import Deeds, leave_receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseLanguage:
    """Mails from now on, and pages wherever the member signs in; ``changed`` False when it was so already."""

    deeds: Deeds

    def __call__(self, *, member_id: str, company_id: str | None, language: str, request: DeedRequest) -> Receipt:
        chosen = accept_language(language)

        def choose(transaction: RecordTransaction, now: int) -> Receipt:
            member = require_member(transaction, member_id, company_id=company_id)
            if member.language == chosen:
                return Receipt(
                    subject=Subject.MEMBER, subject_id=member_id, version=member.version, state=str(member.state),
                    changed=False,
                )  # fmt: skip
            changed = next_member(transaction, member, now=now, language=chosen)
            return leave_receipt(
                transaction, Subject.MEMBER, member_id, changed.version, deed="choose_language", actor=request.actor,
                now=now, state=str(changed.state), facts={"language": str(chosen)},
            )  # fmt: skip

        return self.deeds.perform(request, choose)
