"""A buyer's orders: list, one, and the moves that are the buyer's side's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from catalog_service.adapters.documents.pages import order_page as printed_page
from catalog_service.adapters.documents.sheets import XLSX, orders_csv, orders_xlsx
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.numbers import accept_number
from catalog_service.domain.orders.states import ORDER, OrderState
from catalog_service.domain.orders.values import Order, Party
from catalog_service.reads.orders import OrderFilter, OrderView
from catalog_service.use_cases.orders.desk import OrderNotFound, not_found
from kernel.errors import Invalid, PifaError
from kernel.ids import validate_id
from kernel.paging import Page
from kernel.principal import Principal
from storefront.accounts import deed_of
from storefront.form_fields import version_of, version_seen, whole
from storefront.language import language_of
from storefront.pages.group_payment import due_of
from storefront.pages.order_changes import changes_since
from storefront.pages.orders import order_page, order_rows
from storefront.pages.trade_words import read_count, read_yuan
from storefront.routes.account import Form
from storefront.routes.cart import BuyerPages
from storefront.shop import Shop
from storefront.state import address
from storefront.trading import Trading, after, party_of

PAGE = 20  # orders of a screen or two
BUYERS, PAYERS, APPROVERS = ("owner", "buyer"), ("owner", "buyer", "finance"), ("owner", "approver")

# The form, on whose behalf, of which order, and the deed's request; gives where to go on ("" for the order itself).
Do = Callable[[Form, Party, str, DeedRequest], str]


def add_order_routes(router: APIRouter, shop: Shop, trading: Trading) -> None:
    pages = OrderPages(router, shop, trading)
    pages.get("/orders", pages.list)
    pages.get("/orders/export", pages.export)
    pages.get("/approvals", pages.approvals)
    pages.get("/orders/{order_id}", pages.seen_by_either)
    pages.get("/orders/{order_id}/print", pages.printed)
    pages.post("/orders/{order_id}/again", pages.again)
    _add_moves(pages)
    _add_refunds(pages)


class OrderPages(BuyerPages):
    """Lists, one order, and forms on it: what is refused stands above the order."""

    def list(self, request: Request) -> Response:
        principal = self.accounts.member(request)
        party, said = party_of(principal), request.query_params
        wanted, refused = OrderFilter(side=Actor.BUYER), None
        found: Page[Order] = Page(items=(), next_cursor=None)
        try:
            wanted = order_filter(request)
            found = self.trading.ordering.reads.page(party, wanted, cursor=said.get("cursor") or None, size=PAGE)
        except Invalid as error:  # a number that can be none stands in its field, to be corrected
            if error.parameter != "number":
                raise
            refused = error
        return self._listed(request, "orders", "我的订单", found, said.get("state", ""), wanted, refused)

    def approvals(self, request: Request) -> Response:
        principal = self.accounts.member(request, *APPROVERS)
        wanted = OrderFilter(side=Actor.BUYER, states=(OrderState.WAIT_APPROVAL,))
        cursor = request.query_params.get("cursor") or None
        found = self.trading.ordering.reads.page(party_of(principal), wanted, cursor=cursor, size=PAGE)
        return self._listed(request, "approvals", "待审批", found, str(OrderState.WAIT_APPROVAL), wanted)

    def seen_by_either(self, request: Request) -> Response:
        """One address of an order for both sides, as notices and mails name it: the seller's page is another."""
        by = party_of(self.accounts.member(request))
        order_id = validate_id(request.path_params["order_id"], parameter="order_id")
        if self.trading.ordering.reads.order(order_id, by).side is Actor.SELLER:
            return self.to(f"/seller/orders/{order_id}")
        return self.one(request)

    def one(
        self, request: Request, error: PifaError | None = None, form: Form | None = None, failed: str = ""
    ) -> Response:
        """``failed``: the deed that was refused, whose form is shown open with what was typed, beside what changed
        since the page that it was typed into."""
        principal, view = self._view(request)
        parties = self.trading.ordering.reads.parties.of(view.order, view.side)
        page = order_page(view, parties=parties, member_id=principal.member_id or "", roles=principal.roles)
        typed = dict(form or {})
        return self.show(
            request, "order", f"订单 {view.order.number_text}", error=error, form=typed, order=page,
            changes=changes_since(view, error, typed), failed=failed,
        )  # fmt: skip

    def printed(self, request: Request) -> Response:
        _, view = self._view(request)
        parties = self.trading.ordering.reads.parties.of(view.order, view.side)
        page = printed_page(
            view.order, view.lines, view.shipments, parties=parties, priced=True, language=language_of(request)
        )
        return Response(page, media_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})

    def export(self, request: Request) -> Response:
        party, kind = party_of(self.accounts.member(request)), request.query_params.get("format", "csv")
        found = self.trading.ordering.reads.export(party, order_filter(request))
        headers = {"Content-Disposition": f'attachment; filename="orders.{kind}"', "Cache-Control": "no-store"}
        if kind == "xlsx":
            return Response(orders_xlsx(found, language_of(request)), media_type=XLSX, headers=headers)
        if kind != "csv":
            raise Invalid("只有 csv 和 xlsx 两种格式", parameter="format")
        return StreamingResponse(
            orders_csv(found, language_of(request)), media_type="text/csv; charset=utf-8", headers=headers
        )

    def again(self, request: Request, form: Form) -> Response:
        """What was ordered lies in the cart again; prices are asked anew. What is not sold any more stays behind."""
        principal = self.accounts.member(request, *BUYERS)
        _, wanted = self.trading.ordering.reads.basket(request.path_params["order_id"], party_of(principal))
        owner, deed = self.trading.owner(request, principal) or "", deed_of(principal, form)
        added = 0
        for each in wanted:  # one by one: a single SKU that is gone refuses the rest of a deed
            try:
                self.trading.keep_cart.add(owner=owner, wanted=[each], request=after(deed, each.sku_id))
                added += 1
            except PifaError as error:
                refused = error
        if not added:
            return self.one(request, refused, form)
        response = self.to("/cart", ("done", "again" if added == len(wanted) else "again-some"))
        self.trading.remember(response, owner)
        return response

    def move(self, name: str, do: Do, *roles: str, second_factor: bool = False) -> None:
        """A form of the page of an order: done, then looked at."""

        def moved(request: Request, form: Form) -> Response:
            principal = self.accounts.member(request, *roles)
            order_id = validate_id(request.path_params["order_id"], parameter="order_id")
            try:
                if second_factor:
                    principal.require_second_factor()
                said = {**form, **{key: str(value) for key, value in request.path_params.items()}}
                onward = do(said, party_of(principal), order_id, deed_of(principal, said))
            except OrderNotFound:
                raise
            except PifaError as error:
                return self.one(request, error, form, name)
            return self.to(onward) if onward else self.to(f"/orders/{order_id}", ("done", name.rpartition("/")[2]))

        self.post(f"/orders/{{order_id}}/{name}", moved)

    def _view(self, request: Request) -> tuple[Principal, OrderView]:
        """The order as its buyer sees it; the seller has pages of its own."""
        principal = self.accounts.member(request)
        order_id = validate_id(request.path_params["order_id"], parameter="order_id")
        view = self.trading.ordering.reads.order(order_id, party_of(principal))
        if view.side is not Actor.BUYER:
            raise not_found()
        return principal, view

    def _listed(
        self, request: Request, name: str, title: str, found: Page[Order], state: str, wanted: OrderFilter,
        refused: Invalid | None = None,
    ) -> Response:  # fmt: skip
        reads = self.trading.ordering.reads
        rows = order_rows(reads.with_lines(found.items), reads.parties.of_many(found.items, Actor.BUYER))
        said = [(key, text) for key, text in request.query_params.items() if key in ("state", "group", "number")]
        following = [*said, ("cursor", found.next_cursor)] if found.next_cursor else []
        return self.show(
            request, name, title, error=refused, rows=rows, state=state, group=wanted.group_id or "",
            number=request.query_params.get("number", "").strip(),
            states=[(str(each), label) for each, label in ORDER.state_labels.items()],
            approver=bool(set(APPROVERS) & self.accounts.member(request).roles),
            due_group=sum(due_of(order) > 0 for order in found.items) > 1,
            first=not request.query_params.get("cursor"),
            next_href=address(following, request.url.path) if following else "",
            back_href=address(said, request.url.path) if said else request.url.path,
            export={kind: address([*said, ("format", kind)], "/orders/export") for kind in ("csv", "xlsx")},
        )  # fmt: skip


