"""Pay what one click ordered of several suppliers: confirmed once, then one payment after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fastapi import APIRouter, Request, Response

from catalog_service.domain.machines import Actor
from catalog_service.domain.money.payment_states import OPEN
from catalog_service.domain.orders.values import Order, Party
from catalog_service.reads.cursors import PAGE_MAX
from catalog_service.reads.orders import OrderFilter
from catalog_service.use_cases.orders.desk import OrderNotFound
from kernel.errors import Invalid, PifaError
from kernel.ids import validate_id
from storefront.accounts import deed_of
from storefront.form_fields import whole
from storefront.pages.group_payment import due_of, group_rows, total_of
from storefront.routes.account import Form
from storefront.routes.cart import BuyerPages
from storefront.shop import Shop
from storefront.state import address
from storefront.trading import Trading, after, party_of

PATH, NEXT = "/orders/pay", "/orders/pay/next"
PAYERS = ("owner", "buyer", "finance")
AMOUNT = "amount_"  # before the id of an order: what was shown to be due of it


def add_group_payment_routes(router: APIRouter, shop: Shop, trading: Trading) -> None:
    """Before the routes of single orders, whose addresses have an id there."""
    pages = GroupPaymentPages(router, shop, trading)
    pages.get(PATH, pages.form)
    pages.post(PATH, pages.open)
    pages.get(NEXT, pages.next)


class GroupPaymentPages(BuyerPages):
    """Every order keeps a payment and an escrow of its own; joint is the confirmation, and the way from one to the
    next. Whoever stops half-way has paid the orders that were paid."""

    def form(self, request: Request, error: PifaError | None = None, group: str = "") -> Response:
        party = party_of(self.accounts.member(request, *PAYERS))
        group_id, orders = self._group(request, party, group)
        names = self.trading.record.suppliers.names({order.supplier_id for order in orders})
        return self.show(
            request, "pay_group", "一起付款", error=error, group=group_id, rows=group_rows(orders, names),
            total=total_of(orders), at=address([("group", group_id)], PATH),
        )  # fmt: skip

    def open(self, request: Request, form: Form) -> Response:
        """A payment of each order at the sum that was shown; those that are open already are given again."""
        principal = self.accounts.member(request, *PAYERS)
        party, deed, group = party_of(principal), deed_of(principal, form), form.get("group", "")
        group_id, orders = self._group(request, party, group)
        try:
            principal.require_second_factor()
            amounts = dict(_amounts(form))
            chosen = [order for order in orders if order.order_id in amounts]
            if not chosen:
                raise Invalid("这一批没有要付的订单", parameter="amount")
            for order in chosen:
                self.trading.ordering.pay(
                    order_id=order.order_id, amount_fen=amounts[order.order_id], by=party,
                    request=after(deed, order.order_id),
                )  # fmt: skip
        except PifaError as error:
            return self.form(request, error, group)
        return self.to(NEXT, ("group", group_id))

    def next(self, request: Request) -> Response:
        """On to the next payment that is open; to the group's orders when none is left, and back to the confirmation
        when something is due that has no open payment."""
        party = party_of(self.accounts.member(request, *PAYERS))
        group_id, orders = self._group(request, party, "")
        for order in orders:
            stage = order.due_stage
            if stage is None or order.open_refund_id:
                continue
            for payment in self.trading.ordering.reads.order(order.order_id, party).payments:
                if payment.state in OPEN and payment.stage == stage.number and payment.pay_url:
                    ours = payment.pay_url.startswith("/")  # the sandbox's page, which leads on to the next one
                    return self.to(address([("group", group_id)], payment.pay_url) if ours else payment.pay_url)
        if any(due_of(order) for order in orders):
            return self.to(PATH, ("group", group_id), ("done", request.query_params.get("done", "failed")))
        return self.to("/orders", ("group", group_id), ("done", "paid-all"))

    def _group(self, request: Request, party: Party, group: str) -> tuple[str, list[Order]]:
        """The group's orders in the order that they were placed; ``OrderNotFound`` for another's."""
        group_id = validate_id(group or request.query_params.get("group", ""), parameter="group")
        wanted, orders, cursor = OrderFilter(side=Actor.BUYER, group_id=group_id), list[Order](), None
        while True:
            found = self.trading.ordering.reads.page(party, wanted, cursor=cursor, size=PAGE_MAX)
            orders += found.items
            cursor = found.next_cursor
            if cursor is None:
                break
        if not orders:
            raise OrderNotFound("没有这一批订单", parameter="group")
        return group_id, orders[::-1]


def _amounts(form: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """What was shown to be due, by order; raises ``Invalid``."""
    for name, text in form.items():
        if not name.startswith(AMOUNT):
            continue
        amount_fen = whole(text)
        if amount_fen is None:
            raise Invalid("金额不对，请刷新页面", parameter="amount")
        yield name.removeprefix(AMOUNT), amount_fen
