"""A key for a machine of the company."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from catalog_service.domain.companies.credentials import (
    KEY_PREFIX,
    KEYS_MAX,
    CompanyKey,
    accept_key_limit,
    accept_key_name,
    accept_scopes,
    digest_of,
    new_secret,
)
from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.common import next_company, require_company
from catalog_service.use_cases.companies.keys import MadeKey, key_receipt, made_key
from catalog_service.use_cases.deeds import Deeds
from kernel.errors import Conflict


class TooManyKeys(Conflict):
    """The company has as many keys as it may."""

    code = "too_many_keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateKey:
    deeds: Deeds

    def __call__(
        self,
        *,
        company_id: str,
        name: str,
        scopes: Collection[str],
        request: DeedRequest,
        spend_limit_fen: int | None = None,
    ) -> MadeKey:
        name, accepted, limit = accept_key_name(name), accept_scopes(scopes), accept_key_limit(spend_limit_fen)
        secret = new_secret(KEY_PREFIX)

        def create(transaction: RecordTransaction, now: int) -> Receipt:
            company = require_company(transaction, company_id)
            if sum(key.revoked_at is None for key in transaction.identity.keys(company_id)) >= KEYS_MAX:
                raise TooManyKeys(f"一家公司最多 {KEYS_MAX} 个密钥")
            next_company(transaction, company, now=now)
            key = CompanyKey(
                key_id=self.deeds.ids.new(), company_id=company_id, name=name, scopes=accepted,
                created_by=request.actor, created_at=now, version=1, spend_limit_fen=limit,
            )  # fmt: skip
            transaction.identity.insert_key(key, key_hash=digest_of(secret))
            return key_receipt(transaction, key, "create_key", request.actor, now)

        return made_key(self.deeds.perform(request, create), secret)
