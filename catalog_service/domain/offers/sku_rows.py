"""SKUs in a file: nested in their listing's row (``skus``), or a row each (``sku_code``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog_service.domain.offers import cells
from catalog_service.domain.skus.restate import SkuPatch
from catalog_service.domain.skus.rules import SKUS_MAX
from catalog_service.domain.skus.values import SkuValues
from kernel.errors import Invalid
from kernel.prices import PriceTier

# What a row of one SKU may say. A title beside it is for who reads the file.
ROW_FIELDS = frozenset({"offer_id", "title", "sku_code", "stock", "price_fen", "price_yuan", "tiers"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuRow:
    """What one row says of a SKU of an offer that is there, or that came before it in the file."""

    offer_id: str
    patch: SkuPatch


def sku_row(fields: Mapping[str, Any]) -> SkuRow:
    """Of the fields of a row that has a ``sku_code``, read already; ``Invalid`` names the field that is too much."""
    beside = sorted(fields.keys() - ROW_FIELDS)
    if beside:
        raise Invalid(
            f"写了 sku_code 的行只改这个规格的 stock 和 price，不能写 {beside[0]}",
            parameter=beside[0],
        )
    if "offer_id" not in fields:
        raise Invalid("缺少 offer_id", parameter="offer_id")
    patch = SkuPatch(code=fields["sku_code"], stock=fields.get("stock"), tiers=_ladder(fields))
    if patch.stock is None and patch.tiers is None:
        raise Invalid("写了 sku_code 的行要写 stock 或 price", parameter="stock")
    return SkuRow(offer_id=fields["offer_id"], patch=patch)


def nested_skus(value: object, parameter: str) -> tuple[SkuPatch, ...]:
    """``[{"code": "R-M", "stock": 5, "price_fen": 990, "values": {"颜色": "红"}}]``, as JSON or its text; codes are
    told once each."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise Invalid(f"{parameter} 不是 JSON", parameter=parameter) from None
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= SKUS_MAX:
        raise Invalid(f"{parameter} 必须是 1 到 {SKUS_MAX} 个规格的列表", parameter=parameter)
    patches = tuple(_patch(part, f"{parameter}.{place}") for place, part in enumerate(value))
    if len({patch.code for patch in patches}) < len(patches):
        raise Invalid("规格编码重复", parameter=parameter)
    return patches


_READERS = {
    "code": cells.text,
    "stock": cells.integer,
    "price_fen": cells.integer,
    "price_yuan": cells.yuan,
    "tiers": cells.tiers,
    "barcode": cells.text,
    "weight_g": cells.integer,
    "on_sale": cells.flag,
}


def _patch(value: object, where: str) -> SkuPatch:
    if not isinstance(value, Mapping):
        raise Invalid("规格必须是 JSON 对象", parameter=where)
    said: dict[str, Any] = {}
    for name, part in value.items():
        if name == "values":
            said[name] = _values(part, f"{where}.values")
        elif name not in _READERS:
            raise Invalid(f"规格没有“{str(name)[:40]}”这一项", parameter=where, detail={"known": [*_READERS, "values"]})
        elif part is not None and part != "":
            said[name] = _READERS[name](part, f"{where}.{name}")
    if not said.get("code"):
        raise Invalid("规格缺少 code（编码）", parameter=f"{where}.code")
    tiers = _ladder(said)
    plain = {name: each for name, each in said.items() if name not in ("price_fen", "price_yuan", "tiers")}
    return SkuPatch(**plain, tiers=tiers)


def _values(value: object, where: str) -> SkuValues:
    """Sales attributes: an object, or a list of pairs, in their order."""
    pairs = list(value.items()) if isinstance(value, Mapping) else value
    if not isinstance(pairs, list | tuple) or any(
        not isinstance(pair, list | tuple) or len(pair) != 2 for pair in pairs
    ):
        raise Invalid("values 写成属性名到值的 JSON 对象", parameter=where)
    return tuple((cells.text(name, where), cells.text(said, where)) for name, said in pairs)


def _ladder(said: Mapping[str, Any]) -> tuple[PriceTier, ...] | None:
    """A ladder as it is said, or one step of a single price; None when no price is said."""
    if "tiers" in said:
        ladder: tuple[PriceTier, ...] = said["tiers"]
        return ladder
    price_fen = said.get("price_fen", said.get("price_yuan"))
    return None if price_fen is None else (PriceTier(min_quantity=1, unit_price_fen=price_fen),)
