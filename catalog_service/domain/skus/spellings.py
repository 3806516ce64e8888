"""Which of several codes somebody means who spells one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from catalog_service.domain.text import clean_word
from kernel.codes import fold_code, parted_alike

Coded = TypeVar("Coded")


def spelt(code: str, known: Iterable[Coded], *, of: Callable[[Coded], str]) -> list[Coded]:
    """Those whose code (``of``) is written as ``code`` is; where there is none, all of which it is another spelling:
    more than one is for who asked to tell apart. None for a code of signs alone."""
    written, key = clean_word(code), fold_code(code)
    alike = [each for each in known if key and fold_code(of(each)) == key]
    return [each for each in alike if of(each) == written] or alike


def surely(code: str, own: str) -> bool:
    """Whether ``code`` can mean nothing but ``own``, which it is a spelling of."""
    return clean_word(code) == own or parted_alike(code, own)
