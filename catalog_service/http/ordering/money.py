"""``/api/v1/payments`` and, for the staff, ``/api/v1/admin``: payments, callbacks, statements, the ledger."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from catalog_service.adapters.documents.sheets import statement_csv
from catalog_service.adapters.gateway.sandbox import SandboxPaymentGateway
from catalog_service.adapters.gateway.signatures import NOTICE_BYTES_MAX
from catalog_service.domain.machines import Actor
from catalog_service.domain.money.statements import AccountStatement, Difference
from catalog_service.domain.orders.values import Party
from catalog_service.http.conditions import MemberDeed, OptionalVersion, etag, receipt_answer
from catalog_service.http.models import ReceiptAnswer
from catalog_service.http.ordering.models import DecideBody, NoticeAnswer, TerminateBody
from catalog_service.http.ordering.money_models import (
    DepositBody,
    PayBody,
    PaymentAnswer,
    ReconciledAnswer,
    SandboxPayBody,
    StatementAnswer,
    VerifiedAnswer,
)
from catalog_service.http.ordering.parts import (
    ACCOUNTANTS,
    EPOCH_MAX,
    EVERYBODY,
    PAYERS,
    By,
    OrderId,
    PaymentId,
    RefundId,
    TransferId,
)
from catalog_service.http.ordering.payout_models import DisputeAnswer, OnItsWayAnswer
from catalog_service.ordering import Ordering
from catalog_service.reads.payouts import BOUNCED_SECONDS
from kernel.errors import Invalid, NotFound
from web.access import ADMIN, ANYONE, STAFF, only
from web.authentication import Caller
from web.language import ReadersLanguage, told_in
from web.parameters import NO_QUERY, strict_query
from web.routing import PrefixedRouter

QUEUE_MAX = 100  # rows that a person works through; older ones come first
MARKET = only(ADMIN, STAFF, second_factor=True)
Since = Annotated[int, Query(ge=0, le=EPOCH_MAX, description="起（UTC 秒，含）", examples=[1_780_000_000])]
Until = Annotated[int, Query(ge=0, le=EPOCH_MAX, description="止（UTC 秒，不含）", examples=[1_782_592_000])]


def payments_router(ordering: Ordering) -> APIRouter:
    router = PrefixedRouter(prefix="/api/v1/payments", tags=["付款"])
    _accounting(router, ordering)
    _paying(router, ordering)
    return router


def _paying(router: APIRouter, ordering: Ordering) -> None:
    @router.post("", summary="付款", status_code=201, dependencies=[PAYERS, NO_QUERY])
    def open_payment(body: PayBody, by: By, deed: MemberDeed, response: Response) -> ReceiptAnswer:
        """An intent to pay the stage that is due; its ``pay_url`` is where the payer goes. The same key again hands it
        to the payment service again, if that had not answered."""
        receipt = ordering.pay(order_id=body.order_id, amount_fen=body.amount_fen, by=by, request=deed)
        return receipt_answer(response, receipt)

    @router.post("/notices/{gateway}", summary="支付机构回调", dependencies=[only(ANYONE), NO_QUERY])
    async def take_notice(gateway: str, request: Request) -> NoticeAnswer:
        """Signed (Standard Webhooks), taken once, and believed in nothing but that something happened."""
        if gateway != ordering.gateway.name:
            raise NotFound("没有这个支付机构", parameter="gateway")
        body = await request.body()
        if len(body) > NOTICE_BYTES_MAX:
            raise Invalid(f"回调不能超过 {NOTICE_BYTES_MAX} 字节")
        outcome = await run_in_threadpool(ordering.take_notice, headers=dict(request.headers), body=body)
        return NoticeAnswer(outcome=outcome)

    @router.get("/{payment_id}", summary="查看付款", dependencies=[EVERYBODY, NO_QUERY])
    def read_payment(payment_id: PaymentId, by: By, response: Response) -> PaymentAnswer:
        payment = ordering.reads.payment(payment_id, by)
        response.headers["ETag"] = etag(payment.version)
        return PaymentAnswer.of(payment)

    @router.post("/{payment_id}/sandbox", summary="在沙箱里付款", dependencies=[PAYERS, NO_QUERY])
    def sandbox_pay(payment_id: PaymentId, body: SandboxPayBody, by: By, deed: MemberDeed) -> PaymentAnswer:
        """What the payer does on the payment service's page; only while payments go to the sandbox."""
        ordering.reads.payment(payment_id, by)
        if not isinstance(ordering.gateway, SandboxPaymentGateway):
            raise NotFound("没有使用支付沙箱")
        ordering.sandbox_pay(payment_id, fails=body.fails)
        return PaymentAnswer.of(ordering.reads.payment(payment_id, by))


def _accounting(router: APIRouter, ordering: Ordering) -> None:
    @router.get(
        "/statements/{side}", summary="对账单", response_model=StatementAnswer,
        dependencies=[ACCOUNTANTS, Depends(strict_query(single=["since", "until", "format"]))],
        responses={200: {"content": {"text/csv": {}}}},
    )  # fmt: skip
    def read_statement(
        side: str,
        by: By,
        since: Since,
        until: Until,
        language: ReadersLanguage,
        kind: Annotated[str, Query(alias="format", pattern="^(json|csv)$", description="json 或 csv")] = "json",
    ) -> StatementAnswer | Response:
        """``buyer``: what lies in the escrow of one's orders; ``seller``: what the market owes one."""
        statement = _statement(ordering, side, by, since, until)
        if kind == "csv":
            headers = {"Content-Disposition": 'attachment; filename="statement.csv"', "Cache-Control": "no-store"}
            return Response(
                statement_csv(statement, language), media_type="text/csv; charset=utf-8",
                headers={**headers, **told_in(language)},
            )  # fmt: skip
        return StatementAnswer.of(statement)


