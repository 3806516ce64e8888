"""``/api/v1/payouts``: a supplier's funds, the account that they go to, and the payouts of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from catalog_service.http.conditions import MemberDeed, RequiredVersion, etag, receipt_answer
from catalog_service.http.ids import path_id
from catalog_service.http.models import ReceiptAnswer
from catalog_service.http.ordering.parts import ACCOUNTANTS, By
from catalog_service.http.ordering.payout_models import (
    FundsAnswer,
    PayoutAccountAnswer,
    PayoutAccountBody,
    PayoutAnswer,
    PayoutBody,
    PayoutsAnswer,
)
from catalog_service.ordering import Ordering
from catalog_service.use_cases.money.payout_desk import require_seller
from kernel.errors import NotFound
from web.access import only
from web.authentication import Caller
from web.parameters import NO_QUERY, strict_query
from web.routing import PrefixedRouter

# Not with a key: money leaves for a person alone, who gives a second factor.
TREASURERS = only("owner", "finance", second_factor=True)
OWNERS = only("owner", second_factor=True)
PayoutId = Annotated[str, path_id("payout_id", "提现编号")]


async def enrolled(principal: Caller) -> None:
    """Refuse whoever has no second factor at all: nothing else stands between a stolen password and the money."""
    principal.require_enrolled_factor()


ENROLLED = Depends(enrolled)


def payouts_router(ordering: Ordering) -> APIRouter:
    router = PrefixedRouter(prefix="/api/v1/payouts", tags=["提现"])
    _account(router, ordering)
    _payouts(router, ordering)
    return router


def _account(router: APIRouter, ordering: Ordering) -> None:
    @router.get("/account", summary="收款账户", dependencies=[ACCOUNTANTS, NO_QUERY])
    def read_account(by: By, response: Response) -> PayoutAccountAnswer:
        account = ordering.payouts.account(require_seller(by.supplier_id))
        if account is None:
            raise NotFound("还没有登记收款账户", code="payout_account_not_found")
        response.headers["ETag"] = etag(account.version)
        return PayoutAccountAnswer.of(account)

    @router.put("/account", summary="登记或更换收款账户", status_code=201, dependencies=[OWNERS, ENROLLED, NO_QUERY])
    def set_account(
        body: PayoutAccountBody, by: By, deed: MemberDeed, version: RequiredVersion, response: Response
    ) -> ReceiptAnswer:
        """``If-Match`` is the ETag of the account that is replaced, ``"0"`` for none. Nothing is paid out to the new
        one for a day; owners and finance are told."""
        receipt = ordering.set_payout_account(**body.model_dump(), by=by, request=deed, expected_version=version)
        return receipt_answer(response, receipt)

    @router.get("/funds", summary="可提现余额", dependencies=[ACCOUNTANTS, NO_QUERY])
    def read_funds(by: By) -> FundsAnswer:
        funds = ordering.payouts.funds(require_seller(by.supplier_id))
        return FundsAnswer.of(funds, ordering.desk.options)


def _payouts(router: APIRouter, ordering: Ordering) -> None:
    @router.get("", summary="提现记录", dependencies=[ACCOUNTANTS, Depends(strict_query(single=["cursor", "size"]))])
    def list_payouts(
        by: By,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        size: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> PayoutsAnswer:
        page = ordering.payouts.page(require_seller(by.supplier_id), cursor=cursor, size=size)
        return PayoutsAnswer(items=[PayoutAnswer.of(each) for each in page.items], next_cursor=page.next_cursor)

    @router.post("", summary="申请提现", status_code=201, dependencies=[TREASURERS, ENROLLED, NO_QUERY])
    def request_payout(
        body: PayoutBody, by: By, deed: MemberDeed, version: RequiredVersion, response: Response
    ) -> ReceiptAnswer:
        """``If-Match`` is the ETag of the account: money goes to none that took its place meanwhile."""
        receipt = ordering.request_payout(amount_fen=body.amount_fen, by=by, request=deed, expected_version=version)
        return receipt_answer(response, receipt)

    @router.get("/{payout_id}", summary="查看提现", dependencies=[ACCOUNTANTS, NO_QUERY])
    def read_payout(payout_id: PayoutId, by: By, response: Response) -> PayoutAnswer:
        payout = ordering.payouts.payout(payout_id, require_seller(by.supplier_id))
        response.headers["ETag"] = etag(payout.version)
        return PayoutAnswer.of(payout)
