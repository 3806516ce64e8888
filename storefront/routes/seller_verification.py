"""``/seller/verification``: the documents that a supplier is verified by, and where that stands."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from catalog_service.domain.companies.documents import SCAN_BYTES_MAX
from catalog_service.domain.companies.verification import VERIFICATION_MACHINE, DocumentKind, VerificationState
from catalog_service.domain.deeds import DeedRequest
from catalog_service.http.companies.documents import as_download
from catalog_service.people import People
from kernel.errors import Invalid, PifaError
from kernel.ids import validate_id
from kernel.principal import Principal
from storefront.accounts import deed_of
from storefront.pages.scans import ScanRow, scan_rows
from storefront.pages.trade_words import moment
from storefront.routes.account import Form
from storefront.routes.seller_pages import FILES_MAX, SellerPages

OWNERS = ("owner",)
VERIFICATION = "/seller/verification"
LARGER_SCANS = {VERIFICATION: FILES_MAX * SCAN_BYTES_MAX + (1 << 20)}  # the scans, and what stands around them
KINDS = (
    (str(DocumentKind.LICENCE), "营业执照"),
    (str(DocumentKind.PERMIT), "许可证"),
    (str(DocumentKind.PREMISES), "厂房或门店照片"),
)


def add_verification_pages(pages: SellerPages) -> None:
    people = pages.people

    def show(request: Request, principal: Principal, **page: Any) -> Response:
        owner = "owner" in principal.roles
        return pages.show(
            request, "verification", "供应商认证", verified=standing(pages, principal), kinds=KINDS, owner=owner,
            documents=_scans(pages, principal) if owner else (), at=VERIFICATION, **page,
        )  # fmt: skip

    def submit(request: Request, form: Form) -> Response:
        """The scans are taken in one by one, then the verification names them."""
        principal = pages.accounts.member(request, *OWNERS)
        if principal.supplier_id is None:
            return RedirectResponse("/seller", status_code=303)
        try:
            documents = [
                (kind, _uploaded(people, principal, form, kind, request.state.uploads[kind][0]))
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


def standing(pages: SellerPages, principal: Principal) -> dict[str, str]:
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
