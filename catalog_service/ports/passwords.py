"""Passwords are hashed slowly and outside transactions."""

from __future__ import annotations

from typing import Protocol

from kernel.errors import Unavailable


class PasswordHasher(Protocol):
    def hash(self, password: str) -> str: ...

    def matches(self, password_hash: str, password: str) -> bool:
        """False for an empty hash too, in the time that a real one takes."""
        ...

    def outdated(self, password_hash: str) -> bool:
        """Whether it was made with weaker figures than are used now."""
        ...


class TooManyAttempts(Unavailable):
    """Guessing, or a person who forgot; ``detail`` has the seconds to wait (``retry_after``)."""

    code = "rate_limited"


class Throttle(Protocol):
    """Counts attempts for all processes together, so that guessing takes years."""

    def attempt(self, kind: str, *, who: str, most: int, seconds: int) -> None:
        """Count one; raises ``TooManyAttempts`` when ``most`` were counted since the window of ``seconds`` began."""
        ...

    def forget(self, kind: str, *, who: str) -> None:
        """The attempts so far were honest."""
        ...

    def sweep(self) -> int:
        """Forget the windows that are over; how many."""
        ...
