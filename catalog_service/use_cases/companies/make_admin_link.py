"""The way in for the market's own people: a one-time link that the machine's operator prints, or one of them makes."""

from __future__ import annotations

from dataclasses import dataclass, field

from catalog_service.domain.companies.credentials import (
    LINK_PREFIX,
    LINK_SECONDS,
    Link,
    LinkKind,
    digest_of,
    new_secret,
)
from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, leave_receipt

ADMIN_LINK_PATH = "/account/admin"
OPERATOR = DeedRequest(actor="cli")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeLink:
    """``address`` None when the receipt is a replay: it was shown with the first answer, and nobody knows it since."""

    receipt: Receipt
    address: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeAdminLink:
    """The address, good once and for an hour; only its digest is kept."""

    deeds: Deeds
    site_url: str

    def __call__(self) -> str:
        """For the machine's operator."""
        return str(self.made_by(OPERATOR).address)

    def made_by(self, request: DeedRequest) -> MadeLink:
        token = new_secret(LINK_PREFIX)
        digest = digest_of(token)

        def make(transaction: RecordTransaction, now: int) -> Receipt:
            link = Link(kind=LinkKind.ADMIN, member_id=None, expires_at=now + LINK_SECONDS[LinkKind.ADMIN])
            transaction.identity.insert_link(link, link_hash=digest)
            return leave_receipt(
                transaction, Subject.KEY, digest[:16], 0, deed="make_admin_link", actor=request.actor, now=now,
                created=True,
            )  # fmt: skip

        receipt = self.deeds.perform(request, make)
        address = None if receipt.replayed else f"{self.site_url}{ADMIN_LINK_PATH}?token={token}"
        return MadeLink(receipt=receipt, address=address)
