"""The seller's pages: the frame that all share, the desk, and the way to become a seller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from catalog_service.domain.companies.verification import VERIFICATION_MACHINE, DocumentKind, VerificationState
from catalog_service.domain.orders.values import Party
from catalog_service.domain.prices.regions import PROVINCES
from catalog_service.service import Record
from kernel.errors import Denied, Invalid, PifaError
from kernel.principal import Principal
from storefront.accounts import Accounts, deed_of
from storefront.pages.seller_desk import desk_page
from storefront.pages.trade_words import moment, money
from storefront.routes.account import Form
from storefront.routes.company import CompanyPages, Do, Show
from storefront.shop import Shop

FIELDS_MAX = 2_500  # 200 SKUs of ten fields, and the rest of the form
AREA_CHARACTERS_MAX = 25_000  # a description and the line breaks that browsers send doubled
OWNERS = ("owner",)
KINDS = (
    (str(DocumentKind.LICENCE), "营业执照"),
    (str(DocumentKind.PERMIT), "许可证"),
    (str(DocumentKind.PREMISES), "厂房或门店照片"),
)


class SellerPages(CompanyPages):
    """Pages of a company that sells; who sells nothing yet is shown how to begin."""

    folder = "seller"

    def __init__(self, router: APIRouter, shop: Shop, accounts: Accounts, record: Record) -> None:
        super().__init__(router, shop, accounts)
        self.record = record

    @property
    def now(self) -> int:
        return self.shop.options.clock.now()

    def show(self, request: Request, name: str, title: str, *, error: PifaError | None = None, **page: Any) -> Response:
        """As ``AccountPages.show``; ``failed`` is the form that was refused."""
        words = {"money": money, "moment": moment, "failed": "", "stale": (), "at": getattr(request.state, "at", "")}
        return super().show(request, name, title, error=error, **{**words, **page})

    def own(self, path: str, show: Show, *roles: str) -> None:
        def shown(request: Request) -> Response:
            principal = self.accounts.member(request, *roles)
            return show(request, principal) if principal.supplier_id else self._begin(principal)

        self.get(path, shown)

    def deed(self, path: str, back: str, show: Show, do: Do, *roles: str, second_factor: bool = False) -> None:
        """Done, and then ``back`` with the path's own parts, unless the deed names another address; what is refused
        is shown with what was typed."""
        failed = path.rpartition("/")[2]

        def done(request: Request, form: Form) -> Response:
            principal = self.accounts.member(request, *roles)
            if principal.supplier_id is None:
                return self._begin(principal)
            request.state.at = back.format(**request.path_params)
            try:
                if second_factor:
                    principal.require_second_factor()
                said = do(principal, {**form, **request.path_params})
            except PifaError as error:
                return show(request, principal, error=error, form=dict(form), failed=failed)
            if isinstance(said, Response):
                return said
            if isinstance(said, dict):
                return show(request, principal, **said)
            target = said if isinstance(said, str) else f"{back.format(**request.path_params)}?done=saved"
            return RedirectResponse(target, status_code=303)

        self.post(path, done)

    def post(self, path: str, answer: Callable[[Request, Form], Response]) -> None:
        """As for other pages, with room for a table of SKUs."""

        async def taken(request: Request) -> Response:
            async with request.form(max_fields=FIELDS_MAX, max_files=1) as sent:
                form = {
                    name: value[:AREA_CHARACTERS_MAX].replace("\r\n", "\n")
                    for name, value in sent.multi_items()
                    if isinstance(value, str)
                }
                for value in sent.values():
                    if isinstance(value, UploadFile) and value.size:
                        request.state.upload = await value.read()
            return await run_in_threadpool(self._take, answer, request, form)

        self.router.add_api_route(path, taken, methods=["POST"], include_in_schema=False)

    @staticmethod
    def _begin(principal: Principal) -> Response:
        return RedirectResponse("/seller" if principal.company_id else "/account/security", status_code=303)


def party(principal: Principal) -> Party:
    """On whose behalf a member acts."""
    if principal.company_id is None:
        raise Denied("请以公司成员的身份操作", code="company_required")
    return Party(
        company_id=principal.company_id, member_id=principal.member_id or "", supplier_id=principal.supplier_id
    )


def seller(principal: Principal) -> str:
    """As whom a member sells."""
    return principal.supplier_id or ""


def add_seller_routes(router: APIRouter, shop: Shop, accounts: Accounts, record: Record) -> None:
    from storefront.routes.seller_bulk import add_bulk_pages
    from storefront.routes.seller_groups import add_group_pages
    from storefront.routes.seller_offers import add_offer_pages
    from storefront.routes.seller_orders import add_order_pages
    from storefront.routes.seller_terms import add_terms_pages

    pages = SellerPages(router, shop, accounts, record)
    _add_desk(pages)
    _add_beginning(pages)
    add_order_pages(pages)
    add_bulk_pages(pages)
    add_offer_pages(pages)
    add_terms_pages(pages)
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
            verified=_standing(pages, principal), accountant=bool({"owner", "finance"} & principal.roles),
        )  # fmt: skip

    pages.get("/seller", show)


def _standing(pages: SellerPages, principal: Principal) -> dict[str, str]:
    """The verification handed in last, in words; empty when none was."""
    rows = pages.people.reads.verifications(principal.company_id or "")
    last = max(rows, key=lambda row: row.submitted_at, default=None)
    if last is None:
        return {}
    approved = last.state is VerificationState.APPROVED
    return {
        "state": VERIFICATION_MACHINE.state_labels[last.state],
        "reason": last.reason,
        "until": moment(last.expires_at)[:10] if approved else "",
    }


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

    def show(request: Request, principal: Principal, **page: Any) -> Response:
        return pages.show(
            request, "verification", "供应商认证", verified=_standing(pages, principal), kinds=KINDS,
            owner="owner" in principal.roles, **page,
        )  # fmt: skip

    def submit(principal: Principal, form: Form) -> None:
        documents = [(kind, said) for kind, _ in KINDS if (said := form.get(kind, "").strip())]
        if not documents or documents[0][0] != DocumentKind.LICENCE:
            raise Invalid("请写明营业执照的文件引用", parameter=str(DocumentKind.LICENCE))
        people.submit_verification(
            company_id=principal.company_id or "", documents=documents, request=deed_of(principal, form)
        )

    pages.post("/seller/open", open_supplier)
    pages.own("/seller/verification", show)
    pages.deed("/seller/verification", "/seller/verification", show, submit, *OWNERS)
