"""The seller's pages: the frame that all share, the desk, and the way to become a seller."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from catalog_service.domain.companies.documents import SCAN_BYTES_MAX
from catalog_service.domain.companies.verification import VERIFICATION_MACHINE, DocumentKind, VerificationState
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.orders.values import Party
from catalog_service.domain.prices.regions import PROVINCES
from catalog_service.http.companies.documents import as_download
from catalog_service.people import People
from catalog_service.service import Record
from kernel.errors import Denied, Invalid, PifaError
from kernel.ids import validate_id
from kernel.principal import Principal
from storefront.accounts import Accounts, deed_of
from storefront.pages.scans import ScanRow, scan_rows
from storefront.pages.seller_desk import desk_page
from storefront.pages.trade_words import moment, money
from storefront.routes.account import Form
from storefront.routes.company import CompanyPages, Do, Show
from storefront.shop import Shop

FIELDS_MAX = 2_500  # 200 SKUs of ten fields, and the rest of the form
FILES_MAX = 3  # a scan for each kind of document
AREA_CHARACTERS_MAX = 25_000  # a description and the line breaks that browsers send doubled
OWNERS = ("owner",)
VERIFICATION = "/seller/verification"
LARGER_SCANS = {VERIFICATION: FILES_MAX * SCAN_BYTES_MAX + (1 << 20)}  # the scans, and what stands around them
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

    def post(
        self, path: str, answer: Callable[[Request, Form], Response], *, longest: int = AREA_CHARACTERS_MAX
    ) -> None:
        """As for other pages, with room for a table of SKUs."""

        async def taken(request: Request) -> Response:
            async with request.form(max_fields=FIELDS_MAX, max_files=FILES_MAX) as sent:
                form = {
                    name: value[:longest].replace("\r\n", "\n")
                    for name, value in sent.multi_items()
                    if isinstance(value, str)
                }
                request.state.uploads = {
                    name: await value.read()
                    for name, value in sent.items()
                    if isinstance(value, UploadFile) and value.size
                }
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
    from storefront.routes.seller_payouts import add_payout_pages
    from storefront.routes.seller_terms import add_terms_pages

    pages = SellerPages(router, shop, accounts, record)
    _add_desk(pages)
    _add_beginning(pages)
    _add_verification(pages)
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

    pages.post("/seller/open", open_supplier)


def _add_verification(pages: SellerPages) -> None:
    people = pages.people

    def show(request: Request, principal: Principal, **page: Any) -> Response:
        owner = "owner" in principal.roles
        return pages.show(
            request, "verification", "供应商认证", verified=_standing(pages, principal), kinds=KINDS, owner=owner,
            documents=_scans(pages, principal) if owner else (), at=VERIFICATION, **page,
        )  # fmt: skip

    def submit(request: Request, form: Form) -> Response:
        """The scans are taken in one by one, then the verification names them."""
        principal = pages.accounts.member(request, *OWNERS)
        if principal.supplier_id is None:
            return RedirectResponse("/seller", status_code=303)
        try:
            documents = [
                (kind, _uploaded(people, principal, form, kind, request.state.uploads[kind]))
                for kind, _ in KINDS
                if kind in request.state.uploads
            ]
            if not documents or documents[0][0] != DocumentKind.LICENCE:
                raise Invalid("请选择营业执照的扫描件", parameter=str(DocumentKind.LICENCE))
            people.submit_verification(
                company_id=principal.company_id or "", documents=documents, request=deed_of(principal, form)
            )
        except PifaError as error:
            return show(request, principal, error=error, form=dict(form), failed="verification")
        return RedirectResponse(f"{VERIFICATION}?done=saved", status_code=303)

    def download(request: Request, principal: Principal) -> Response:
        document_id = validate_id(request.path_params["document_id"], parameter="document_id")
        return as_download(*people.documents.read(document_id, company_id=principal.company_id))

    pages.own(VERIFICATION, show)
    pages.post(VERIFICATION, submit)
    pages.own(f"{VERIFICATION}/documents/{{document_id}}", download, *OWNERS)


def _uploaded(people: People, principal: Principal, form: Form, kind: str, content: bytes) -> str:
    """The id of a scan that came in the field ``kind``; what is refused of it stands at that field."""
    asked = deed_of(principal, form)
    key = f"{asked.key}:{kind}" if asked.key else None
    fingerprint = hashlib.sha256(content).hexdigest()
    try:
        return people.documents.upload(
            content, company_id=principal.company_id or "",
            request=DeedRequest(actor=asked.actor, key=key, fingerprint=fingerprint),
        ).subject_id  # fmt: skip
    except PifaError as error:
        error.parameter = kind
        raise


def _scans(pages: SellerPages, principal: Principal) -> Sequence[ScanRow]:
    """Of what the verification handed in last names."""
    company_id = principal.company_id or ""
    rows = pages.people.reads.verifications(company_id)
    known = {scan.document_id: scan for scan in pages.people.reads.documents(company_id)}
    last = max(rows, key=lambda row: row.submitted_at, default=None)
    return scan_rows(last, known) if last else []
