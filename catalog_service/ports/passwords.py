"""Passwords are hashed slowly and outside transactions."""

from __future__ import annotations

from typing import Protocol


class PasswordHasher(Protocol):
    def hash(self, password: str) -> str: ...

    def matches(self, password_hash: str, password: str) -> bool:
        """False for an empty hash too, in the time that a real one takes."""
        ...

    def outdated(self, password_hash: str) -> bool:
        """Whether it was made with weaker figures than are used now."""
        ...


class Throttle(Protocol):
    """Counts attempts, so that guessing takes years."""

    def attempt(self, kind: str, *, who: str, most: int, seconds: int) -> None:
        """Count one; raises ``TooManyAttempts`` when ``most`` were counted within ``seconds``."""
        ...

    def forget(self, kind: str, *, who: str, most: int, seconds: int) -> None:
        """The attempts so far were honest."""
        ...
