"""Checkout: whereto, what of whom at what price, and the order itself; at the prices that were shown or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from catalog_service.domain.companies.address import PROVINCES, Address, StoredAddress
from catalog_service.domain.orders.plans import Plan
from catalog_service.domain.orders.values import OrderDraft
from catalog_service.domain.prices.values import Wanted
from catalog_service.reads.carts import CartPart
from catalog_service.use_cases.orders.place_orders import PriceChanged
from kernel.errors import Conflict, Invalid, PifaError
from kernel.principal import Principal
from storefront.accounts import deed_of
from storefront.pages.checkout import changes_between, parts_shown, read_seen, seen_of
from storefront.pages.orders import PLAN_WORDS, address_text
from storefront.pages.words import yuan
from storefront.routes.account import Form
from storefront.routes.cart import ORDERERS, BuyerPages
from storefront.routes.company import ADDRESS_FIELDS
from storefront.shop import Shop
from storefront.trading import Trading, after, party_of

SNAPSHOT = "snapshot_"  # before the id of the supplier


class AddressMoved(Conflict):
    """What was shown was priced for another address than the one that is chosen now."""

    code = "address_changed"


class CartMoved(Invalid):
    """Nothing of the cart can be ordered as it is."""

    code = "nothing_to_order"


def add_checkout_routes(router: APIRouter, shop: Shop, trading: Trading) -> None:
    pages = BuyerPages(router, shop, trading)
    people = trading.accounts.people

    def show(
        request: Request, error: PifaError | None = None, form: Form | None = None, supplier: str = ""
    ) -> Response:
        principal = trading.accounts.member(request, *ORDERERS)
        typed = dict(form or {})
        supplier = typed.get("supplier", "") or request.query_params.get("supplier", supplier)
        book = people.reads.addresses(principal.company_id or "")
        asked = typed.get("address_id") or request.query_params.get("address")
        chosen = next((each for each in book if each.address_id == asked), None) or trading.home_address(principal)
        parts = _parts(trading, request, principal, supplier, chosen)
        ready = [part for part in parts if part.priced is not None and not part.priced.problems]
        payable_fen = sum(part.priced.order.payable_fen for part in ready if part.priced)
        changed = changes_between(read_seen(typed), parts) if isinstance(error, PriceChanged) else []
        goods = trading.carts.goods({line.sku_id for part in ready for line in part.lines})
        return pages.show(
            request, "checkout", "结算", error=error, form=typed, supplier=supplier, changed=changed,
            book=[(each.address_id, each.address.recipient, each.address.phone, address_text(each.address))
                  for each in book],
            chosen=chosen.address_id if chosen else "", provinces=PROVINCES, parts=parts_shown(ready, goods),
            held=[part.supplier_name for part in parts if part.priced is not None and part.priced.problems],
            troubles=[problem.message for part in parts if part.priced for problem in part.priced.problems],
            plans=[(str(plan), words) for plan, words in PLAN_WORDS.items()], seen=seen_of(ready),
            payable=yuan(payable_fen),
            invoice=people.reads.company(principal.company_id or "").invoice,
            may_write_invoice=bool({"owner", "finance"} & principal.roles),
            limit=_limit(trading, principal, payable_fen, now=shop.options.clock.now()),
        )  # fmt: skip

    def add_address(request: Request, form: Form) -> Response:
        principal = trading.accounts.member(request, *ORDERERS)
        try:
            receipt = people.add_address(
                company_id=principal.company_id or "", default=False, request=deed_of(principal, form),
                address=Address(**{name: form.get(name, "") for name in ADDRESS_FIELDS}),
            )  # fmt: skip
        except PifaError as error:
            return show(request, error, form)
        return pages.to("/checkout", ("supplier", form.get("supplier", "")), ("address", receipt.subject_id))

    def place(request: Request, form: Form) -> Response:
        principal = trading.accounts.member(request, *ORDERERS)
        deed, address_id = deed_of(principal, form), form.get("address_id") or form.get("priced_for", "")
        if form.get("do") == "where":
            return show(request, form=form)  # no deed: what was typed stays, freight is worked out anew
        try:
            if address_id != form.get("priced_for"):
                raise AddressMoved("收货地址换了，运费已按新地址重算，请核对后再提交", parameter="address_id")
            seen = read_seen(form)
            if not seen:
                raise CartMoved("没有可以下单的货品，请先回进货单看看")
            where = people.reads.address(address_id, company_id=principal.company_id or "")
            receipt = trading.ordering.place(
                drafts=[_draft(supplier_id, lines, form) for supplier_id, lines in seen.items()],
                address=where.address, by=party_of(principal), request=deed,
            )  # fmt: skip
        except PifaError as error:
            return show(request, error, form)
        owner = trading.owner(request, principal) or ""
        sku_ids = [line.sku_id for lines in seen.values() for line in lines]
        trading.keep_cart.remove(owner=owner, sku_ids=sku_ids, request=after(deed, "cart"))
        orders = str(receipt.facts["orders"]).split(",")
        if len(orders) == 1:
            response = pages.to(f"/orders/{orders[0]}", ("done", "placed"))
        else:
            response = pages.to("/orders", ("group", receipt.subject_id), ("done", "placed"))
        trading.remember(response, owner)
        return response

    pages.get("/checkout", show)
    pages.post("/checkout", place)
    pages.post("/checkout/address", add_address)


def _parts(
    trading: Trading, request: Request, principal: Principal, supplier: str, chosen: StoredAddress | None
) -> Sequence[CartPart]:
    return trading.carts.parts(
        trading.owner(request, principal) or "",
        company_id=principal.company_id or "",
        region=chosen.address.province if chosen else "",
        suppliers=[supplier] if supplier else [],
    )


def _limit(trading: Trading, principal: Principal, payable_fen: int, *, now: int) -> str:
    """The member's limit, where these orders together, with what it ordered today, are above it; else empty."""
    reads, company_id = trading.accounts.people.reads, principal.company_id or ""
    member = reads.member(principal.member_id or "", company_id=company_id)
    within = reads.may_spend(member, amount_fen=payable_fen, now=now)
    return "" if within or member.spend_limit_fen is None else yuan(member.spend_limit_fen)


def _draft(supplier_id: str, lines: Sequence[Any], form: Mapping[str, str]) -> OrderDraft:
    """What was shown of one supplier, and what was typed beside it."""
    plan = form.get(f"plan_{supplier_id}", str(Plan.FULL))
    if plan not in set(Plan):
        raise Invalid("没有这种付款方式", parameter="plan")
    return OrderDraft(
        supplier_id=supplier_id,
        wanted=tuple(Wanted(sku_id=line.sku_id, quantity=line.quantity) for line in lines),
        snapshot=form.get(f"{SNAPSHOT}{supplier_id}", ""),
        plan=Plan(plan),
        out_order_id=form.get(f"number_{supplier_id}", "").strip() or None,
        remark=form.get(f"remark_{supplier_id}", ""),
    )
