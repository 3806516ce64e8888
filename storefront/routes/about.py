"""Pages that explain."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from storefront.pages.frame import frame_of
from storefront.pages.ranking import ranking_page
from storefront.shop import Shop, here
from storefront.visit import visit_of


def add_about_routes(router: APIRouter, shop: Shop) -> None:
    facts = ranking_page(shop.options.ranking_files)

    @router.get("/about/ranking", include_in_schema=False)
    def ranking(request: Request) -> Response:
        frame = frame_of(title="排序规则", visit=visit_of(request), kept=shop.kept(request), here=here(request))
        return shop.show(request, "ranking.html", frame=frame, page=facts)

    @router.get("/help", include_in_schema=False)
    def help_page(request: Request) -> Response:
        frame = frame_of(title="使用帮助", visit=visit_of(request), kept=shop.kept(request), here=here(request))
        return shop.show(request, "help.html", frame=frame, page=None)
