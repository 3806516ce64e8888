"""What the deeds on a company's address book share."""

from __future__ import annotations

from catalog_service.domain.companies.address import StoredAddress
from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import leave_receipt
from kernel.errors import NotFound


class AddressNotFound(NotFound):
    """The company has no such address."""

    code = "address_not_found"


def require_address(transaction: RecordTransaction, address_id: str, *, company_id: str) -> StoredAddress:
    """The company's address, or ``AddressNotFound``."""
    row = transaction.companies.address(address_id)
    if row is None or row.company_id != company_id:
        raise AddressNotFound("没有这个地址", parameter="address_id")
    return row


def address_receipt(
    transaction: RecordTransaction,
    row: StoredAddress,
    *,
    deed: str,
    request: DeedRequest,
    now: int,
    created: bool = False,
) -> Receipt:
    return leave_receipt(
        transaction, Subject.ADDRESS, row.address_id, row.version, deed=deed, actor=request.actor, now=now,
        created=created,
    )  # fmt: skip
