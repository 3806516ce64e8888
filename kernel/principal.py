"""Who is calling, as a value: ``search_api`` reads it without knowing identity."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from kernel.errors import Denied


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A caller: company and member (None when there is none), roles of the member, scopes of the key."""

    company_id: str | None = None
    member_id: str | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    scopes: frozenset[str] = field(default_factory=frozenset)

    @property
    def anonymous(self) -> bool:
        return self.company_id is None and not self.roles and not self.scopes

    def require(self, scope: str) -> None:
        """Raise ``Denied`` unless the caller holds ``scope`` or is the administrator."""
        if "admin" not in self.roles and scope not in self.scopes:
            raise Denied("需要管理员密钥或相应权限", detail={"scope": scope, "anonymous": self.anonymous})


ANONYMOUS = Principal()


class Authenticator(Protocol):
    """Turns the credentials of a request into a Principal.

    Promises: no credentials give ``ANONYMOUS``; wrong ones raise ``Denied``, never a weaker principal.
    """

    def authenticate(self, *, authorization: str | None) -> Principal: ...
