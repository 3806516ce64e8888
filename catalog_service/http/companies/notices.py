"""``/api/v1/notifications``: what the company was told."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from catalog_service.http.companies.callers import COMPANY_MEMBERS, CompanyId
from catalog_service.http.companies.models import NoticeAnswer, NoticesAnswer, ReadBody
from catalog_service.http.conditions import MemberDeed, receipt_answer
from catalog_service.http.models import ReceiptAnswer
from catalog_service.people import People
from catalog_service.reads.companies import PAGE_MAX
from web.access import only
from web.authentication import Caller
from web.language import LANGUAGES
from web.parameters import NO_QUERY, strict_query
from web.reader import answer_in, language_is_open
from web.routing import PrefixedRouter

SEQUENCE_MAX = 2**63 - 1


def notices_router(people: People) -> APIRouter:
    """The routes over the people of a record."""
    router = PrefixedRouter(prefix="/api/v1/notifications", tags=["通知"])
    guard = only(*COMPANY_MEMBERS, scope="company:read")

    @router.get("", summary="通知", dependencies=[guard, Depends(strict_query(single=["before", "size", "unread"]))])
    def read_notices(
        company_id: CompanyId,
        principal: Caller,
        before: Annotated[int | None, Query(ge=1, le=SEQUENCE_MAX, description="只要比它早的")] = None,
        size: Annotated[int, Query(ge=1, le=PAGE_MAX, description="一页几条")] = 20,
        unread: Annotated[bool, Query(description="只要未读的")] = False,
    ) -> NoticesAnswer:
        """Newest first; in the language of ``Accept-Language``, without one in the member's own."""
        if principal.member_id is not None and language_is_open():
            member = people.reads.member(principal.member_id, company_id=company_id)
            answer_in(member.language or LANGUAGES[0])
        page = people.reads.notices(company_id, before=before, limit=size, unread_only=unread)
        return NoticesAnswer(
            notifications=[NoticeAnswer.of(notice) for notice in page.notices],
            unread=page.unread,
            next_before=None if page.next_before is None else str(page.next_before),
        )

    @router.post("/read", summary="标为已读", dependencies=[only(*COMPANY_MEMBERS), NO_QUERY])
    def mark_read(company_id: CompanyId, body: ReadBody, deed: MemberDeed, response: Response) -> ReceiptAnswer:
        """All up to one."""
        receipt = people.read_notices(company_id=company_id, up_to=int(body.up_to), request=deed)
        return receipt_answer(response, receipt)

    return router
