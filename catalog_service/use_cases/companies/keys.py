"""What the deeds on keys of a company share. A secret is shown once, when it is made."""

from __future__ import annotations

from dataclasses import dataclass, field

from catalog_service.domain.companies.credentials import (
    CompanyKey,
)
from catalog_service.domain.deeds import Receipt, Subject
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import leave_receipt
from kernel.errors import NotFound


class KeyNotFound(NotFound):
    """The company has no such key, or it was revoked."""

    code = "key_not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeKey:
    """``secret`` None when the receipt is a replay: it was shown with the first answer and is known to nobody since."""

    receipt: Receipt
    secret: str | None = field(repr=False)


def require_key(transaction: RecordTransaction, key_id: str, *, company_id: str) -> CompanyKey:
    key = transaction.identity.key(key_id)
    if key is None or key.company_id != company_id or key.revoked_at is not None:
        raise KeyNotFound("没有这个密钥，或已停用", parameter="key_id")
    return key


def made_key(receipt: Receipt, secret: str) -> MadeKey:
    return MadeKey(receipt=receipt, secret=None if receipt.replayed else secret)


def key_receipt(transaction: RecordTransaction, key: CompanyKey, deed: str, actor: str, now: int) -> Receipt:
    return leave_receipt(
        transaction, Subject.KEY, key.key_id, key.version, deed=deed, actor=actor, now=now, created=key.version == 1,
        facts={"scopes": " ".join(sorted(key.scopes))},
    )  # fmt: skip
