"""Verification of a supplier (认证): documents, a decision of the market, a date on which it ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog_service.domain.machines import Actor, Effect, Machine, moves
from kernel.errors import Invalid

DOCUMENTS_MAX = 20  # licence, permits, photographs of the works
REFERENCE_CHARACTERS_MAX = 200
VALID_SECONDS_MAX = 3 * 366 * 86_400  # a licence is looked at anew at least every three years
_REFERENCE = re.compile(r"[\x21-\x7e]{1,200}")


class DocumentKind(StrEnum):
    LICENCE = "licence"
    PERMIT = "permit"
    IDENTITY = "identity"
    PREMISES = "premises"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """``reference`` is the id of a scan that the company uploaded; of verifications from before there were uploads,
    whatever was said."""

    kind: DocumentKind
    reference: str


class VerificationState(StrEnum):
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class VerificationEvent(StrEnum):
    SUBMIT = "submit"
    APPROVE = "approve"
    REFUSE = "refuse"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


_TOLD = (Effect.TELL_SELLER,)
_FOLLOWED = ("supplier.changed",)  # the catalog shows whether a supplier is verified

VERIFICATION_MACHINE = Machine(
    name="verification",
    label="认证",
    states=VerificationState,
    events=VerificationEvent,
    moves=(
        *moves([None], VerificationEvent.SUBMIT, VerificationState.SUBMITTED, Actor.SELLER),
        *moves(
            [VerificationState.SUBMITTED],
            VerificationEvent.APPROVE,
            VerificationState.APPROVED,
            Actor.STAFF,
            effects=_TOLD,
            topics=_FOLLOWED,
        ),
        *moves(
            [VerificationState.SUBMITTED],
            VerificationEvent.REFUSE,
            VerificationState.REFUSED,
            Actor.STAFF,
            effects=_TOLD,
        ),
        *moves(
            [VerificationState.APPROVED],
            VerificationEvent.EXPIRE,
            VerificationState.EXPIRED,
            Actor.TIMER,
            effects=_TOLD,
            topics=_FOLLOWED,
        ),
        *moves([VerificationState.SUBMITTED], VerificationEvent.WITHDRAW, VerificationState.WITHDRAWN, Actor.SELLER),
        *moves(
            [VerificationState.APPROVED],
            VerificationEvent.WITHDRAW,
            VerificationState.WITHDRAWN,
            Actor.SELLER,
            topics=_FOLLOWED,
        ),
        *moves(
            [VerificationState.APPROVED],
            VerificationEvent.WITHDRAW,
            VerificationState.WITHDRAWN,
            Actor.STAFF,
            effects=_TOLD,
            topics=_FOLLOWED,
        ),
    ),
    state_labels={
        VerificationState.SUBMITTED: "待审核",
        VerificationState.APPROVED: "已通过",
        VerificationState.REFUSED: "未通过",
        VerificationState.EXPIRED: "已过期",
        VerificationState.WITHDRAWN: "已撤回",
    },
    event_labels={
        VerificationEvent.SUBMIT: "提交",
        VerificationEvent.APPROVE: "通过",
        VerificationEvent.REFUSE: "驳回",
        VerificationEvent.EXPIRE: "到期",
        VerificationEvent.WITHDRAW: "撤回",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One row of the record. ``decided_by`` is who approved or refused, ``reason`` what the company is told."""

    verification_id: str
    company_id: str
    supplier_id: str
    state: VerificationState
    documents: Sequence[Document]
    submitted_by: str
    submitted_at: int
    version: int
    changed_at: int
    decided_by: str = ""
    decided_at: int | None = None
    reason: str = ""
    expires_at: int | None = None


def accept_documents(documents: Sequence[tuple[str, str]]) -> tuple[Document, ...]:
    """(kind, id of a scan) as documents, or ``Invalid``: a licence is among them, none twice."""
    if not 1 <= len(documents) <= DOCUMENTS_MAX:
        raise Invalid(f"资质文件为 1 到 {DOCUMENTS_MAX} 份", parameter="documents")
    accepted = []
    for kind, reference in documents:
        if kind not in set(DocumentKind):
            raise Invalid("没有这种资质文件", parameter="documents", detail={"known": [str(k) for k in DocumentKind]})
        if not _REFERENCE.fullmatch(reference):
            raise Invalid(f"文件编号为 1 到 {REFERENCE_CHARACTERS_MAX} 个可见 ASCII 字符", parameter="documents")
        accepted.append(Document(kind=DocumentKind(kind), reference=reference))
    if len(set(accepted)) != len(accepted):
        raise Invalid("同一份资质文件出现了两次", parameter="documents")
    if all(document.kind is not DocumentKind.LICENCE for document in accepted):
        raise Invalid("必须有营业执照（licence）", parameter="documents")
    return tuple(accepted)


def accept_expiry(expires_at: int, *, now: int) -> int:
    if not now < expires_at <= now + VALID_SECONDS_MAX:
        raise Invalid("认证的到期时间必须在将来，且不超过三年", parameter="expires_at")
    return expires_at
