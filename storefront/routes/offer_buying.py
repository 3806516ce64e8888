"""From the matrix of an offer into the cart."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import Request, Response

from catalog_service.domain.prices.line import Priced
from catalog_service.domain.prices.regions import PROVINCES
from catalog_service.domain.prices.values import Wanted
from catalog_service.domain.skus.values import SkuView
from kernel.errors import Invalid, NotFound, PifaError
from kernel.ids import validate_id
from kernel.principal import Principal
from storefront.accounts import new_once
from storefront.pages.matrix import Matrix, Typed, matrix_of, on_sale, standing
from storefront.ports import OfferView
from storefront.rendering import wants_fragment
from storefront.routes.account import Form
from storefront.routes.cart import QUANTITY, BuyerPages, wanted_of
from storefront.state import address
from storefront.trading import cart_deed
from storefront.visit import Visit, clean_province, read_quantity, remember, visit_of

FIT = 50  # SKUs of one offer that one order can have


class NotAsItIs(Invalid):
    """The quantities cannot be ordered as they are; the first reason is told above, each beside its field."""

    code = "quantities_do_not_fit"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuySaid:
    """What was typed, by SKU, and why it was refused (None: it was only to be priced). ``province``: chosen in the same
    form (None: it has no such field, or what it says is none)."""

    typed: Mapping[str, str]
    error: PifaError | None
    province: str | None = None


Reshow = Callable[[Request, str, BuySaid], Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What was typed, priced with what lies in the cart of the same supplier (``beside`` pieces): both are what would
    be ordered."""

    priced: Priced | None = None
    beside: int = 0


