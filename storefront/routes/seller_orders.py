"""``/seller/orders``: the list, an order, and the seller's moves: price, parcels, refunds, the end."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from catalog_service.adapters.documents.pages import order_page as printed_page
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.numbers import accept_number
from catalog_service.domain.orders.values import Order
from catalog_service.ordering import Ordering
from catalog_service.reads.orders import OrderFilter, OrderView
from catalog_service.use_cases.orders.desk import not_found
from kernel.errors import Invalid, PifaError
from kernel.ids import validate_id
from kernel.paging import Page
from kernel.principal import Principal
from storefront.accounts import deed_of
from storefront.form_fields import hidden_number, version_seen
from storefront.language import language_of
from storefront.pages.order_changes import changes_since
from storefront.pages.seller_orders import TABS, order_page, order_row
from storefront.pages.trade_words import read_count, read_yuan
from storefront.routes.account import Form
from storefront.routes.company import Show
from storefront.routes.seller_pages import SellerPages
from storefront.state import address
from storefront.trading import party_of

LIST, ONE = "/seller/orders", "/seller/orders/{order_id}"
PAGE_SIZE = 20
SELLERS = ("owner",)
SHIPPERS = ("owner", "warehouse")
CARRIERS = ("顺丰", "圆通", "中通", "申通", "韵达", "极兔", "京东物流", "EMS", "德邦", "安能", "自送")


def add_order_pages(pages: SellerPages) -> None:
    _add_list(pages)
    _add_order(pages)
    _add_refunds(pages)


def _add_list(pages: SellerPages) -> None:
    record = pages.record

    def show(request: Request, principal: Principal, **page: Any) -> Response:
        tab, number = request.query_params.get("tab", ""), request.query_params.get("number", "").strip()
        said = [(name, value) for name, value in (("tab", tab), ("number", number)) if value]
        found: Page[Order] = Page(items=(), next_cursor=None)
        try:
            found = record.ordering.reads.page(
                party_of(principal), _filter(tab, number), cursor=request.query_params.get("cursor"), size=PAGE_SIZE
            )
        except Invalid as error:  # a number that can be none stands in its field, to be corrected
            if error.parameter != "number":
                raise
            page["error"] = error
        names = record.seller_desk.company_names([order.buyer_company_id for order in found.items])
        following = [*said, ("cursor", found.next_cursor)] if found.next_cursor else []
        return pages.show(
            request, "orders", "卖出的订单", rows=[order_row(order, names) for order in found.items],
            tabs=[(address([("tab", at)] if at else [], LIST), label, at == tab)
                  for at, (label, _) in TABS.items()],
            number=number, tab=tab,
            next_href=address([(name, str(value)) for name, value in following], LIST) if following else "",
            first_href=address(said, LIST) if request.query_params.get("cursor") else "", **page,
        )  # fmt: skip

    pages.own(LIST, show)


def _filter(tab: str, number: str) -> OrderFilter:
    """What the address asks for; raises ``Invalid``."""
    if tab not in TABS:
        raise Invalid("没有这个分类", parameter="tab")
    return OrderFilter(
        side=Actor.SELLER,
        states=TABS[tab][1],
        number=accept_number(number, parameter="number") if number else None,
    )


def _sold(ordering: Ordering, request: Request, principal: Principal) -> OrderView:
    """The order, where the company is its seller."""
    order_id = validate_id(request.path_params["order_id"], parameter="order_id")
    view = ordering.reads.order(order_id, party_of(principal))
    if view.side is not Actor.SELLER:
        raise not_found()
    return view


def shower(pages: SellerPages) -> Show:
    """The page of an order, as every deed on it shows it again."""
    record = pages.record

    def show(
        request: Request, principal: Principal, *, error: PifaError | None = None, form: Form | None = None, **page: Any
    ) -> Response:
        view = _sold(record.ordering, request, principal)
        parties = record.ordering.reads.parties.of(view.order, view.side)
        typed = dict(form or {})
        return pages.show(
            request, "order", f"订单 {view.order.number_text}", error=error, form=typed,
            changes=changes_since(view, error, typed),
            sold=order_page(view, parties, now=pages.now), carriers=CARRIERS,
            seller="owner" in principal.roles, shipper=bool({"owner", "warehouse"} & principal.roles), **page,
        )  # fmt: skip

    return show


def _add_order(pages: SellerPages) -> None:
    ordering, show = pages.record.ordering, shower(pages)

    def print_list(request: Request, principal: Principal) -> Response:
        view = _sold(ordering, request, principal)
        html = printed_page(
            view.order, view.lines, view.shipments, parties=ordering.reads.parties.of(view.order, view.side),
            priced=False, language=language_of(request),
        )  # fmt: skip
        return Response(html, media_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})

    def price(principal: Principal, form: Form) -> None:
        payable_fen = read_yuan(form.get("payable", ""), parameter="payable", label="应付金额")
        if payable_fen is None:
            raise Invalid("请写新的应付金额", parameter="payable")
        try:
            ordering.change_price(
                order_id=form["order_id"], payable_fen=payable_fen, reason=form.get("reason", ""),
                expected_version=hidden_number(form, "version"), by=party_of(principal),
                request=deed_of(principal, form),
            )  # fmt: skip
        except Invalid as error:
            raise _renamed(error, {"payable_fen": "payable"}) from None

    def ship(principal: Principal, form: Form) -> None:
        parts = _parts(form)
        if not parts:
            raise Invalid("请写这个包裹装了几件", parameter="lines")
        ordering.ship(
            order_id=form["order_id"], parts=parts, carrier=form.get("carrier", ""), waybill=form.get("waybill", ""),
            expected_version=hidden_number(form, "version"), by=party_of(principal), request=deed_of(principal, form),
        )  # fmt: skip

    def close_short(principal: Principal, form: Form) -> None:
        ordering.close_short(
            order_id=form["order_id"], reason=form.get("reason", ""), by=party_of(principal),
            request=deed_of(principal, form), expected_version=version_seen(form),
        )  # fmt: skip

    def cancel(principal: Principal, form: Form) -> None:
        ordering.cancel(
            order_id=form["order_id"], reason=form.get("reason", ""), by=party_of(principal),
            request=deed_of(principal, form), expected_version=version_seen(form),
        )  # fmt: skip

    def postpone(principal: Principal, form: Form) -> None:
        ordering.postpone(
            order_id=form["order_id"],
            by=party_of(principal),
            request=deed_of(principal, form),
            expected_version=version_seen(form),
        )

    def offer_end(principal: Principal, form: Form) -> None:
        ordering.offer_end(
            order_id=form["order_id"], reason=form.get("reason", ""), by=party_of(principal),
            request=deed_of(principal, form), expected_version=version_seen(form),
        )  # fmt: skip

    def withdraw_end(principal: Principal, form: Form) -> None:
        ordering.withdraw_end(
            order_id=form["order_id"], by=party_of(principal), request=deed_of(principal, form),
            expected_version=version_seen(form),
        )  # fmt: skip

    pages.own(ONE, show)
    pages.own(f"{ONE}/packing-list", print_list)
    pages.deed(f"{ONE}/price", ONE, show, price, *SELLERS)
    pages.deed(f"{ONE}/ship", ONE, show, ship, *SHIPPERS)
    pages.deed(f"{ONE}/close-short", ONE, show, close_short, *SELLERS, second_factor=True)
    pages.deed(f"{ONE}/end", ONE, show, offer_end, *SELLERS, second_factor=True)
    pages.deed(f"{ONE}/end/withdraw", ONE, show, withdraw_end, *SELLERS, second_factor=True)
    pages.deed(f"{ONE}/cancel", ONE, show, cancel, *SELLERS)
    pages.deed(f"{ONE}/postpone", ONE, show, postpone, *SHIPPERS)


def _add_refunds(pages: SellerPages) -> None:
    ordering, show = pages.record.ordering, shower(pages)
    refund = f"{ONE}/refunds/{{refund_id}}"

    def answered(principal: Principal, form: Form) -> dict[str, Any]:
        return {
            "order_id": form["order_id"], "refund_id": form["refund_id"], "by": party_of(principal),
            "request": deed_of(principal, form), "expected_version": version_seen(form),
        }  # fmt: skip

    def agree(principal: Principal, form: Form) -> None:
        ordering.agree_refund(**answered(principal, form), waive_return=bool(form.get("waive_return")))

    def refuse(principal: Principal, form: Form) -> None:
        ordering.refuse_refund(**answered(principal, form), reason=form.get("reason", ""))

    def receive(principal: Principal, form: Form) -> None:
        ordering.receive_return(**answered(principal, form))

    def reject(principal: Principal, form: Form) -> None:
        ordering.reject_return(**answered(principal, form), reason=form.get("reason", ""))

    pages.deed(f"{refund}/agree", ONE, show, agree, *SELLERS, second_factor=True)
    pages.deed(f"{refund}/refuse", ONE, show, refuse, *SELLERS)
    pages.deed(f"{refund}/receive", ONE, show, receive, *SHIPPERS, second_factor=True)
    pages.deed(f"{refund}/reject", ONE, show, reject, *SHIPPERS)


def _parts(form: Form) -> dict[int, int]:
    """Pieces by line, of the lines where some were typed."""
    parts = {}
    for name, typed in form.items():
        number = name.removeprefix("pieces_")
        if number == name or not (number.isascii() and number.isdecimal() and len(number) <= 6):
            continue
        pieces = read_count(typed, parameter=name, label="件数")
        if pieces:
            parts[int(number)] = pieces
    return parts


def _renamed(error: Invalid, names: dict[str, str]) -> Invalid:
    """The refusal, naming the field as the form does."""
    parameter = error.parameter or ""
    return Invalid(error.message, code=error.code, parameter=names.get(parameter, parameter), detail=error.detail)
