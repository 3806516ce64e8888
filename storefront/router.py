"""The room's two doors: the router of all pages, and the page that tells an error."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.routing import Match

from catalog_service.service import Record
from kernel.errors import Invalid
from kernel.prices import OwnPrices
from storefront.accounts import Accounts
from storefront.assets import Assets
from storefront.kept import Kept, KeptLists
from storefront.language import language_of
from storefront.options import StorefrontOptions
from storefront.pages.frame import frame_of
from storefront.pages.home import sector_menu
from storefront.ports import OfferReads, Recommending, Searching, Suggesting
from storefront.rendering import Renderer, wants_fragment
from storefront.routes.about import add_about_routes
from storefront.routes.account import add_account_routes
from storefront.routes.assets import add_asset_routes
from storefront.routes.browse import add_browse_routes
from storefront.routes.cart import add_cart_routes
from storefront.routes.checkout import add_checkout_routes
from storefront.routes.company import add_company_routes
from storefront.routes.group_payment import add_group_payment_routes
from storefront.routes.kept import add_kept_routes
from storefront.routes.language import add_language_route
from storefront.routes.orders import add_order_routes
from storefront.routes.payment import add_payment_routes
from storefront.routes.quick_order import add_quick_order_routes
from storefront.routes.search import add_search_routes
from storefront.routes.seller import add_seller_routes
from storefront.routes.staff import add_staff_routes
from storefront.shop import Shop
from storefront.state import address
from storefront.trading import Trading
from storefront.visit import Visit, remembered
from taxonomy.model import Taxonomy
from web.problem import ErrorPage, Problem


def storefront_router(
    *,
    search: Searching,
    recommend: Recommending,
    suggester: Suggesting,
    taxonomy: Taxonomy,
    offers: OfferReads,
    options: StorefrontOptions,
    accounts: Accounts | None = None,
    trading: Trading | None = None,
    selling: Record | None = None,
    own_prices: OwnPrices | None = None,
) -> APIRouter:
    """Every page, static file and picture; without ``accounts`` there is nothing to sign in to, without ``trading``
    nothing to buy, without ``selling`` no seller has pages, without ``own_prices`` all see the public ones."""
    router = APIRouter()
    shop = Shop(
        search=search,
        recommend=recommend,
        suggester=suggester,
        taxonomy=taxonomy,
        offers=offers,
        options=options,
        renderer=_renderer(options.site_name),
        kept_lists=KeptLists(options.secret, https=options.https),
        menu=sector_menu(taxonomy),
        accounts=accounts,
        own_prices=own_prices,
    )
    add_asset_routes(router, _assets())
    add_browse_routes(router, shop, trading)
    add_search_routes(router, shop)
    add_kept_routes(router, shop)
    add_language_route(router, shop)
    add_about_routes(router, shop)
    if accounts is not None:
        add_account_routes(router, shop, accounts, trading)
        add_company_routes(router, shop, accounts, trading)
        add_staff_routes(router, shop, accounts, selling)
    if accounts is not None and selling is not None:
        add_seller_routes(router, shop, accounts, selling)
    if trading is not None:
        add_cart_routes(router, shop, trading)
        add_quick_order_routes(router, shop, trading)
        add_checkout_routes(router, shop, trading)
        add_group_payment_routes(router, shop, trading)
        add_order_routes(router, shop, trading)
        add_payment_routes(router, shop, trading)
    return router


def storefront_error_page(options: StorefrontOptions) -> ErrorPage:
    """``web``'s hook: an error as a page with a next step; as a part of one when htmx waits for a part."""
    renderer = _renderer(options.site_name)

    def error_page(request: Request, problem: Problem) -> Response:
        page = _page_above(request) if problem.status == 405 and request.method == "GET" else ""
        if page:  # the address of a form, whose refused answer was loaded again or kept as a bookmark
            return RedirectResponse(page, status_code=303)
        told = problem.told(language_of(request))
        frame = frame_of(
            title=told.title,
            query=_query(request),
            visit=_visit(request),
            kept=Kept(),
            here="/",
            index=False,
        )
        context = {"frame": frame, "page": told, "retry_href": _retry(request, problem)}
        fragment = "parts/error.html" if _results_wait(request) else ""
        response = renderer.page(request, "error.html", context, status=problem.status, fragment=fragment)
        if wants_fragment(request) and not fragment:
            response.headers["HX-Retarget"] = "body"  # a button's answer is no place for an error
        return response

    return error_page


def _page_above(request: Request) -> str:
    """The nearest address above this one that a browser can ask for; empty when there is none."""
    path = request.url.path
    while path := path.rpartition("/")[0]:
        scope = {**request.scope, "path": path, "method": "GET"}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes):
            return path
    return ""


@lru_cache(1)
def _assets() -> Assets:
    return Assets()


@lru_cache(4)
def _renderer(site_name: str) -> Renderer:
    return Renderer(_assets(), site_name=site_name)


def _results_wait(request: Request) -> bool:
    return request.headers.get("hx-target", "").endswith("#results")


def _query(request: Request) -> str:
    return request.query_params.get("q", "")[:200]


def _visit(request: Request) -> Visit:
    try:
        return remembered(request)
    except Invalid:
        return Visit()


def _retry(request: Request, problem: Problem) -> str:
    """The same search without the parameter at fault; empty elsewhere."""
    if request.url.path != "/search" or problem.parameter is None:
        return ""
    pairs = parse_qsl(request.url.query[:4000])
    names = {problem.parameter, f"{problem.parameter}_fen", "cursor"}
    kept = [(name, value) for name, value in pairs if name not in names]
    return address(kept) if len(kept) < len(pairs) else ""
