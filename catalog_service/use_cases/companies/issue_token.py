"""A machine changes its key for a token of an hour (RFC 6749, section 4.4)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from catalog_service.domain.companies.credentials import TOKEN_SECONDS, CompanyKey, digest_of
from catalog_service.domain.deeds import Subject
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, leave_receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueToken:
    """What the token endpoint asks of the record."""

    deeds: Deeds

    def client(self, client_id: str) -> CompanyKey | None:
        """The key that is called so, unless it was revoked."""
        key = self.deeds.store.write(lambda transaction: transaction.identity.key(client_id))
        return key if key is not None and key.revoked_at is None else None

    def secret_is_of(self, key: CompanyKey, secret: str) -> bool:
        now, digest = self.deeds.clock.now(), digest_of(secret)
        found = self.deeds.store.write(lambda transaction: transaction.identity.key_by_secret(digest, now=now))
        return found is not None and found.key_id == key.key_id

    def __call__(self, key: CompanyKey, *, token: str, scopes: Collection[str]) -> None:
        """Keep the token's digest; it never holds more scopes than the key."""
        now = self.deeds.clock.now()
        held = key.scopes & frozenset(scopes)

        def issue(transaction: RecordTransaction) -> None:
            transaction.identity.insert_token(
                digest_of(token), key_id=key.key_id, scopes=held, issued_at=now, expires_at=now + TOKEN_SECONDS
            )
            leave_receipt(
                transaction, Subject.KEY, key.key_id, key.version, deed="issue_token", actor=f"key:{key.key_id}",
                now=now, facts={"scopes": " ".join(sorted(held))},
            )  # fmt: skip

        self.deeds.store.write(issue)
