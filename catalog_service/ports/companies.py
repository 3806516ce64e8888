"""Companies and people inside one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from catalog_service.domain.companies.address import StoredAddress
from catalog_service.domain.companies.company import Company
from catalog_service.domain.companies.documents import StoredScan
from catalog_service.domain.companies.members import Member
from catalog_service.domain.companies.verification import Verification, VerificationState


class CompanyRows(Protocol):
    """``replace_*`` puts a row where the one of version ``row.version - 1`` stands, and raises ``Overtaken`` when
    another one does: the deed is then done again from its beginning."""

    def company(self, company_id: str) -> Company | None: ...

    def company_of_supplier(self, supplier_id: str) -> Company | None: ...

    def insert_company(self, company: Company) -> None: ...

    def replace_company(self, company: Company) -> None: ...

    def member(self, member_id: str) -> Member | None: ...

    def member_by_login(self, login: str) -> Member | None: ...

    def members(self, company_id: str) -> Sequence[Member]:
        """All of a company but the removed ones, in order of ids."""
        ...

    def staff(self) -> Sequence[Member]:
        """The market's own people but the removed ones, in order of ids."""
        ...

    def with_second_factor(self) -> Sequence[str]:
        """Ids of all members who have a secret, of all companies and of none."""
        ...

    def insert_member(self, member: Member) -> None: ...

    def replace_member(self, member: Member) -> None: ...

    def hold_member(self, member: Member) -> None:
        """Nobody moves this version of the member before the transaction ends; ``Overtaken`` when somebody has."""
        ...

    def may_spend(self, member_id: str, *, amount_fen: int, agreed_fen: int, since: int) -> bool:
        """Whether an order of this sum is within the member's limit as it is now, and together with what the member
        ordered alone since then that is not yet paid. ``agreed_fen`` of it were counted before. To be asked while the
        member is held: then of two orders at once the second one sees the first."""
        ...

    def address(self, address_id: str) -> StoredAddress | None: ...

    def addresses(self, company_id: str) -> Sequence[StoredAddress]: ...

    def insert_address(self, row: StoredAddress) -> None: ...

    def replace_address(self, row: StoredAddress) -> None: ...

    def delete_address(self, row: StoredAddress) -> None:
        """``Overtaken`` when another version stands there."""
        ...

    def document(self, document_id: str) -> StoredScan | None: ...

    def documents(self, company_id: str) -> Sequence[StoredScan]:
        """Newest first."""
        ...

    def insert_document(self, row: StoredScan) -> None: ...

    def verification(self, verification_id: str) -> Verification | None: ...

    def verifications_of(self, company_id: str) -> Sequence[Verification]:
        """Newest first."""
        ...

    def ended_verifications(self, *, now: int, limit: int) -> Sequence[Verification]:
        """Approved ones whose time is over, oldest first."""
        ...

    def insert_verification(self, row: Verification) -> None: ...

    def move_verification(self, row: Verification, *, source: VerificationState) -> None:
        """Put ``row`` where its former version stands in the state ``source``, or raise ``Overtaken``."""
        ...