class OfferBuying(BuyerPages):
    """The matrix, priced; the buttons of its form."""

    def matrix(self, request: Request, view: OfferView, quantity: int, said: BuySaid | None) -> Matrix | None:
        """None for what cannot be bought here: nobody's, on request, or nothing of it on sale."""
        offer, skus = view.offer, on_sale(view)
        if offer.supplier_id is None or not skus or not (offer.tiers or any(each.sku.tiers for each in skus)):
            return None
        texts = dict(said.typed) if said else typed_in(request.query_params)
        at = max(quantity, offer.moq)
        if not texts and len(skus) == 1 and said is None:
            texts = {skus[0].sku.sku_id: str(at)}
        typed = read_typed({sku_id: text for sku_id, text in texts.items() if _is_one_of(skus, sku_id)})
        principal = self.accounts.caller(request)
        home = self.trading.home_address(principal)
        region = home.address.province if home else visit_with(request, said).province
        together, error = Together(), said.error if said else None
        try:
            together = self._together(request, principal, offer.supplier_id, _wanted(typed), region=region)
        except PifaError as wrong:
            error = error or wrong
        prices = self.trading.record.prices
        fresh = new_once()
        token = self.accounts.form_token(request, hashlib.sha256(fresh.encode()).hexdigest())
        return matrix_of(
            view,
            typed=typed,
            priced=together.priced,
            alone=prices.each_alone(
                offer.supplier_id, [each.sku.sku_id for each in skus], quantity=at,
                company_id=principal.company_id or "",
            ),
            at=at,
            fill=visit_of(request).quantity or 0,
            beside=together.beside,
            mixed=prices.mixed_terms(offer.supplier_id) if view.terms.mixed_batch else None,
            error=error,
            region=region,
            provinces=() if home else PROVINCES,
            keys=(token, new_once(), fresh),
        )  # fmt: skip

    def add(self, reshow: Reshow) -> None:
        def lines(request: Request, form: Form) -> Response:
            offer_id = validate_id(request.path_params["offer_id"], parameter="offer_id")
            typed = typed_in(form)
            if form.get("do") == "fill":
                typed = self._filled(request, offer_id)
            if form.get("do") in ("price", "fill"):
                return self._priced_again(request, offer_id, typed, form.get("province"))
            province: str | None = None
            try:
                province = clean_province(form["province"]) if "province" in form else None
                response = self._put(request, form)
            except PifaError as error:
                return reshow(request, offer_id, BuySaid(typed=typed, error=error, province=province))
            self._remember(request, response, province)
            return response

        self.post("/offer/{offer_id}/lines", lines)

    def _priced_again(
        self, request: Request, offer_id: str, typed: Mapping[str, str], province: str | None
    ) -> Response:
        """The matrix alone where htmx waits for it, with the address that says the same; else on to that address."""
        items = [(f"{QUANTITY}{sku_id}", text) for sku_id, text in typed.items()]
        items += [] if province is None else [("province", province)]
        if not wants_fragment(request):
            return self.to(f"/offer/{offer_id}", *items)
        view = self.shop.offers.offer(offer_id)
        said = BuySaid(typed=typed, error=None, province=None if province is None else clean_province(province))
        buy = None
        if view is not None and view.live:
            buy = self.matrix(request, view, visit_of(request).quantity or view.offer.moq, said)
        if buy is None:
            raise NotFound("这个货品已下架", parameter="offer_id")
        response = self.shop.renderer.page(request, "parts/matrix_answer.html", {"buy": buy, "items": items})
        response.headers["HX-Replace-Url"] = address(items, f"/offer/{offer_id}")
        self._remember(request, response, said.province)
        self.accounts.bind(response, request, buy.fresh)
        return response

    def _remember(self, request: Request, response: Response, province: str | None) -> None:
        """The province that was chosen along with a press, for the pages that follow."""
        said = BuySaid(typed={}, error=None, province=province)
        remember(response, visit_with(request, said), request=request, https=self.shop.options.https)

    def _filled(self, request: Request, offer_id: str) -> dict[str, str]:
        """My quantity in every field."""
        view, quantity = self.shop.offers.offer(offer_id), visit_of(request).quantity
        if view is None or quantity is None:
            return {}
        return {each.sku.sku_id: str(quantity) for each in on_sale(view)}

    def _put(self, request: Request, form: Form) -> Response:
        principal = self.accounts.caller(request)
        wanted = wanted_of(form)
        if not wanted:
            raise Invalid("请至少填写一种规格的数量", parameter="quantity")
        owner, token = self.trading.owner_or_new(request, principal)
        self._refuse_misfits(request, principal, wanted)
        deed = cart_deed(owner, principal, form)
        self.trading.keep_cart.add(owner=owner, wanted=wanted, request=deed)
        response = self.to("/cart", ("done", "added"))
        self.trading.remember(response, owner, token=token)
        return response

    def _refuse_misfits(self, request: Request, principal: Principal, wanted: Sequence[Wanted]) -> None:
        """Held against what lies there already: both together are what would be ordered."""
        goods = self.trading.carts.goods([each.sku_id for each in wanted])
        supplier_ids = {each.offer.supplier_id for each in goods.values()}
        supplier_id = next(iter(supplier_ids), None)
        if len(goods) != len(wanted) or supplier_id is None or len(supplier_ids) != 1:
            raise Invalid("规格有变动，请刷新页面", parameter="sku_id")
        priced = self._together(request, principal, supplier_id, wanted).priced
        problems = standing(priced.problems, [each.sku_id for each in wanted]) if priced else []
        if problems:
            raise NotAsItIs(problems[0].message, parameter="quantity")

    def _together(
        self, request: Request, principal: Principal, supplier_id: str, wanted: Sequence[Wanted], *, region: str = ""
    ) -> Together:
        """Nothing is priced where nothing was typed, or more than one order holds: the cart itself says that."""
        owner = self.trading.owner(request, principal)
        sku_ids = {each.sku_id for each in wanted}
        lies = [
            Wanted(sku_id=line.sku_id, quantity=line.quantity)
            for line in (self.trading.carts.lines(owner) if owner and wanted else ())
            if line.supplier_id == supplier_id and (not line.saved or line.sku_id in sku_ids)
        ]
        if not wanted or len({each.sku_id for each in [*lies, *wanted]}) > FIT:
            return Together()
        company_id = principal.company_id or ""
        priced = self.trading.record.prices.basket(supplier_id, [*lies, *wanted], company_id=company_id, region=region)
        return Together(priced=priced, beside=sum(each.quantity for each in lies))


def visit_with(request: Request, said: BuySaid | None) -> Visit:
    """The visit, with the province that the form says."""
    visit = visit_of(request)
    return visit if said is None or said.province is None else replace(visit, province=said.province)


def typed_in(said: Mapping[str, str]) -> dict[str, str]:
    """Quantities by SKU, as they were written."""
    return {
        name.removeprefix(QUANTITY): text[:20]
        for name, text in said.items()
        if name.startswith(QUANTITY) and text.strip()
    }


def read_typed(texts: Mapping[str, str]) -> Typed:
    """Which of them are quantities, and why the others are none: one that is wrong keeps no other from its price."""
    counts: dict[str, int] = {}
    wrong: dict[str, str] = {}
    for sku_id, text in texts.items():
        try:
            counts[sku_id] = read_quantity(text) or 0
        except Invalid as error:
            wrong[sku_id] = error.message
    return Typed(texts=texts, counts={sku_id: count for sku_id, count in counts.items() if count}, wrong=wrong)


def _wanted(typed: Typed) -> list[Wanted]:
    return [Wanted(sku_id=sku_id, quantity=count) for sku_id, count in typed.counts.items()]


def _is_one_of(skus: Sequence[SkuView], sku_id: str) -> bool:
    return any(each.sku.sku_id == sku_id for each in skus)
