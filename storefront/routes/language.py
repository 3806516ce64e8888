"""The switch on every page: what is chosen holds here, and for a member who is signed in everywhere."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from catalog_service.domain.deeds import DeedRequest
from kernel.errors import Invalid
from storefront.kept import local_path, refuse_cross_site
from storefront.language import keep_choice
from storefront.shop import Shop
from web.language import LANGUAGES


def add_language_route(router: APIRouter, shop: Shop) -> None:
    @router.post("/language", include_in_schema=False)
    def choose(
        request: Request,
        language: Annotated[str, Form()],
        next: Annotated[str, Form()] = "/",
    ) -> Response:
        refuse_cross_site(request)
        if language not in LANGUAGES:
            raise Invalid("没有这种语言", parameter="language")
        response = RedirectResponse(local_path(next), status_code=303)
        keep_choice(response, language, signed_in=_record(shop, request, language), https=shop.options.https)
        return response


def _record(shop: Shop, request: Request, language: str) -> bool:
    """Whether it is a member's, and then on record."""
    if shop.accounts is None:
        return False
    principal = shop.accounts.caller(request)
    if principal.member_id is None:
        return False
    shop.accounts.people.choose_language(
        member_id=principal.member_id, company_id=principal.company_id, language=language,
        request=DeedRequest(actor=principal.actor),
    )  # fmt: skip
    return True
