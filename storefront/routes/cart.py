"""The cart (进货单): look, change, keep for later, take out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from catalog_service.domain.prices.regions import PROVINCES
from catalog_service.domain.prices.values import Wanted
from kernel.errors import Invalid, PifaError
from kernel.ids import validate_id
from kernel.principal import Principal
from storefront.pages.cart import blocks_of, place_text, seen_in
from storefront.pages.words import yuan
from storefront.routes.account import AccountPages, Form
from storefront.shop import Shop
from storefront.state import address
from storefront.trading import Trading, after, cart_deed
from storefront.visit import read_quantity, visit_of

QUANTITY = "q_"  # before the id of the SKU that a quantity is of
ORDERERS = frozenset({"owner", "buyer"})


class BuyerPages(AccountPages):
    """Pages of a buyer, of one who has not signed in too."""

    folder = "buyer"

    def __init__(self, router: APIRouter, shop: Shop, trading: Trading) -> None:
        super().__init__(router, shop, trading.accounts)
        self.trading = trading

    def to(self, path: str, *said: tuple[str, str]) -> Response:
        """On to another page, which a browser asks for itself."""
        return RedirectResponse(address(list(said), path) if said else path, status_code=303)


def wanted_of(form: Form) -> list[Wanted]:
    """The quantities of a form, those that were filled in; raises ``Invalid``."""
    wanted = []
    for name, text in form.items():
        if name.startswith(QUANTITY):
            quantity = read_quantity(text)
            if quantity is not None:
                sku_id = validate_id(name.removeprefix(QUANTITY), parameter="sku_id")
                wanted.append(Wanted(sku_id=sku_id, quantity=quantity))
    return wanted


def add_cart_routes(router: APIRouter, shop: Shop, trading: Trading) -> None:
    pages = BuyerPages(router, shop, trading)

    def show(request: Request, error: PifaError | None = None, form: Form | None = None) -> Response:
        principal = trading.accounts.caller(request)
        owner = trading.owner(request, principal)
        home = trading.home_address(principal)
        region = home.address.province if home else visit_of(request).province
        parts = trading.carts.parts(owner, company_id=principal.company_id or "", region=region) if owner else []
        blocks = blocks_of(
            parts,
            trading.carts.goods({line.sku_id for part in parts for line in part.lines}),
            trading.seen(request),
        )
        ready = [block for block in blocks if block.orderable]
        response = pages.show(
            request, "cart", "进货单", error=error, form=dict(form or {}), blocks=blocks,
            may_order=principal.anonymous or bool(ORDERERS & principal.roles), ready=len(ready),
            payable=yuan(sum(block.payable_fen for block in ready)), home=place_text(home),
            taker=home.address.recipient if home else "", region=region,
            provinces=PROVINCES, **_counted(blocks),
        )  # fmt: skip
        if owner is not None:
            trading.remember(response, owner)
            trading.keep_seen(response, seen_in(parts))
        return response

    def change(request: Request, form: Form) -> Response:
        principal = trading.accounts.caller(request)
        owner = trading.owner(request, principal)
        if owner is not None:
            try:
                _change(trading, owner, principal, form)
            except PifaError as error:
                return show(request, error, form)
        response = pages.to("/cart", ("done", "saved"))
        trading.remember(response, owner)
        return response

    pages.get("/cart", show)
    pages.post("/cart", change)


def _counted(blocks: Sequence[Any]) -> dict[str, Any]:
    return {
        "skus": sum(len(block.rows) for block in blocks),
        "pieces": sum(block.pieces for block in blocks),
        "troubled": sum(bool(block.rows) and not block.orderable for block in blocks),
    }


def _change(trading: Trading, owner: str, principal: Principal, form: Form) -> None:
    """What the button says; quantities that were typed and not yet kept go along with every button."""
    deed, _, about = form.get("do", "update").partition(":")
    count, _, set_id = about.partition(":") if deed == "set" else ("", "", about)
    if deed not in ("update", "set", "remove", "save", "back"):
        raise Invalid("不认识的操作", parameter="do")
    request = cart_deed(owner, principal, form)
    lies = {line.sku_id: line.quantity for line in trading.carts.lines(owner)}
    typed = [each for each in wanted_of(form) if lies.get(each.sku_id, each.quantity) != each.quantity]
    typed = [each for each in typed if each.sku_id != set_id]
    if typed:
        trading.keep_cart.set(owner=owner, wanted=typed, request=after(request, "typed"))
    if deed == "update":
        return
    sku_id = validate_id(set_id, parameter="sku_id")
    if deed == "set":
        wanted = [Wanted(sku_id=sku_id, quantity=read_quantity(count) or 0)]
        trading.keep_cart.set(owner=owner, wanted=wanted, request=request)
    elif deed == "remove":
        trading.keep_cart.remove(owner=owner, sku_ids=[sku_id], request=request)
    else:
        trading.keep_cart.save(owner=owner, sku_ids=[sku_id], saved=deed == "save", request=request)
