"""A key counts no more."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.keys import key_receipt, require_key
from catalog_service.use_cases.deeds import Deeds


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeKey:
    """At once, its tokens too."""

    deeds: Deeds

    def __call__(self, *, company_id: str, key_id: str, request: DeedRequest) -> Receipt:
        def revoke(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_key(transaction, key_id, company_id=company_id)
            key = dataclasses.replace(known, version=known.version + 1, revoked_at=now, former_until=None)
            transaction.identity.revoke_key(key)
            return key_receipt(transaction, key, "revoke_key", request.actor, now)

        return self.deeds.perform(request, revoke)
