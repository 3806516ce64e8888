"""Scans of a company's documents. They are for the company's owner and the market, and for nobody else."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from catalog_service.domain.companies.documents import EXTENSIONS, StoredScan
from catalog_service.http.companies.callers import CompanyId, DocumentId
from catalog_service.http.companies.models import ScanAnswer, ScansAnswer
from catalog_service.http.conditions import MemberDeed, receipt_answer
from catalog_service.http.models import ReceiptAnswer
from catalog_service.people import People
from kernel.errors import Denied
from web.access import ADMIN, STAFF, only
from web.authentication import Caller
from web.parameters import NO_QUERY

UPLOAD_PATH = "/api/v1/companies/me/documents"
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_BODY = {"requestBody": {"required": True, "content": dict.fromkeys(EXTENSIONS, _BINARY)}}


def documents_router(people: People) -> APIRouter:
    """The routes over the people of a record."""
    router = APIRouter(tags=["公司"])

    @router.get(UPLOAD_PATH, summary="资质文件", dependencies=[only("owner"), NO_QUERY])
    def read_documents(company_id: CompanyId) -> ScansAnswer:
        """Newest first."""
        return ScansAnswer(documents=[ScanAnswer.of(scan) for scan in people.reads.documents(company_id)])

    @router.post(
        UPLOAD_PATH,
        summary="上传资质文件",
        status_code=201,
        dependencies=[only("owner"), NO_QUERY],
        openapi_extra=_BODY,
    )
    async def upload(company_id: CompanyId, request: Request, deed: MemberDeed, response: Response) -> ReceiptAnswer:
        """A JPEG, PNG or PDF as the body itself; a verification names it by its id. What a camera wrote into a picture
        is not kept. Sending the same again gives the same id."""
        content = await request.body()
        receipt = await run_in_threadpool(lambda: people.documents.upload(content, company_id=company_id, request=deed))
        response.status_code = 201 if receipt.created else 200
        return receipt_answer(response, receipt)

    @router.get(
        "/api/v1/documents/{document_id}",
        summary="下载资质文件",
        response_class=Response,
        responses={200: {"content": dict.fromkeys(EXTENSIONS, _BINARY)}},
        dependencies=[only("owner", ADMIN, STAFF), NO_QUERY],
    )
    def read_document(document_id: DocumentId, principal: Caller) -> Response:
        """Another company's is not there."""
        market = bool({ADMIN, STAFF} & principal.roles)
        if principal.company_id is None and not market:
            raise Denied("只有公司的负责人可以查看", code="role_required")
        return as_download(*people.documents.read(document_id, company_id=None if market else principal.company_id))

    return router


def as_download(scan: StoredScan, content: bytes) -> Response:
    """The file, to be saved and never shown by a browser as part of the site; kept by no cache."""
    return Response(
        content,
        media_type=scan.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{scan.file_name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )
