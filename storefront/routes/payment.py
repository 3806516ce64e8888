"""The page of the payment sandbox: what a payer does at a payment service, to try everything with."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from catalog_service.adapters.gateway.sandbox import SandboxFaults, SandboxPaymentGateway
from catalog_service.domain.money.payment_states import OPEN, PAYMENT
from kernel.errors import Invalid, NotFound, PifaError
from kernel.ids import validate_id
from storefront.pages.words import yuan
from storefront.routes.account import Form
from storefront.routes.cart import BuyerPages
from storefront.routes.group_payment import NEXT
from storefront.routes.group_payment import PATH as GROUP
from storefront.shop import Shop
from storefront.trading import Trading, party_of

PAYERS = ("owner", "buyer", "finance")
# What a payment service may do wrong, to see that the order comes out right all the same.
ODD = {
    "short": ("少付一分钱：钱原路退回", SandboxFaults(wrong_amount_fen=-1)),
    "twice": ("通知发两次：只入账一次", SandboxFaults(callbacks=2)),
    "late": ("通知晚一分钟到：到时入账", SandboxFaults(callback_delay_seconds=60)),
    "forged": ("通知的签名不对：不认，改为主动查询", SandboxFaults(bad_signature=True)),
    "lied": ("通知的金额不对：以查询到的为准", SandboxFaults(wrong_told_fen=100)),
}


def add_payment_routes(router: APIRouter, shop: Shop, trading: Trading) -> None:
    if not isinstance(trading.ordering.gateway, SandboxPaymentGateway):
        return  # a real payment service has its own page
    pages = BuyerPages(router, shop, trading)

    def show(request: Request, error: PifaError | None = None, group: str = "") -> Response:
        principal = trading.accounts.member(request, *PAYERS)
        payment_id = validate_id(request.path_params["payment_id"], parameter="payment_id")
        payment = trading.ordering.reads.payment(payment_id, party_of(principal))
        return pages.show(
            request, "pay", "支付沙箱", error=error, payment_id=payment_id, order_id=payment.order_id,
            number=trading.ordering.reads.order(payment.order_id, party_of(principal)).order.number,
            amount=yuan(payment.amount_fen), state=PAYMENT.state_labels[payment.state], open=payment.state in OPEN,
            odd=[(name, words) for name, (words, _) in ODD.items()],
            group=group or request.query_params.get("group", "")[:64],
        )  # fmt: skip

    def pay(request: Request, form: Form) -> Response:
        principal = trading.accounts.member(request, *PAYERS)
        payment_id = validate_id(request.path_params["payment_id"], parameter="payment_id")
        payment = trading.ordering.reads.payment(payment_id, party_of(principal))
        deed = form.get("do", "")
        try:
            if deed not in ("pay", "fail", *ODD):
                raise Invalid("不认识的操作", parameter="do")
            if payment.state not in OPEN:
                raise NotFound("这笔付款已经结束", parameter="payment_id")
            principal.require_second_factor()
            faults = ODD[deed][1] if deed in ODD else None
            trading.ordering.sandbox_pay(payment_id, fails=deed == "fail", faults=faults)
        except PifaError as error:
            return show(request, error, form.get("group", "")[:64])
        if form.get("group"):  # one of several that were confirmed together
            group = validate_id(form["group"], parameter="group")
            if deed == "fail":
                return pages.to(GROUP, ("group", group), ("done", "failed"))
            return pages.to(NEXT, ("group", group))
        return pages.to(f"/orders/{payment.order_id}", ("done", {"pay": "paid", "fail": "failed"}.get(deed, "odd")))

    pages.get("/sandbox/pay/{payment_id}", show)
    pages.post("/sandbox/pay/{payment_id}", pay)
