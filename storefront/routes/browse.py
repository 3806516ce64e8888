"""Home, categories, one offer."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from kernel.errors import NotFound
from kernel.ids import validate_id
from search_api.recommend.results import Recommendations
from search_api.requests import QUERY_CHARACTERS_MAX, SearchRequest
from storefront.pages.category import category_page
from storefront.pages.frame import frame_of
from storefront.pages.home import home_page
from storefront.pages.offer import offer_page
from storefront.pages.withdrawn import withdrawn_page
from storefront.routes.cart import QUANTITY
from storefront.routes.offer_buying import BuySaid, OfferBuying, typed_in, visit_with
from storefront.shop import Shop, here
from storefront.state import address
from storefront.trading import Trading
from storefront.visit import visit_of
from web.problem import status_of

RECOMMENDED = 12  # two rows of six
DESCRIPTION_CHARACTERS = 120  # what search engines show under a title


class OfferMissing(NotFound):
    """There is no such offer."""

    code = "offer_not_found"


def add_browse_routes(router: APIRouter, shop: Shop, trading: Trading | None = None) -> None:
    @router.get("/", include_in_schema=False)
    def home(request: Request) -> Response:
        visit, kept = visit_of(request), shop.kept(request)
        page = home_page(shop.search, menu=shop.menu, maker=shop.maker(visit, kept), own=shop.own(request))
        frame = frame_of(
            title=shop.options.site_name,
            description="按我的数量比价的批发货源",
            visit=visit,
            kept=kept,
            here=here(request),
            home=True,
        )
        return shop.show(request, "home.html", frame=frame, page=page)

    @router.get("/category", include_in_schema=False)
    def categories(request: Request) -> Response:
        visit, kept = visit_of(request), shop.kept(request)
        frame = frame_of(title="全部类目", visit=visit, kept=kept, here=here(request))
        return shop.show(request, "categories.html", frame=frame, page={"sectors": shop.menu})

    @router.get("/category/{category_id}", include_in_schema=False)
    def category(category_id: str, request: Request) -> Response:
        names = shop.names(request)
        node = names.get(category_id)
        visit, kept = visit_of(request), shop.kept(request)
        if node.level == 3:
            quantity = [("quantity", str(visit.quantity))] if visit.quantity else []
            return RedirectResponse(address([("category", node.id), *quantity]), status_code=303)
        page = category_page(
            node, search=shop.search, taxonomy=names, maker=shop.maker(visit, kept), own=shop.own(request)
        )
        frame = frame_of(title=node.name, visit=visit, kept=kept, here=here(request))
        return shop.show(request, "category.html", frame=frame, page=page)

    buying = OfferBuying(router, shop, trading) if trading is not None else None

    @router.get("/offer/{offer_id}", include_in_schema=False)
    def offer(offer_id: str, request: Request) -> Response:
        return _offer(shop, offer_id, request, buying)

    if buying is not None:
        buying.add(lambda request, offer_id, said: _offer(shop, offer_id, request, buying, said))


def _offer(
    shop: Shop, offer_id: str, request: Request, buying: OfferBuying | None, said: BuySaid | None = None
) -> Response:
    """One offer; ``said``: what was typed into its matrix, and why it was not taken."""
    view = shop.offers.offer(validate_id(offer_id, parameter="offer_id"))
    if view is None:
        raise OfferMissing("没有这个货品，或已下架", parameter="offer_id")
    visit, kept = visit_with(request, said), shop.kept(request)
    maker = shop.maker(visit, kept)
    title = view.offer.title
    frame = frame_of(
        title=title,
        description=title[:DESCRIPTION_CHARACTERS],
        visit=visit,
        kept=kept,
        here=here(request) if said is None else f"/offer/{offer_id}",
        hidden=[
            (f"{QUANTITY}{sku_id}", text)
            for sku_id, text in (typed_in(request.query_params) if said is None else said.typed).items()
        ],
        index=view.live,
    )
    if not view.live:
        asked = SearchRequest(q=title[:QUERY_CHARACTERS_MAX], quantity=visit.quantity, size=RECOMMENDED)
        hits = shop.search.search(asked, facets=False).hits
        known = shop.own(request)([hit.offer_id for hit in hits], visit.quantity)
        gone = withdrawn_page(title, hits, maker=maker.knowing(known))
        return shop.show(request, "withdrawn.html", frame=frame, page=gone, status=404)
    language = shop.language(request)
    asked = shop.block_request(visit, size=RECOMMENDED)
    page = offer_page(
        view,
        maker=maker,
        taxonomy=shop.names(request),
        clock=shop.options.clock,
        same=_found(lambda: shop.recommend.same_item(offer_id, asked, language=language)),
        similar=_found(lambda: shop.recommend.similar(offer_id, asked, language=language)),
        own=shop.own(request),
    )
    buy = buying.matrix(request, view, page.quantity, said) if buying is not None else None
    status = 200 if said is None or said.error is None else status_of(said.error)
    response = shop.show(request, "offer.html", frame=frame, page=page, status=status, buy=buy)
    if buying is not None and buy is not None:
        buying.accounts.bind(response, request, buy.fresh)
    return response


def _found(ask: Callable[[], Recommendations]) -> Recommendations | None:
    """The recommendations, None for an offer that was published within the last second and is not indexed yet."""
    try:
        return ask()
    except NotFound:
        return None
