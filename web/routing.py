"""Routers that know where their paths begin."""

from __future__ import annotations

from functools import cached_property

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope


class PrefixedRouter(APIRouter):
    """A router whose routes are looked at only when the path begins as they all do. FastAPI alone asks every route of
    every router in turn at each request: three hundred of them, a tenth of what an order cost the server. To be
    included without a further prefix."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether one of its routes answers the request."""
        if not scope["path"].startswith((self._fixed, scope.get("root_path", "") + self._fixed)):
            return Match.NONE, {}
        return super().matches(scope)

    @cached_property
    def _fixed(self) -> str:
        """The prefix, up to the first id in it."""
        return self.prefix.partition("{")[0]
