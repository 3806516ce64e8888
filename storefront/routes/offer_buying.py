"""From the matrix of an offer into the cart."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request, Response

from catalog_service.domain.prices.basket import Problem
from catalog_service.domain.prices.line import Priced
from catalog_service.domain.prices.values import Wanted
from kernel.errors import Invalid, PifaError
from kernel.ids import validate_id
from kernel.principal import Principal
from storefront.accounts import new_once
from storefront.pages.matrix import Matrix, matrix_of, on_sale, standing
from storefront.ports import OfferView
from storefront.routes.account import Form
from storefront.routes.cart import QUANTITY, BuyerPages, wanted_of
from storefront.trading import cart_deed

FIT = 50  # SKUs of one offer that one order can have


class NotAsItIs(Invalid):
    """The quantities cannot be ordered as they are; the first reason is told above, each beside its field."""

    code = "quantities_do_not_fit"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuySaid:
    """What was typed, by SKU, and why it was refused."""

    typed: Mapping[str, str]
    error: PifaError


Reshow = Callable[[Request, str, BuySaid], Response]


class OfferBuying(BuyerPages):
    """The matrix, priced; the two buttons of its form."""

    def matrix(self, request: Request, view: OfferView, quantity: int, said: BuySaid | None) -> Matrix | None:
        """None for what cannot be bought here: nobody's, on request, or nothing of it on sale."""
        offer, skus = view.offer, on_sale(view)
        if offer.supplier_id is None or not skus or not (offer.tiers or any(each.sku.tiers for each in skus)):
            return None
        typed = dict(said.typed) if said else _typed(request.query_params)
        if not typed and len(skus) == 1:
            typed = {skus[0].sku.sku_id: str(max(quantity, offer.moq))}
        try:
            priced = self._priced(
                request, offer.supplier_id, wanted_of({f"{QUANTITY}{k}": v for k, v in typed.items()})
            )
            error = said.error if said else None
        except PifaError as wrong:
            priced, error = None, said.error if said else wrong
        fresh = new_once()
        token = self.accounts.form_token(request, hashlib.sha256(fresh.encode()).hexdigest())
        return matrix_of(
            view,
            typed=typed,
            priced=priced,
            mixed=self.trading.record.prices.mixed_terms(offer.supplier_id) if view.terms.mixed_batch else None,
            error=error,
            keys=(token, new_once(), fresh),
        )

    def add(self, reshow: Reshow) -> None:
        def lines(request: Request, form: Form) -> Response:
            offer_id = validate_id(request.path_params["offer_id"], parameter="offer_id")
            if form.get("do") == "price":
                said = [(name, text) for name, text in form.items() if name.startswith(QUANTITY) and text.strip()]
                return self.to(f"/offer/{offer_id}", *said)
            try:
                return self._put(request, form)
            except PifaError as error:
                return reshow(request, offer_id, BuySaid(typed=_typed(form), error=error))

        self.post("/offer/{offer_id}/lines", lines)

    def _put(self, request: Request, form: Form) -> Response:
        principal = self.accounts.caller(request)
        wanted = wanted_of(form)
        if not wanted:
            raise Invalid("请至少填写一种规格的数量", parameter="quantity")
        owner, token = self.trading.owner_or_new(request, principal)
        self._refuse_misfits(owner, principal, wanted)
        deed = cart_deed(owner, principal, form)
        self.trading.keep_cart.add(owner=owner, wanted=wanted, request=deed)
        response = self.to("/cart", ("done", "added"))
        self.trading.remember(response, owner, token=token)
        return response

    def _refuse_misfits(self, owner: str, principal: Principal, wanted: Sequence[Wanted]) -> None:
        """Held against what lies there already: both together are what would be ordered."""
        goods = self.trading.carts.goods([each.sku_id for each in wanted])
        supplier_ids = {each.offer.supplier_id for each in goods.values()}
        supplier_id = next(iter(supplier_ids), None)
        if len(goods) != len(wanted) or supplier_id is None or len(supplier_ids) != 1:
            raise Invalid("规格有变动，请刷新页面", parameter="sku_id")
        sku_ids = [each.sku_id for each in wanted]
        lies = [
            Wanted(sku_id=line.sku_id, quantity=line.quantity)
            for line in self.trading.carts.lines(owner)
            if line.supplier_id == supplier_id and not (line.saved and line.sku_id in sku_ids)
        ]
        if len({each.sku_id for each in [*lies, *wanted]}) > FIT:
            return  # the cart itself says that it is full
        both = self.trading.record.prices.basket(supplier_id, [*lies, *wanted], company_id=principal.company_id or "")
        problems: list[Problem] = standing(both.problems, sku_ids)
        if problems:
            raise NotAsItIs(problems[0].message, parameter="quantity")

    def _priced(self, request: Request, supplier_id: str, wanted: Sequence[Wanted]) -> Priced | None:
        if not wanted:
            return None
        principal = self.accounts.caller(request)
        return self.trading.record.prices.basket(supplier_id, wanted, company_id=principal.company_id or "")


def _typed(said: Mapping[str, str]) -> dict[str, str]:
    """Quantities by SKU, as they were written."""
    return {
        name.removeprefix(QUANTITY): text[:20]
        for name, text in said.items()
        if name.startswith(QUANTITY) and text.strip()
    }
