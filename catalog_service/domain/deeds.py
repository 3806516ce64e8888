"""A deed: who asked for it, and the receipt that it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Subject(StrEnum):
    """What an outbox or audit row is about."""

    OFFER = "offer"
    REVISION = "revision"
    SUPPLIER = "supplier"
    IMPORT = "import"
    KEY = "key"
    COMPANY = "company"
    MEMBER = "member"
    ADDRESS = "address"
    VERIFICATION = "verification"
    DOCUMENT = "document"
    NOTICE = "notice"
    SKU = "sku"
    BUYER_GROUP = "buyer_group"
    FREIGHT = "freight"
    TERMS = "terms"
    BULK_EDIT = "bulk_edit"
    CART = "cart"
    ORDER_GROUP = "order_group"
    ORDER = "order"
    PAYMENT = "payment"
    LEDGER = "ledger"
    PAYOUT = "payout"
    PAYOUT_ACCOUNT = "payout_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeedRequest:
    """Who asks. ``key`` is the caller's Idempotency-Key (None inside the machine, where no answer gets lost);
    ``fingerprint`` a digest of all that was asked."""

    actor: str
    key: str | None = None
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to a deed: small, storable, the same again when replayed. ``changed`` False: it was so already."""

    subject: Subject
    subject_id: str
    version: int
    state: str = ""
    created: bool = False
    changed: bool = True
    facts: Mapping[str, int | float | str] = field(default_factory=dict)
    replayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxNote:
    """One change for the feed. ``urgent``: a person waits for it, so it may overtake an import."""

    subject: Subject
    subject_id: str
    version: int
    urgent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditNote:
    """One line of the audit trail."""

    actor: str
    deed: str
    subject: Subject
    subject_id: str
    version: int
    reason: str = ""
    facts: Mapping[str, int | float | str] = field(default_factory=dict)
