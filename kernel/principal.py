"""Who is calling, as a value: ``search_api`` reads it without knowing identity."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from kernel.errors import Denied


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A caller: company and member (None when there is none), roles of the member, scopes of the key; ``supplier_id``
    when the company sells.

    A member comes by a session (``session_id``), a machine by a key of its company (``key_id``).
    ``second_factor_enrolled``: deeds of money want a code; ``second_factor_fresh``: one was given a moment ago.
    """

    company_id: str | None = None
    supplier_id: str | None = None
    member_id: str | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    scopes: frozenset[str] = field(default_factory=frozenset)
    session_id: str | None = None
    key_id: str | None = None
    second_factor_enrolled: bool = False
    second_factor_fresh: bool = False

    @property
    def actor(self) -> str:
        """Who did it, for the audit trail and under whose name an Idempotency-Key is kept."""
        return self.member_id or (f"key:{self.key_id}" if self.key_id else "unknown")

    @property
    def anonymous(self) -> bool:
        return self.company_id is None and not self.roles and not self.scopes

    def require(self, scope: str) -> None:
        """Raise ``Denied`` unless the caller holds ``scope`` or is the administrator."""
        if "admin" not in self.roles and scope not in self.scopes:
            raise Denied("需要管理员密钥或相应权限", detail={"scope": scope, "anonymous": self.anonymous})

    def require_second_factor(self) -> None:
        """Raise ``Denied`` when the caller has a second factor and has not given it a moment ago: asked before money
        moves, and before what would let somebody move it."""
        if self.second_factor_enrolled and not self.second_factor_fresh:
            raise Denied("请先输入两步验证码", code="second_factor_required")

    def require_enrolled_factor(self) -> None:
        """As ``require_second_factor``, and refuse whoever has none: where nothing else stands between a stolen
        password and somebody's money."""
        if not self.second_factor_enrolled:
            raise Denied("请先开启两步验证", code="second_factor_not_enrolled")
        self.require_second_factor()


ANONYMOUS = Principal()


class Authenticator(Protocol):
    """Turns the credentials of a request into a Principal.

    Promises: no credentials give ``ANONYMOUS``; wrong ones raise ``Denied``, never a weaker principal.
    """

    def authenticate(self, *, authorization: str | None) -> Principal: ...
