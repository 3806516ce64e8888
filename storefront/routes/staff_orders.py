"""The market's people and an order: found by its number, looked at, and ended where both sides are stuck."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from catalog_service.domain.orders.numbers import accept_number
from catalog_service.domain.orders.rulings import Outcome, Ruling
from catalog_service.domain.orders.states import OrderEvent
from catalog_service.ordering import Ordering
from catalog_service.reads.disputes import Case
from kernel.errors import Invalid, PifaError
from kernel.ids import validate_id
from kernel.principal import Principal
from storefront.accounts import deed_of
from storefront.form_fields import hidden_number
from storefront.pages.order_changes import changes_since
from storefront.pages.order_parts import end_offered_at
from storefront.pages.seller_orders import order_page
from storefront.pages.trade_words import moment, money, read_yuan, typed_yuan
from storefront.routes.account import Form
from storefront.routes.staff_pages import StaffPages

ORDERS, ONE = "/staff/orders", "/staff/orders/{order_id}"
DAY = 86_400


def add_order_pages(pages: StaffPages, ordering: Ordering) -> None:
    _add_finding(pages, ordering)
    _add_order(pages, ordering)


def _add_finding(pages: StaffPages, ordering: Ordering) -> None:
    def show(request: Request, principal: Principal, **page: Any) -> Response:
        number = request.query_params.get("number", "").strip()
        if not number:
            return pages.show(request, "orders", "订单", number="", **page)
        try:
            order_id = ordering.disputes.find(accept_number(number, parameter="number"))
        except PifaError as error:
            return pages.show(request, "orders", "订单", error=error, number=number, **page)
        return RedirectResponse(f"{ORDERS}/{order_id}", status_code=303)

    pages.own(ORDERS, show)


def _add_order(pages: StaffPages, ordering: Ordering) -> None:
    def show(
        request: Request, principal: Principal, *, error: PifaError | None = None, form: Form | None = None, **page: Any
    ) -> Response:
        order_id = validate_id(request.path_params["order_id"], parameter="order_id")
        case, typed = ordering.disputes.case(order_id, by=principal.actor), dict(form or {})
        order, offered_at = case.view.order, end_offered_at(case.view)
        parties = ordering.reads.parties.of(order, case.view.side)
        return pages.show(
            request, "order", f"订单 {order.number_text}", error=error, form=typed, at=f"{ORDERS}/{order_id}",
            changes=changes_since(case.view, error, typed), money=money, buyer=case.buyer,
            seller_name=case.seller or parties.supplier or order.supplier_id,
            sold=order_page(case.view, parties, now=pages.now),
            placed=moment(order.placed_at),
            offered_days=None if offered_at is None else (pages.now - offered_at) // DAY,
            **_ending(case, principal, two_fen=ordering.desk.options.two_operators_fen), **page,
        )  # fmt: skip

    def terminate(principal: Principal, form: Form) -> None:
        to_buyer_fen = read_yuan(form.get("to_buyer", ""), parameter="to_buyer", label="退给买家的金额")
        if to_buyer_fen is None and "to_buyer" in form:  # nobody gives all of it back by leaving a field empty
            raise Invalid("请写退给买家的金额，一分不退写 0", parameter="to_buyer")
        ordering.terminate(
            order_id=validate_id(form["order_id"], parameter="order_id"), to_buyer_fen=to_buyer_fen,
            reason=form.get("reason", ""), request=deed_of(principal, form),
            expected_version=hidden_number(form, "version"),
        )  # fmt: skip

    pages.own(ONE, show)
    pages.decision(f"{ONE}/terminate", ONE, show, terminate)


def _ending(case: Case, principal: Principal, *, two_fen: int) -> dict[str, Any]:
    """What the form that ends the order says: whether it may, and which ruling waits to be confirmed."""
    held_fen = case.view.order.held_fen
    ruling = case.ruling if case.ruling and case.ruling.outcome is Outcome.TERMINATE else None
    return {
        "can_end": OrderEvent.TERMINATE in case.view.allowed, "two": case.alone_fen + held_fen >= two_fen,
        "limit": money(two_fen), "alone": case.alone_fen and money(case.alone_fen),
        "ruling": ruling and _said(ruling, principal),
        "back": typed_yuan(ruling.to_buyer_fen if ruling else held_fen),
    }  # fmt: skip


def _said(ruling: Ruling, principal: Principal) -> dict[str, Any]:
    return {
        "to_buyer": money(ruling.to_buyer_fen), "reason": ruling.reason, "at": moment(ruling.created_at),
        "mine": ruling.proposed_by == principal.actor,
    }  # fmt: skip
