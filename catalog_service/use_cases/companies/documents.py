"""Scans of a company's documents: taken in, and read by the company's owner and the market."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.documents import (
    SCANS_MAX,
    DocumentNotFound,
    StoredScan,
    TooManyDocuments,
    scan_key,
)
from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.ports.documents import ScanChecker
from catalog_service.ports.pictures import PictureStore
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import next_company, require_company
from catalog_service.use_cases.deeds import Deeds, leave_receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """``NotADocument``, ``DocumentTooLarge``, ``TooManyDocuments``. The bytes are kept by their digest, before the row
    that makes them anybody's; sent again, they are the document that stands."""

    deeds: Deeds
    checker: ScanChecker
    store: PictureStore

    def upload(self, content: bytes, *, company_id: str, request: DeedRequest) -> Receipt:
        checked = self.checker.check(content)
        self.store.put(scan_key(checked.digest), checked.content)

        def keep(transaction: RecordTransaction, now: int) -> Receipt:
            company = require_company(transaction, company_id)
            known = transaction.companies.documents(company_id)
            same = next((each for each in known if each.digest == checked.digest), None)
            if same is not None:
                return Receipt(subject=Subject.DOCUMENT, subject_id=same.document_id, version=1, changed=False)
            if len(known) >= SCANS_MAX:
                raise TooManyDocuments(f"最多保存 {SCANS_MAX} 份文件")
            next_company(transaction, company, now=now)  # of two at once, one is done again and counts the other
            scan = StoredScan(
                document_id=self.deeds.ids.new(), company_id=company_id, digest=checked.digest,
                media_type=checked.media_type, size_bytes=len(checked.content), uploaded_by=request.actor,
                uploaded_at=now,
            )  # fmt: skip
            transaction.companies.insert_document(scan)
            return leave_receipt(
                transaction, Subject.DOCUMENT, scan.document_id, 1, deed="upload_document", actor=request.actor,
                now=now, created=True, facts={"media_type": scan.media_type, "bytes": scan.size_bytes},
            )  # fmt: skip

        return self.deeds.perform(request, keep)

    def read(self, document_id: str, *, company_id: str | None) -> tuple[StoredScan, bytes]:
        """The document and its bytes, of this company (None: of any, for the market); else ``DocumentNotFound``."""
        scan = self.deeds.store.write(lambda transaction: transaction.companies.document(document_id))
        if scan is None or company_id not in (None, scan.company_id):
            raise _not_found()
        content = self.store.get(scan_key(scan.digest))
        if content is None:
            raise _not_found()
        return scan, content


def _not_found() -> DocumentNotFound:
    return DocumentNotFound("没有这份文件", parameter="document_id")
