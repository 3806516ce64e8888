"""A company's people have read what they were told."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNotices:
    """All up to one; the answer says how many became read. No audit row: nothing hangs on it."""

    deeds: Deeds

    def __call__(self, *, company_id: str, up_to: int, request: DeedRequest) -> Receipt:
        def read(transaction: RecordTransaction, now: int) -> Receipt:
            marked = transaction.notices.mark_read(company_id, up_to=up_to, at=now)
            return Receipt(
                subject=Subject.NOTICE, subject_id=str(up_to), version=0, changed=marked > 0, facts={"read": marked}
            )

        return self.deeds.perform(request, read)