def _statement(ordering: Ordering, side: str, by: Party, since: int, until: int) -> AccountStatement:
    if side == Actor.BUYER:
        return ordering.ledger.buyers_statement(by.company_id, since=since, until=until)
    if side == Actor.SELLER and by.supplier_id:
        return ordering.ledger.suppliers_statement(by.supplier_id, since=since, until=until)
    raise NotFound("没有这个对账单", parameter="side")


def staff_router(ordering: Ordering) -> APIRouter:
    """What the administrator does; each route is guarded and audited."""
    router = PrefixedRouter(prefix="/api/v1/admin", tags=["平台"])

    @router.post("/orders/{order_id}/terminate", summary="终止订单", dependencies=[MARKET, NO_QUERY])
    def terminate_order(
        order_id: OrderId, body: TerminateBody, deed: MemberDeed, response: Response, expected: OptionalVersion
    ) -> ReceiptAnswer:
        """What is held goes back, to the seller, or to each a part."""
        receipt = ordering.terminate(
            order_id=order_id, to_buyer_fen=body.to_buyer_fen, reason=body.reason, request=deed,
            expected_version=expected,
        )  # fmt: skip
        return receipt_answer(response, receipt)

    @router.post("/orders/{order_id}/refunds/{refund_id}/decide", summary="裁定退款", dependencies=[MARKET, NO_QUERY])
    def decide_refund(
        order_id: OrderId, refund_id: RefundId, body: DecideBody, deed: MemberDeed, response: Response
    ) -> ReceiptAnswer:
        receipt = ordering.decide_refund(
            order_id=order_id, refund_id=refund_id, for_buyer=body.for_buyer, reason=body.reason, request=deed
        )
        return receipt_answer(response, receipt)

    @router.post("/ledger/deposits", summary="登记保证金", status_code=201, dependencies=[MARKET, NO_QUERY])
    def record_deposit(body: DepositBody, deed: MemberDeed, response: Response) -> ReceiptAnswer:
        return receipt_answer(response, ordering.record_deposit(request=deed, **body.model_dump()))

    @router.get("/refunds", summary="待裁定的退款", dependencies=[MARKET, Depends(strict_query(single=["refused"]))])
    def list_disputes(
        who: Caller,
        refused: Annotated[bool, Query(description="只看卖家已拒绝或等待复核的")] = False,
    ) -> list[DisputeAnswer]:
        """Open ones of all suppliers, the oldest first, at most 100."""
        found = ordering.disputes.page(by=who.actor, refused=refused, after=None, limit=QUEUE_MAX)
        return [DisputeAnswer.of(row, ordering.desk.options) for row in found]

    @router.get("/ledger/suspense", summary="在途款项", dependencies=[MARKET, NO_QUERY])
    def suspense() -> OnItsWayAnswer:
        """What is to go back to payers or out to suppliers and has not left, the oldest first, at most 100 of each."""
        payouts = ordering.payouts
        since = ordering.desk.deeds.clock.now() - BOUNCED_SECONDS
        return OnItsWayAnswer.of(
            payouts.going_back(limit=QUEUE_MAX), payouts.in_flight(limit=QUEUE_MAX),
            payouts.bounced(since=since, limit=QUEUE_MAX),
        )  # fmt: skip

    @router.post("/ledger/transfers/{transfer_id}/send", summary="立即再退一次", dependencies=[MARKET, NO_QUERY])
    def hasten_transfer(transfer_id: TransferId, deed: MemberDeed, response: Response) -> ReceiptAnswer:
        """Money that is on its way back to a payer goes to the payment service at the next sweep, not at its own time;
        409 once it has left."""
        return receipt_answer(response, ordering.hasten_transfer(transfer_id=transfer_id, request=deed))

    @router.get("/ledger/balances", summary="各类账户余额", dependencies=[MARKET, NO_QUERY])
    def balances() -> dict[str, int]:
        """By kind, in fen; their total is 0."""
        return ordering.ledger.balances()

    @router.get("/ledger/verify", summary="核对账本", dependencies=[MARKET, NO_QUERY])
    def verify() -> VerifiedAnswer:
        """Every chain and balance rebuilt; the first bad row is named."""
        return VerifiedAnswer.of(ordering.verify())

    period = Depends(strict_query(single=["since", "until"]))

    @router.get("/ledger/reconcile", summary="与支付机构对账", dependencies=[MARKET, period])
    def reconcile(since: Since, until: Until) -> ReconciledAnswer:
        """The payment service's statement of a period beside the ledger; each difference is named by its kind."""
        lines, differences = _reconciled(ordering, since, until)
        return ReconciledAnswer.of(since, until, lines, differences, settled={})

    @router.post("/ledger/settle", summary="补记漏记的款项", dependencies=[MARKET, period])
    def settle(_: MemberDeed, since: Since, until: Until) -> ReconciledAnswer:
        """Money that the ledger missed is settled as a callback would have been; what is settled once stays so, so the
        same call again finds nothing to do."""
        lines, differences = _reconciled(ordering, since, until)
        settled = dict(ordering.settle_missing(differences))
        return ReconciledAnswer.of(since, until, lines, differences, settled=settled)

    return router


def _reconciled(ordering: Ordering, since: int, until: int) -> tuple[int, list[Difference]]:
    lines = ordering.gateway.statement(since=since, until=until)
    return len(lines), ordering.ledger.reconcile(lines, since=since, until=until)
