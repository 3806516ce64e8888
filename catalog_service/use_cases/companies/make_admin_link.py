"""The way in for the first of the market's own people: a one-time link that the machine's operator prints."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.credentials import (
    LINK_PREFIX,
    LINK_SECONDS,
    Link,
    LinkKind,
    digest_of,
    new_secret,
)
from catalog_service.domain.deeds import Subject
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, leave_receipt

ADMIN_LINK_PATH = "/account/admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeAdminLink:
    """The address, good once and for an hour; only its digest is kept."""

    deeds: Deeds
    site_url: str

    def __call__(self) -> str:
        now, token = self.deeds.clock.now(), new_secret(LINK_PREFIX)
        link = Link(kind=LinkKind.ADMIN, member_id=None, expires_at=now + LINK_SECONDS[LinkKind.ADMIN])
        digest = digest_of(token)

        def make(transaction: RecordTransaction) -> None:
            transaction.identity.insert_link(link, link_hash=digest)
            leave_receipt(transaction, Subject.KEY, digest[:16], 0, deed="make_admin_link", actor="cli", now=now)

        self.deeds.store.write(make)
        return f"{self.site_url}{ADMIN_LINK_PATH}?token={token}"
