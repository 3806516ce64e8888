"""The seller's pages: the desk, the way to become a seller, and those of the files beside this one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from catalog_service.domain.prices.regions import PROVINCES
from catalog_service.service import Record
from kernel.errors import PifaError
from kernel.principal import Principal
from storefront.accounts import Accounts, deed_of
from storefront.pages.seller_desk import desk_page
from storefront.routes.account import Form
from storefront.routes.seller_bulk import add_bulk_pages
from storefront.routes.seller_groups import add_group_pages
from storefront.routes.seller_offers import add_offer_pages
from storefront.routes.seller_orders import add_order_pages
from storefront.routes.seller_pages import SellerPages
from storefront.routes.seller_payouts import add_payout_pages
from storefront.routes.seller_terms import add_terms_pages
from storefront.routes.seller_verification import OWNERS, add_verification_pages, standing
from storefront.shop import Shop


def add_seller_routes(router: APIRouter, shop: Shop, accounts: Accounts, record: Record) -> None:
    pages = SellerPages(router, shop, accounts, record)
    _add_desk(pages)
    _add_beginning(pages)
    add_verification_pages(pages)
    add_order_pages(pages)
    add_bulk_pages(pages)
    add_offer_pages(pages)
    add_terms_pages(pages)
    add_payout_pages(pages)
    add_group_pages(pages)


def _add_desk(pages: SellerPages) -> None:
    def show(request: Request) -> Response:
        principal = pages.accounts.member(request)
        if principal.company_id is None:
            return RedirectResponse("/account/security", status_code=303)
        if principal.supplier_id is None:
            return show_beginning(pages, request, principal)
        return pages.show(
            request, "desk", "卖家工作台",
            desk=desk_page(pages.record, principal.supplier_id, now=pages.now),
            verified=standing(pages, principal), accountant=bool({"owner", "finance"} & principal.roles),
        )  # fmt: skip

    pages.get("/seller", show)


def show_beginning(pages: SellerPages, request: Request, principal: Principal, **page: Any) -> Response:
    """What a company does to sell."""
    company = pages.people.reads.company(principal.company_id or "")
    return pages.show(
        request,
        "begin",
        "成为供应商",
        company=company,
        provinces=PROVINCES,
        owner="owner" in principal.roles,
        at="/seller",
        **page,
    )


def _add_beginning(pages: SellerPages) -> None:
    people = pages.people

    def open_supplier(request: Request, form: Form) -> Response:
        principal = pages.accounts.member(request, *OWNERS)
        try:
            people.open_supplier(
                company_id=principal.company_id or "", province=form.get("province", ""), city=form.get("city", ""),
                request=deed_of(principal, form),
            )  # fmt: skip
        except PifaError as error:
            return show_beginning(pages, request, principal, error=error, form=dict(form), failed="open")
        return RedirectResponse("/seller/verification?done=opened", status_code=303)

    pages.post("/seller/open", open_supplier)