def order_filter(request: Request) -> OrderFilter:
    """The filter that an address states; raises ``Invalid``."""
    said = request.query_params
    state, number, group = said.get("state", ""), said.get("number", "").strip(), said.get("group", "")
    if state and state not in set(OrderState):
        raise Invalid("没有这种订单状态", parameter="state")
    return OrderFilter(
        side=Actor.BUYER,
        states=(OrderState(state),) if state else (),
        number=accept_number(number, parameter="number") if number else None,
        group_id=validate_id(group, parameter="group") if group else None,
    )


def _add_moves(pages: OrderPages) -> None:
    ordering = pages.trading.ordering

    def pay(form: Form, by: Party, order_id: str, deed: DeedRequest) -> str:
        amount_fen = whole(form.get("amount_fen", ""))
        if amount_fen is None:
            raise Invalid("金额不对，请刷新页面", parameter="amount_fen")
        receipt = ordering.pay(order_id=order_id, amount_fen=amount_fen, by=by, request=deed)
        return ordering.reads.payment(receipt.subject_id, by).pay_url

    def cancel(form: Form, by: Party, order_id: str, deed: DeedRequest) -> str:
        ordering.cancel(
            order_id=order_id, reason=form.get("reason", ""), by=by, request=deed, expected_version=version_seen(form)
        )
        return ""

    def confirm(form: Form, by: Party, order_id: str, deed: DeedRequest) -> str:
        ordering.confirm(order_id=order_id, by=by, request=deed, expected_version=version_seen(form))
        return ""

    def postpone(form: Form, by: Party, order_id: str, deed: DeedRequest) -> str:
        ordering.postpone(order_id=order_id, by=by, request=deed, expected_version=version_seen(form))
        return ""

    def approve(form: Form, by: Party, order_id: str, deed: DeedRequest) -> str:
        ordering.approve(order_id=order_id, expected_version=version_of(form), by=by, request=deed)
        return ""

    def refuse(form: Form, by: Party, order_id: str, deed: DeedRequest) -> str:
        ordering.refuse(
            order_id=order_id, reason=form.get("reason", ""), by=by, request=deed, expected_version=version_seen(form)
        )
        return ""

    def agree_end(form: Form, by: Party, order_id: str, deed: DeedRequest) -> str:
        ordering.agree_end(order_id=order_id, by=by, request=deed, expected_version=version_seen(form))
        return ""

    def decline_end(form: Form, by: Party, order_id: str, deed: DeedRequest) -> str:
        ordering.decline_end(
            order_id=order_id, reason=form.get("reason", ""), by=by, request=deed, expected_version=version_seen(form)
        )
        return ""

    pages.move("end/agree", agree_end, *BUYERS, second_factor=True)
    pages.move("end/decline", decline_end, *BUYERS)
    pages.move("pay", pay, *PAYERS, second_factor=True)
    pages.move("cancel", cancel, *BUYERS)
    pages.move("confirm", confirm, *BUYERS, second_factor=True)
    pages.move("postpone", postpone, *BUYERS)
    pages.move("approve", approve, *APPROVERS)
    pages.move("refuse", refuse, *APPROVERS)


