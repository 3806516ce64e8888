"""Who may use a route: each says so with one guard, so that the matrix of routes and roles can be read off them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.params import Depends as Dependency
from fastapi.security import HTTPAuthorizationCredentials

from kernel.errors import Denied
from kernel.principal import Principal
from web.authentication import bearer, caller_of

ANYONE, SIGNED_IN, ADMIN, STAFF = "anyone", "signed_in", "admin", "staff"

Credential = Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Lets a caller in who has one of ``roles`` (as a member), or ``scope`` (as a key or client of a company).

    ``ANYONE`` among the roles needs no credential, ``SIGNED_IN`` any company. The administrator passes where ``ADMIN``
    is named, and nowhere else: running the market is no reason to act for a company; ``STAFF`` are the market's people,
    signed in as members are. With ``second_factor`` a member who has one must have given it a moment ago.
    """

    roles: frozenset[str]
    scope: str | None = None
    second_factor: bool = False

    async def __call__(self, request: Request) -> None:
        """Refuse (401 without a credential, 403 with another one)."""
        principal = caller_of(request)
        if not self.lets_in(principal):
            raise self._refusal(principal)
        if self.second_factor:
            principal.require_second_factor()

    def lets_in(self, principal: Principal) -> bool:
        """Whether the caller's role, scope or company is among those named."""
        if ANYONE in self.roles or (SIGNED_IN in self.roles and principal.company_id is not None):
            return True
        return bool(self.roles & principal.roles) or (self.scope is not None and self.scope in principal.scopes)

    def _refusal(self, principal: Principal) -> Denied:
        return Denied(
            "请先登录" if principal.anonymous else "您的角色或密钥没有这个权限",
            code="sign_in_required" if principal.anonymous else "role_required",
            detail={"roles": sorted(self.roles), "scope": self.scope, "anonymous": principal.anonymous},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialGuard(Guard):
    """A guard that the OpenAPI document shows as wanting a credential."""

    async def __call__(self, request: Request, _credential: Credential = None) -> None:
        await Guard.__call__(self, request)


def only(*roles: str, scope: str | None = None, second_factor: bool = False) -> Dependency:
    """A route's dependency: ``dependencies=[only("owner", "buyer", scope="orders:write")]``; ``second_factor`` where
    money moves."""
    return _guarded(roles, scope, second_factor)


def _guarded(roles: Collection[str], scope: str | None, second_factor: bool) -> Dependency:
    kind = Guard if ANYONE in roles else CredentialGuard
    dependency: Dependency = Depends(kind(roles=frozenset(roles), scope=scope, second_factor=second_factor))
    return dependency
