"""``/api/v1/companies/me/api-keys``: keys for the company's machines."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from catalog_service.http.companies.callers import OWNER_WRITES, CompanyId, KeyId, no_store
from catalog_service.http.companies.credential_models import (
    KeyAnswer,
    KeyLimitBody,
    KeysAnswer,
    MadeKeyAnswer,
    NewKeyBody,
    RotationBody,
)
from catalog_service.http.conditions import MemberDeed, OptionalVersion, receipt_answer
from catalog_service.http.models import ReceiptAnswer
from catalog_service.people import People
from catalog_service.use_cases.companies.keys import MadeKey
from web.access import only
from web.parameters import NO_QUERY
from web.routing import PrefixedRouter

_SECRET = [*OWNER_WRITES, Depends(no_store)]


def keys_router(people: People) -> APIRouter:
    """The routes over the people of a record."""
    router = PrefixedRouter(prefix="/api/v1/companies/me/api-keys", tags=["密钥"])

    @router.get("", summary="密钥", dependencies=[only("owner"), NO_QUERY])
    def read_keys(company_id: CompanyId) -> KeysAnswer:
        """Newest first, revoked ones among them; no secret is among them."""
        spent = people.reads.spent_today(company_id)
        keys = people.reads.keys(company_id)
        return KeysAnswer(keys=[KeyAnswer.of(key, spent_today_fen=spent.get(key.key_id, 0)) for key in keys])

    @router.post("", summary="新建密钥", status_code=201, dependencies=_SECRET)
    def create_key(company_id: CompanyId, body: NewKeyBody, deed: MemberDeed, response: Response) -> MadeKeyAnswer:
        """The secret is in this answer and nowhere else. It is sent as a bearer, or changed for tokens of an hour."""
        made = people.create_key(
            company_id=company_id, name=body.name, scopes=body.scopes, spend_limit_fen=body.spend_limit_fen,
            request=deed,
        )  # fmt: skip
        return _answer(response, made)

    @router.put("/{key_id}", summary="修改密钥的每日限额", dependencies=OWNER_WRITES)
    def revise_key(
        company_id: CompanyId,
        key_id: KeyId,
        body: KeyLimitBody,
        deed: MemberDeed,
        version: OptionalVersion,
        response: Response,
    ) -> ReceiptAnswer:
        """From the next order on; what was ordered today counts."""
        receipt = people.revise_key(
            company_id=company_id, key_id=key_id, spend_limit_fen=body.spend_limit_fen, request=deed,
            expected_version=version,
        )  # fmt: skip
        return receipt_answer(response, receipt)

    @router.post("/{key_id}/rotate", summary="更换密钥", dependencies=_SECRET)
    def rotate_key(
        company_id: CompanyId, key_id: KeyId, body: RotationBody, deed: MemberDeed, response: Response
    ) -> MadeKeyAnswer:
        """Another secret; the former one counts a while longer."""
        made = people.rotate_key(
            company_id=company_id, key_id=key_id, overlap_seconds=body.overlap_seconds, request=deed
        )
        return _answer(response, made)

    @router.delete("/{key_id}", summary="停用密钥", dependencies=OWNER_WRITES)
    def revoke_key(company_id: CompanyId, key_id: KeyId, deed: MemberDeed, response: Response) -> ReceiptAnswer:
        """At once, its tokens too."""
        return receipt_answer(response, people.revoke_key(company_id=company_id, key_id=key_id, request=deed))

    return router


def _answer(response: Response, made: MadeKey) -> MadeKeyAnswer:
    return MadeKeyAnswer(**receipt_answer(response, made.receipt).model_dump(), secret=made.secret)
