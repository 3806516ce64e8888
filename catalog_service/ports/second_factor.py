"""Codes of six digits that a telephone counts out of a secret and the time (RFC 6238)."""

from __future__ import annotations

from typing import Protocol


class OneTimeCodes(Protocol):
    def new_secret(self) -> str: ...

    def address(self, secret: str, *, account: str) -> str:
        """The ``otpauth://`` address that an application reads as a picture."""
        ...

    def step_of(self, secret: str, code: str, *, now: int) -> int | None:
        """The step of time that the code belongs to, now or a step beside it; None when it is none of these."""
        ...
