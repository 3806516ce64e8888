"""Favourites and the comparison: post, then look."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from kernel.errors import Invalid
from kernel.ids import ID_PATTERN
from storefront.kept import KEPT_MAX, KeptName, local_path, refuse_cross_site
from storefront.pages.cards import CardMaker
from storefront.pages.compare import ComparePage, compare_page
from storefront.pages.frame import frame_of
from storefront.ports import OfferView
from storefront.shop import Shop, here
from storefront.state import address
from storefront.visit import visit_of


class CompareTooMany(Invalid):
    """More offers than stand side by side on a screen."""

    code = "compare_too_many"


def add_kept_routes(router: APIRouter, shop: Shop) -> None:
    for name in KEPT_MAX:
        _add_post(router, shop, name)

    @router.get("/favourites", include_in_schema=False)
    def favourites(request: Request) -> Response:
        visit, kept = visit_of(request), shop.kept(request)
        compared = _compared(shop, request, kept.favourites, shop.maker(visit, kept))
        gone = len(kept.favourites) - len(compared.columns)
        frame = frame_of(title="我的收藏", visit=visit, kept=kept, here=here(request), index=False)
        context = {"columns": compared.columns, "compare": kept.compare, "gone": gone}
        return shop.show(request, "favourites.html", frame=frame, page=context)

    @router.get("/compare", include_in_schema=False)
    def compare(request: Request) -> Response:
        visit, kept = visit_of(request), shop.kept(request)
        asked = [offer_id for offer_id in request.query_params.getlist("offer") if ID_PATTERN.fullmatch(offer_id)]
        if not asked and kept.compare:
            quantity = [("quantity", str(visit.quantity))] if visit.quantity else []
            items = [*(("offer", offer_id) for offer_id in kept.compare), *quantity]
            return RedirectResponse(address(items, "/compare"), status_code=303)
        ids = tuple(dict.fromkeys(asked))
        if len(ids) > KEPT_MAX["compare"]:
            raise CompareTooMany(f"最多同时对比 {KEPT_MAX['compare']} 个货品", parameter="offer")
        page = _compared(shop, request, ids, shop.maker(visit, kept))
        frame = frame_of(
            title="货品对比",
            visit=visit,
            kept=kept,
            here=here(request),
            hidden=[("offer", i) for i in ids],
            index=False,
        )
        context = {"compare": page, "gone": len(ids) - len(page.columns)}
        return shop.show(request, "compare.html", frame=frame, page=context)


def _add_post(router: APIRouter, shop: Shop, name: KeptName) -> None:
    @router.post(f"/{name}", include_in_schema=False, name=f"keep_{name}")
    def keep(
        request: Request,
        offer_id: Annotated[str, Form(max_length=64)],
        keep: Annotated[bool, Form()],
        next: Annotated[str, Form(max_length=4000)] = "/",
    ) -> Response:
        """htmx swaps the button that was pressed; a plain form goes back to its page."""
        refuse_cross_site(request)
        kept = shop.kept_lists.changed(shop.kept(request), name, offer_id, keep=keep)
        if request.headers.get("hx-request") == "true":
            context = {"name": name, "offer_id": offer_id, "on": keep, "kept": kept, "next": local_path(next)}
            response: Response = shop.renderer.page(request, "parts/kept_answer.html", context)
        else:
            response = RedirectResponse(local_path(next), status_code=303)
        shop.kept_lists.write(response, kept, name)
        return response


def _compared(shop: Shop, request: Request, ids: tuple[str, ...], maker: CardMaker) -> ComparePage:
    views = _views(shop, ids)
    own = shop.own(request)([view.offer.offer_id for view in views], maker.visit.quantity)
    return compare_page(views, maker=maker.knowing(own), taxonomy=shop.names(request))


def _views(shop: Shop, ids: tuple[str, ...]) -> list[OfferView]:
    """The live ones, in order."""
    found = (shop.offers.offer(offer_id) for offer_id in ids)
    return [view for view in found if view is not None and view.live]
