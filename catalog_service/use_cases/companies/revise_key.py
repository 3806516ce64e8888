"""How much a key may order a day is changed."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from catalog_service.domain.companies.credentials import accept_key_limit
from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.keys import key_receipt, require_key
from catalog_service.use_cases.deeds import Deeds, require_version


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseKey:
    """From the next order on; what was ordered today counts. None: no limit."""

    deeds: Deeds

    def __call__(
        self,
        *,
        company_id: str,
        key_id: str,
        spend_limit_fen: int | None,
        request: DeedRequest,
        expected_version: int | None = None,
    ) -> Receipt:
        limit = accept_key_limit(spend_limit_fen)

        def revise(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_key(transaction, key_id, company_id=company_id)
            require_version(expected_version, actual=known.version)
            key = dataclasses.replace(known, version=known.version + 1, spend_limit_fen=limit)
            transaction.identity.replace_key(key)
            return key_receipt(transaction, key, "revise_key", request.actor, now)

        return self.deeds.perform(request, revise)
