"""Another secret for a key, with an overlap."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from catalog_service.domain.companies.credentials import (
    KEY_PREFIX,
    accept_overlap,
    digest_of,
    new_secret,
)
from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.keys import MadeKey, key_receipt, made_key, require_key
from catalog_service.use_cases.deeds import Deeds


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateKey:
    """Another secret; the one before counts ``overlap_seconds`` longer, while its users change over. A third one ends
    the first at once. Its limit, and what it ordered today, stay."""

    deeds: Deeds

    def __call__(self, *, company_id: str, key_id: str, overlap_seconds: int, request: DeedRequest) -> MadeKey:
        overlap, secret = accept_overlap(overlap_seconds), new_secret(KEY_PREFIX)

        def rotate(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_key(transaction, key_id, company_id=company_id)
            key = dataclasses.replace(known, version=known.version + 1, former_until=now + overlap)
            transaction.identity.rotate_key(key, key_hash=digest_of(secret))
            return key_receipt(transaction, key, "rotate_key", request.actor, now)

        return made_key(self.deeds.perform(request, rotate), secret)
