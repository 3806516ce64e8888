"""Pages that explain."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from kernel.errors import NotFound
from storefront.pages.developers import developers_page
from storefront.pages.frame import frame_of
from storefront.pages.ranking import ranking_page
from storefront.shop import Shop, here
from storefront.visit import visit_of
from web.language import LANGUAGES
from web.openapi import Documents, documents_of


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

    @router.get("/developers", include_in_schema=False)
    def developers(request: Request) -> Response:
        return _developers(request, shop, None)

    @router.get("/developers/{group}", include_in_schema=False)
    def developers_of(group: str, request: Request) -> Response:
        return _developers(request, shop, group)


def _developers(request: Request, shop: Shop, group: str | None) -> Response:
    documents, language = documents_of(request.app), shop.language(request)
    page = developers_page(
        documents.of(language), group=_group(documents, language, group), base_url=str(request.base_url).rstrip("/")
    )
    if page is None:
        raise NotFound("没有这一组接口", parameter="group")
    title = f"接口说明 {page.chosen.name}" if page.chosen else "接口说明"
    frame = frame_of(title=title, visit=visit_of(request), kept=shop.kept(request), here=here(request))
    return shop.show(request, "developers.html", frame=frame, page=page)


def _group(documents: Documents, language: str, group: str | None) -> str | None:
    """What the group is called in the page's language: its address may have been sent by a reader of another, or the
    language been changed on it."""
    own = _names(documents, language)
    for each in LANGUAGES:
        names = _names(documents, each)
        if group in names:
            return own[names.index(group)]
    return group


def _names(documents: Documents, language: str) -> list[str]:
    return [tag["name"] for tag in documents.of(language)["tags"]]
