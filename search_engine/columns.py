"""Integer columns of a document, the same for every backend."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

from kernel.errors import Invalid
from search_engine.documents import IndexDocument
from search_engine.prices import price_columns
from search_engine.schema import DISPATCH_UNKNOWN_HOURS

ORDER_BITS: Final = 31  # rows fit 31 bits: two billion document versions a generation
VALUE_MAX: Final = (1 << 32) - 1  # sales up to four billion, seconds until the year 2106
ROW_MAX: Final = (1 << ORDER_BITS) - 1


def vector_key(vector_text: str) -> int:
    """Signed 63-bit hash of what the encoder reads."""
    return stable_hash(vector_text)


def stable_hash(text: str) -> int:
    """Non-negative 63-bit hash, the same in every process."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def ordered(value: int, row: int) -> int:
    """One integer that sorts descending by ``value``, then ascending by ``row``."""
    return (min(max(value, 0), VALUE_MAX) << ORDER_BITS) | ((1 << ORDER_BITS) - 1 - row)


def integer_values(document: IndexDocument, row: int) -> dict[str, int]:
    """Values of every integer field."""
    leaf = document.category_path[-1] if document.category_path else ""
    return {
        "row": row,
        "version": document.version,
        "offer_key": stable_hash(document.offer_id),
        "priced": 1 if document.tiers else 0,
        "moq": document.moq,
        "dispatch_hours": DISPATCH_UNKNOWN_HOURS if document.dispatch_hours is None else document.dispatch_hours,
        "sold_count": document.sold_count,
        "published_at": document.published_at,
        "credit_milli": round(document.credit_score * 1000),
        "verified": 1 if document.verified else 0,
        "leaf": category_number(leaf),
        "supplier_key": stable_hash(document.supplier_id) if document.supplier_id else 0,
        "stock_known": -1 if document.stock is None else document.stock,
        "vector_key": vector_key(document.vector_text),
        "sales_order": ordered(document.sold_count, row),
        "newest_order": ordered(document.published_at, row),
        **price_columns(document.tiers, moq=document.moq),
    }


def refuse_unfit(values: Mapping[str, int]) -> None:
    """Raise Invalid that names the first field whose value does not fit 64 bits."""
    for name, value in values.items():
        if not -(1 << 63) <= value < 1 << 63:
            raise Invalid(f"{name} 的值 {value} 超出 64 位整数", parameter=name)


def category_number(category_id: str) -> int:
    """A category id as a number: itself when it is one, else its hash; 0 for none."""
    if not category_id:
        return 0
    if category_id.isascii() and category_id.isdecimal() and len(category_id) <= 18:
        return int(category_id)
    return stable_hash(category_id)
