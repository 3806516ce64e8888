"""Prices as they leave this subject: every step that led to them is named."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """So many pieces of a SKU."""

    sku_id: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceStep:
    """One processor's word. ``fen`` is what stood after it: a unit price in a line, the payable sum in an order."""

    name: str
    fen: int
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """One SKU at a quantity. ``amount_fen`` = ``unit_fen`` x ``quantity``; the last step has ``unit_fen``."""

    sku_id: str
    offer_id: str
    offer_version: int
    title: str
    sku_name: str
    unit: str
    quantity: int
    unit_fen: int
    amount_fen: int
    weight_g: int
    steps: tuple[PriceStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedOrder:
    """What one supplier would be paid for a basket. ``payable_fen`` = ``goods_fen`` - ``discount_fen`` +
    ``freight_fen``; ``snapshot`` (64 hexadecimal digits) is a digest of everything here, so that what was shown is what
    is ordered."""

    supplier_id: str
    buyer_company_id: str
    lines: tuple[PricedLine, ...]
    goods_fen: int
    discount_fen: int
    freight_fen: int
    payable_fen: int
    steps: tuple[PriceStep, ...]
    snapshot: str
