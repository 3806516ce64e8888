"""What proves who is calling, inside one transaction. Secrets come and go as their digests."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from catalog_service.domain.companies.credentials import CompanyKey, Link, Session


class IdentityRows(Protocol):
    def insert_session(self, session: Session, *, token_hash: str) -> None: ...

    def sessions(self, member_id: str) -> Sequence[Session]:
        """Of a member, the one seen last first; ended ones may be among them."""
        ...

    def end_sessions(self, member_id: str, *, session_ids: Collection[str] | None = None, keep: str = "") -> int:
        """End these (all, but ``keep``), and say how many there were."""
        ...

    def note_second_factor(self, session_id: str, *, at: int) -> None: ...

    def insert_link(self, link: Link, *, link_hash: str) -> None: ...

    def link(self, link_hash: str, *, now: int) -> Link | None:
        """One that is still good."""
        ...

    def use_link(self, link_hash: str, *, at: int) -> bool:
        """Whether it was good; of two who use it at once, one did."""
        ...

    def void_links(self, member_id: str, *, at: int) -> None:
        """None of the member's links is good any more."""
        ...

    def void_admin_links(self, *, at: int) -> None:
        """No link for becoming one of the market's people is good any more."""
        ...

    def set_recovery_codes(self, member_id: str, code_hashes: Collection[str]) -> None:
        """These instead of all former ones."""
        ...

    def use_recovery_code(self, member_id: str, code_hash: str, *, at: int) -> bool: ...

    def recovery_codes_left(self, member_id: str) -> int: ...

    def insert_key(self, key: CompanyKey, *, key_hash: str) -> None: ...

    def key(self, key_id: str) -> CompanyKey | None: ...

    def keys(self, company_id: str) -> Sequence[CompanyKey]:
        """Newest first, revoked ones among them."""
        ...

    def rotate_key(self, key: CompanyKey, *, key_hash: str) -> None:
        """Another secret; the one before counts until ``key.former_until``. ``Overtaken`` as elsewhere."""
        ...

    def replace_key(self, key: CompanyKey) -> None:
        """All but its secrets. ``Overtaken`` as elsewhere."""
        ...

    def spend(self, key_id: str, *, day: int, amount_fen: int) -> bool:
        """Count the sum as ordered with the key on this day, where its limit has room for it, in one statement; whether
        it had. Always where it has no limit, for which nothing is counted."""
        ...

    def spent(self, key_ids: Collection[str], *, day: int) -> Mapping[str, int]:
        """What was counted on that day, by key; absent: nothing."""
        ...

    def revoke_key(self, key: CompanyKey) -> None:
        """Neither its secrets nor its tokens count any more. ``Overtaken`` as elsewhere."""
        ...

    def key_by_secret(self, secret_hash: str, *, now: int) -> CompanyKey | None:
        """The key that is not revoked and has, or within its overlap had, this secret."""
        ...

    def insert_token(
        self, token_hash: str, *, key_id: str, scopes: Collection[str], issued_at: int, expires_at: int
    ) -> None: ...

    def sweep(self, *, now: int) -> int:
        """Remove what is over and nobody asks about: sessions, links and tokens. How many went."""
        ...