def _add_refunds(pages: OrderPages) -> None:
    ordering = pages.trading.ordering

    def asked(form: Form) -> dict[str, Any]:
        amount_fen = read_yuan(form.get("amount", ""), parameter="amount", label="退款金额")
        if amount_fen is None:
            raise Invalid("请写退款金额", parameter="amount")
        return {
            "amount_fen": amount_fen,
            "with_goods": bool(form.get("with_goods")),
            "reason": form.get("reason", ""),
        }

    def open_refund(form: Form, by: Party, order_id: str, deed: DeedRequest) -> str:
        line = read_count(form.get("line", "0"), parameter="line", label="订单行") or 0
        ordering.open_refund(
            order_id=order_id, line=line, by=by, request=deed, expected_version=version_seen(form), **asked(form)
        )
        return ""

    def modify(form: Form, by: Party, order_id: str, deed: DeedRequest) -> str:
        ordering.modify_refund(
            order_id=order_id,
            refund_id=form["refund_id"],
            by=by,
            request=deed,
            expected_version=version_seen(form),
            **asked(form),
        )
        return ""

    def send_back(form: Form, by: Party, order_id: str, deed: DeedRequest) -> str:
        ordering.send_back(
            order_id=order_id, refund_id=form["refund_id"], carrier=form.get("carrier", ""),
            waybill=form.get("waybill", ""), by=by, request=deed, expected_version=version_seen(form),
        )  # fmt: skip
        return ""

    def withdraw(form: Form, by: Party, order_id: str, deed: DeedRequest) -> str:
        ordering.withdraw_refund(
            order_id=order_id, refund_id=form["refund_id"], by=by, request=deed, expected_version=version_seen(form)
        )
        return ""

    pages.move("refunds", open_refund, *BUYERS, second_factor=True)
    pages.move("refunds/{refund_id}/modify", modify, *BUYERS, second_factor=True)
    pages.move("refunds/{refund_id}/send-back", send_back, *BUYERS)
    pages.move("refunds/{refund_id}/withdraw", withdraw, *BUYERS)
