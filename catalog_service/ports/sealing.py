"""Secrets that the record must give back in the clear one day, and must not hold so."""

from __future__ import annotations

from typing import Protocol

from kernel.errors import Unavailable


class SealBroken(Unavailable):
    """No key here opens what was sealed, or it was sealed for somebody else: the operator has to bring the key back."""

    code = "seal_broken"


class SealedText(Protocol):
    """Sealed under the first of several keys and opened by any of them, so that keys can be changed one after another.
    ``whose`` is sealed in: a sealed text that was put into another's row does not open there."""

    def seal(self, text: str, *, whose: str) -> str: ...

    def open(self, sealed: str, *, whose: str) -> str:
        """``SealBroken``. What was stored before there were seals is given as it is."""
        ...

    def outdated(self, sealed: str) -> bool:
        """Whether it should be sealed anew: not sealed at all, or not under the first key."""
        ...
