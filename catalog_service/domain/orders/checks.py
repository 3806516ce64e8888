"""What a draft must be before anything is asked of the record."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from typing import Any

from catalog_service.domain.canonical import canonical_json
from catalog_service.domain.companies.address import Address
from catalog_service.domain.orders.options import ORDERS_A_GROUP_MAX, REMARK_CHARACTERS_MAX, SKUS_AN_ORDER_MAX
from catalog_service.domain.orders.values import OrderDraft
from catalog_service.domain.text import clean_line, clean_paragraphs
from kernel.errors import Invalid
from kernel.ids import validate_id
from kernel.prices import QUANTITY_MAX

ADDRESS_CHARACTERS_MAX = 120  # the longest line that a waybill's form takes
_MAY_BE_EMPTY = ("postcode", "district")


def accept_drafts(drafts: Sequence[OrderDraft]) -> tuple[OrderDraft, ...]:
    """The drafts in the order of their suppliers, lines in the order of their SKUs; ``Invalid`` names what is wrong.

    That order is the one in which stock is taken, the same for everybody.
    """
    if not 1 <= len(drafts) <= ORDERS_A_GROUP_MAX:
        raise Invalid(f"一次可下 1 到 {ORDERS_A_GROUP_MAX} 张订单", parameter="orders")
    suppliers = [draft.supplier_id for draft in drafts]
    if len(set(suppliers)) != len(suppliers):
        raise Invalid("同一供应商的货品请放在同一张订单里", parameter="orders", code="supplier_twice")
    numbers = [draft.out_order_id for draft in drafts if draft.out_order_id is not None]
    if len(set(numbers)) != len(numbers):
        raise Invalid("外部订单号重复", parameter="out_order_id")
    return tuple(_accept(draft) for draft in sorted(drafts, key=lambda draft: draft.supplier_id))


def accept_address(address: Address) -> Address:
    """The address in clean lines; ``Invalid`` names the field that is empty or too long."""
    cleaned = {field.name: clean_line(getattr(address, field.name)) for field in dataclasses.fields(address)}
    for name, value in cleaned.items():
        if not value and name not in _MAY_BE_EMPTY:
            raise Invalid("收货地址不完整", parameter=f"address.{name}")
        if len(value) > ADDRESS_CHARACTERS_MAX:
            raise Invalid(f"最长 {ADDRESS_CHARACTERS_MAX} 字", parameter=f"address.{name}")
    return Address(**cleaned)


def draft_digest(draft: OrderDraft, address: Address) -> str:
    """The same for the same wish: goods, plan and where to."""
    said: dict[str, Any] = {
        "supplier": draft.supplier_id,
        "wanted": [[wanted.sku_id, wanted.quantity] for wanted in draft.wanted],
        "plan": str(draft.plan),
        "address": address,
    }
    return hashlib.sha256(canonical_json(said)).hexdigest()


def _accept(draft: OrderDraft) -> OrderDraft:
    validate_id(draft.supplier_id, parameter="supplier_id")
    if draft.out_order_id is not None:
        validate_id(draft.out_order_id, parameter="out_order_id")
    if not 1 <= len(draft.wanted) <= SKUS_AN_ORDER_MAX:
        raise Invalid(f"一张订单可有 1 到 {SKUS_AN_ORDER_MAX} 个 SKU", parameter="lines", code="too_many_skus")
    if len({wanted.sku_id for wanted in draft.wanted}) != len(draft.wanted):
        raise Invalid("同一 SKU 请合并为一行", parameter="lines", code="sku_twice")
    for wanted in draft.wanted:
        validate_id(wanted.sku_id, parameter="sku_id")
        if not 1 <= wanted.quantity <= QUANTITY_MAX:
            raise Invalid(f"数量必须在 1 到 {QUANTITY_MAX} 之间", parameter="quantity")
    remark = clean_paragraphs(draft.remark, maximum=REMARK_CHARACTERS_MAX, parameter="remark")
    wanted_lines = tuple(sorted(draft.wanted, key=lambda wanted: wanted.sku_id))
    return dataclasses.replace(draft, wanted=wanted_lines, remark=remark)
