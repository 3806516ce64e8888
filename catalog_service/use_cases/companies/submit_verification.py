"""A company hands its documents in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog_service.domain.companies.documents import DocumentUnknown
from catalog_service.domain.companies.verification import (
    VERIFICATION_MACHINE,
    Document,
    Verification,
    VerificationEvent,
    VerificationState,
    accept_documents,
)
from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import next_company, require_company
from catalog_service.use_cases.companies.verifications import (
    verification_receipt,
)
from catalog_service.use_cases.deeds import Deeds
from kernel.errors import Conflict


class VerificationOpen(Conflict):
    """One that was handed in waits for its decision."""

    code = "verification_open"


class NoSupplier(Conflict):
    """The company does not sell."""

    code = "no_supplier"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitVerification:
    """``documents``: (kind, id of a scan of the company), else ``DocumentUnknown``. One waits at a time; while an
    approved one lasts another may be handed in, so that there is no gap."""

    deeds: Deeds

    def __call__(self, *, company_id: str, documents: Sequence[tuple[str, str]], request: DeedRequest) -> Receipt:
        accepted = accept_documents(documents)

        def submit(transaction: RecordTransaction, now: int) -> Receipt:
            company = require_company(transaction, company_id)
            if company.supplier_id is None:
                raise NoSupplier("公司还不是供应商，请先开通")
            waiting = VerificationState.SUBMITTED
            if any(row.state is waiting for row in transaction.companies.verifications_of(company_id)):
                raise VerificationOpen("已有一份认证申请在审核中")
            _require_scans(transaction, accepted, company_id=company_id)
            next_company(transaction, company, now=now)  # of two at once, one is handed in
            row = Verification(
                verification_id=self.deeds.ids.new(), company_id=company_id, supplier_id=company.supplier_id,
                state=VERIFICATION_MACHINE.move(None, VerificationEvent.SUBMIT, Actor.SELLER, subject="").target,
                documents=accepted, submitted_by=request.actor, submitted_at=now, version=1, changed_at=now,
            )  # fmt: skip
            transaction.companies.insert_verification(row)
            return verification_receipt(transaction, row, "submit_verification", request.actor, now)

        return self.deeds.perform(request, submit)


def _require_scans(transaction: RecordTransaction, documents: Sequence[Document], *, company_id: str) -> None:
    """Refuse what the company has not uploaded; another's is as if it were not there."""
    own = {scan.document_id for scan in transaction.companies.documents(company_id)}
    unknown = [document.reference for document in documents if document.reference not in own]
    if unknown:
        raise DocumentUnknown("没有这份文件，请先上传", parameter="documents", detail={"unknown": unknown})
