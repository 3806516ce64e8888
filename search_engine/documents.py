"""A document: one version of an offer as the index keeps it. Text arrives already cut."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.prices import PriceTier


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDocument:
    """Values of the field table for one offer. ``vector_text`` is what the encoder reads; ``card`` is JSON bytes."""

    offer_id: str
    version: int
    words: str
    characters: str
    bigrams: str
    facts: str
    coverage: str
    vector_text: str
    card: bytes
    codes: tuple[str, ...] = ()
    category_path: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    supplier_id: str = ""
    flags: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    tiers: tuple[PriceTier, ...] = ()
    moq: int = 1
    stock: int | None = None
    dispatch_hours: int | None = None
    sold_count: int = 0
    published_at: int = 0
    credit_score: float = 0.0
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """The offer is no longer there, as of ``version``."""

    offer_id: str
    version: int
