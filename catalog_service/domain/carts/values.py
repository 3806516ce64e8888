"""A cart: whose it is and what lies in it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from kernel.errors import Invalid

SKUS_A_SUPPLIER_MAX = 50  # one order has at most 50 SKUs, and a supplier's part of a cart becomes one order
LINES_MAX = 1_000  # twenty full orders; a longer list is a file

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,128}")  # 22 characters of base64 are 128 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLine:
    """So many pieces of a SKU. ``saved``: kept for later, shown but not ordered."""

    sku_id: str
    supplier_id: str
    quantity: int
    saved: bool = False


def member_cart(*, company_id: str, member_id: str) -> str:
    """The owner's key of a member's cart."""
    return f"m:{company_id}:{member_id}"


def visitor_cart(token: str) -> str:
    """The owner's key of a visitor's cart, from the token of the session; whoever has the token has the cart, so the
    record keeps its digest alone."""
    if not _TOKEN.fullmatch(token):
        raise Invalid("Cart-Token 必须是 22 到 128 个字母、数字、- 或 _", parameter="Cart-Token")
    return f"t:{hashlib.sha256(token.encode()).hexdigest()}"
