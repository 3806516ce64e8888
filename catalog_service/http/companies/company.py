"""``/api/v1/companies/me``: the company itself, its invoice data, its beginning to sell, its verification."""

from __future__ import annotations

from fastapi import APIRouter, Response

from catalog_service.http.companies.callers import MEMBER_READS, OWNER_WRITES, CompanyId, VerificationId
from catalog_service.http.companies.models import (
    CompanyAnswer,
    CompanyBody,
    InvoiceAnswer,
    InvoiceBody,
    NewSupplierBody,
    VerificationAnswer,
    VerificationBody,
    VerificationsAnswer,
)
from catalog_service.http.conditions import MemberDeed, RequiredVersion, etag, receipt_answer
from catalog_service.http.models import ReceiptAnswer
from catalog_service.people import People
from kernel.errors import NotFound
from web.access import only
from web.parameters import NO_QUERY
from web.routing import PrefixedRouter

_INVOICE_READS = [only("owner", "buyer", "finance", scope="company:read"), NO_QUERY]
_INVOICE_WRITES = [only("owner", "finance"), NO_QUERY]


class InvoiceAbsent(NotFound):
    """The company has not said what stands on its invoices."""

    code = "invoice_not_found"


def company_router(people: People) -> APIRouter:
    """The routes over the people of a record."""
    router = PrefixedRouter(prefix="/api/v1/companies/me", tags=["公司"])
    _add_company(router, people)
    _add_verification(router, people)
    return router


def _add_company(router: APIRouter, people: People) -> None:
    @router.get("", summary="查看本公司", dependencies=MEMBER_READS)
    def read_company(company_id: CompanyId, response: Response) -> CompanyAnswer:
        company = people.reads.company(company_id)
        response.headers["ETag"] = etag(company.version)
        return CompanyAnswer.of(company)

    @router.put("", summary="修改公司名称", dependencies=OWNER_WRITES)
    def rename_company(
        company_id: CompanyId, body: CompanyBody, deed: MemberDeed, version: RequiredVersion, response: Response
    ) -> ReceiptAnswer:
        receipt = people.revise_company(company_id=company_id, name=body.name, expected_version=version, request=deed)
        return receipt_answer(response, receipt)

    @router.get("/invoice", summary="查看发票资料", dependencies=_INVOICE_READS)
    def read_invoice(company_id: CompanyId, response: Response) -> InvoiceAnswer:
        company = people.reads.company(company_id)
        if company.invoice is None:
            raise InvoiceAbsent("还没有填写发票资料")
        response.headers["ETag"] = etag(company.version)
        return InvoiceAnswer.of(company.invoice)

    @router.put("/invoice", summary="填写发票资料", dependencies=_INVOICE_WRITES)
    def put_invoice(
        company_id: CompanyId, body: InvoiceBody, deed: MemberDeed, version: RequiredVersion, response: Response
    ) -> ReceiptAnswer:
        """The tax id is checked by its last character. The version is the company's."""
        receipt = people.revise_company(
            company_id=company_id, invoice=body.invoice(), expected_version=version, request=deed
        )
        return receipt_answer(response, receipt)

    @router.post("/supplier", summary="开通为供应商", dependencies=OWNER_WRITES)
    def open_supplier(
        company_id: CompanyId, body: NewSupplierBody, deed: MemberDeed, response: Response
    ) -> ReceiptAnswer:
        """A supplier of the catalog under the company's name; an older one of the catalog is given by the market."""
        receipt = people.open_supplier(company_id=company_id, province=body.province, city=body.city, request=deed)
        return receipt_answer(response, receipt)


def _add_verification(router: APIRouter, people: People) -> None:
    @router.get("/verification", summary="查看认证", dependencies=MEMBER_READS)
    def read_verifications(company_id: CompanyId) -> VerificationsAnswer:
        """Newest first."""
        found = people.reads.verifications(company_id)
        return VerificationsAnswer(verifications=[VerificationAnswer.of(row) for row in found])

    @router.post("/verification", summary="提交认证", status_code=201, dependencies=OWNER_WRITES)
    def submit_verification(
        company_id: CompanyId, body: VerificationBody, deed: MemberDeed, response: Response
    ) -> ReceiptAnswer:
        """The documents are uploaded before (``/companies/me/documents``); here are their ids."""
        documents = [(document.kind, document.reference) for document in body.documents]
        receipt = people.submit_verification(company_id=company_id, documents=documents, request=deed)
        return receipt_answer(response, receipt)

    @router.delete("/verification/{verification_id}", summary="撤回认证", dependencies=OWNER_WRITES)
    def withdraw_verification(
        company_id: CompanyId,
        verification_id: VerificationId,
        deed: MemberDeed,
        response: Response,
    ) -> ReceiptAnswer:
        receipt = people.withdraw_verification(verification_id=verification_id, company_id=company_id, request=deed)
        return receipt_answer(response, receipt)
