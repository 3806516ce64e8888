"""Sign out: here, elsewhere, or everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, leave_receipt
from kernel.errors import NotFound


class SessionNotFound(NotFound):
    """The member has no such session."""

    code = "session_not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSessions:
    """One session of the member, or all (``session_id`` None); the answer says how many ended."""

    deeds: Deeds

    def __call__(self, *, member_id: str, session_id: str | None, request: DeedRequest) -> Receipt:
        def end(transaction: RecordTransaction, now: int) -> Receipt:
            chosen = None if session_id is None else [session_id]
            ended = transaction.identity.end_sessions(member_id, session_ids=chosen)
            if chosen is not None and not ended:
                raise SessionNotFound("没有这个登录", parameter="session_id")
            return leave_receipt(
                transaction, Subject.MEMBER, member_id, 0, deed="end_sessions", actor=request.actor, now=now,
                facts={"ended": ended},
            )  # fmt: skip

        return self.deeds.perform(request, end)
