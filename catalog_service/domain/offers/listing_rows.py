"""A row of somebody's file -> the drafts of an offer and its supplier. Every refusal names the column."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from catalog_service.domain.offers.content import OfferDraft
from catalog_service.domain.offers.listing_columns import ColumnMap
from catalog_service.domain.skus.values import TradeTerms
from catalog_service.domain.suppliers.profile import SupplierDraft
from kernel.errors import Invalid
from kernel.money import parse_yuan
from kernel.prices import PriceTier

_YES = frozenset({"1", "true", "t", "yes", "y", "是", "有", "支持", "对", "已认证", "on"})
_NO = frozenset({"0", "false", "f", "no", "n", "否", "无", "不支持", "错", "未认证", "off", "没有"})
_INTEGER = re.compile(r"[+-]?\d{1,19}(?:\.0+)?")
_VALUE_SEPARATORS = re.compile(r"[;；|]")
_STEP = re.compile(r"\s*(\d{1,10})\s*(?:[^\d:：]{0,4}起?)?\s*[:：]\s*([¥￥]?[\d.,]+)\s*元?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingDraft:
    """What one row says: an offer, and its supplier where the row tells of one. ``trade``: SKUs and terms of an offer
    that is new; files do not tell of them."""

    offer: OfferDraft
    supplier: SupplierDraft | None = None
    trade: TradeTerms | None = None


def listing_of(values: Mapping[str, object], columns: ColumnMap) -> ListingDraft:
    """The drafts of a row; ``Invalid`` names the field that cannot be read."""
    fields: dict[str, Any] = {}
    supplier: dict[str, Any] = {}
    attributes: dict[str, tuple[str, ...]] = {}
    target_of = columns.target
    for column, value in values.items():
        if value is None or value == "":
            continue
        target = target_of(column)
        if target is None:
            continue
        read = _READERS.get(target)
        if read is not None:
            (supplier if target in _SUPPLIER_FIELDS else fields)[target] = read(value, target)
        elif target == "attributes":
            attributes = _attributes(value) | attributes
        elif target == "supplier":
            supplier |= _supplier_object(value)
        else:
            attributes[target.removeprefix("attr.")] = _values(value, target)
    for required in ("offer_id", "title"):
        if required not in fields:
            raise Invalid(f"缺少 {required}", parameter=required)
    _settle_prices(fields)
    if attributes:
        fields["attributes"] = attributes
    draft = _supplier_draft(supplier)
    if draft is not None:
        fields["supplier_id"] = draft.supplier_id
    return ListingDraft(offer=OfferDraft(**fields), supplier=draft)


def _settle_prices(fields: dict[str, Any]) -> None:
    """Prices said in yuan, or as a single price, become tiers in fen; a full ladder wins over a single price."""
    single = fields.pop("price_fen", None)
    yuan = fields.pop("price_yuan", None)
    if "tiers" not in fields:
        price_fen = single if single is not None else yuan
        if price_fen is not None:
            fields["tiers"] = (PriceTier(min_quantity=1, unit_price_fen=price_fen),)
    for name in ("dropship_price", "sample_price"):
        in_yuan = fields.pop(f"{name}_yuan", None)
        if in_yuan is not None:
            fields.setdefault(f"{name}_fen", in_yuan)


def _supplier_draft(supplier: Mapping[str, Any]) -> SupplierDraft | None:
    if not supplier:
        return None
    supplier_id, name = supplier.get("supplier_id"), supplier.get("supplier_name")
    if not supplier_id:
        if not name:
            raise Invalid("写了供应商资料，却没有供应商编号或名称", parameter="supplier_id")
        # A supplier told by name alone is the same one in every row and every file.
        supplier_id = "s-" + hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return SupplierDraft(
        supplier_id=supplier_id,
        name=name,
        province=supplier.get("supplier_province"),
        city=supplier.get("supplier_city"),
        joined_year=supplier.get("supplier_joined_year"),
        verified=supplier.get("supplier_verified"),
        factory=supplier.get("supplier_factory"),
        repeat_buyer_rate=supplier.get("supplier_repeat_buyer_rate"),
    )


def _supplier_object(value: object) -> dict[str, Any]:
    """``{"id": ..., "name": ...}`` as nested JSON has it; a plain text is the supplier's name."""
    if isinstance(value, str) and not value.lstrip().startswith("{"):
        return {"supplier_name": value.strip()}
    read: dict[str, Any] = {}
    for name, part in _object(value, "supplier").items():
        target = name if name.startswith("supplier_") else f"supplier_{name}"
        if part is not None and part != "" and target in _READERS:
            read[target] = _READERS[target](part, f"supplier.{name}")
    return read


def _text(value: object, parameter: str) -> str:
    if type(value) is str:
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Invalid(f"{parameter} 必须是文字", parameter=parameter)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))  # spreadsheets turn ids and codes into floats
    return str(value)


def _integer(value: object, parameter: str) -> int:
    if type(value) is int:
        return value
    if isinstance(value, float | Decimal) and math.isfinite(value) and value == int(value):
        return int(value)
    if isinstance(value, str):
        plain = value.strip().replace(",", "")
        if _INTEGER.fullmatch(plain):
            return int(plain.partition(".")[0])
    raise Invalid(f"{parameter} 必须是整数，不能是“{str(value)[:40]}”", parameter=parameter)


def _flag(value: object, parameter: str) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Invalid(f"{parameter} 必须是 是/否，不能是“{str(value)[:40]}”", parameter=parameter)


def _rate(value: object, parameter: str) -> float:
    word = str(value).strip()
    try:
        return float(word[:-1]) / 100 if word.endswith("%") else float(word)
    except ValueError:
        raise Invalid(f"{parameter} 必须是比率，不能是“{word[:40]}”", parameter=parameter) from None


def _yuan(value: object, parameter: str) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise Invalid(f"{parameter} 必须是金额", parameter=parameter)
    return parse_yuan(str(value)[:60], parameter=parameter)


def _seconds(value: object, parameter: str) -> int:
    """Seconds since the epoch, or a date or time in ISO form (UTC unless it says otherwise)."""
    moment: datetime | None = None
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
    elif isinstance(value, str) and not _INTEGER.fullmatch(value.strip()):
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            raise Invalid(f"{parameter} 必须是日期或秒数，不能是“{value[:40]}”", parameter=parameter) from None
    if moment is None:
        return _integer(value, parameter)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _values(value: object, parameter: str) -> tuple[str, ...]:
    """Attribute values: a list, or text with ; or | between them."""
    if isinstance(value, list | tuple):
        return tuple([_text(part, parameter) for part in value if part is not None])
    if isinstance(value, bool):
        return ("是" if value else "否",)
    return tuple(part.strip() for part in _VALUE_SEPARATORS.split(_text(value, parameter)))


def _attributes(value: object) -> dict[str, tuple[str, ...]]:
    return {
        name: _values(part, f"attributes.{name}")
        for name, part in _object(value, "attributes").items()
        if part is not None
    }


def _object(value: object, parameter: str) -> Mapping[str, object]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise Invalid(f"{parameter} 不是 JSON", parameter=parameter) from None
    if not isinstance(value, Mapping):
        raise Invalid(f"{parameter} 必须是 JSON 对象", parameter=parameter)
    return value


def _tiers(value: object, parameter: str) -> tuple[PriceTier, ...]:
    """``[{"min_quantity": 1, "unit_price_fen": 1250}]`` (or ``price_yuan``), or text ``1:12.5;100:10`` in yuan."""
    if isinstance(value, str) and not value.lstrip().startswith("["):
        steps = [_tier_text(part, parameter) for part in _VALUE_SEPARATORS.split(value) if part.strip()]
    else:
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                raise Invalid("tiers 不是 JSON", parameter=parameter) from None
        if not isinstance(value, list | tuple):
            raise Invalid("tiers 必须是列表", parameter=parameter)
        steps = [_tier_object(part, parameter) for part in value]
    return tuple(sorted(steps, key=lambda tier: tier.min_quantity))


def _tier_text(text: str, parameter: str) -> PriceTier:
    step = _STEP.fullmatch(text)
    if step is None:
        raise Invalid(f"价格阶梯“{text[:40]}”应写成 数量:单价，如 1:12.5;100:10", parameter=parameter)
    return PriceTier(min_quantity=int(step[1]), unit_price_fen=parse_yuan(step[2], parameter=parameter))


def _tier_object(value: object, parameter: str) -> PriceTier:
    if not isinstance(value, Mapping):
        raise Invalid("价格阶梯的每一级必须是 {min_quantity, unit_price_fen}", parameter=parameter)
    quantity = _integer(value.get("min_quantity", 1), parameter)
    fen = value.get("unit_price_fen", value.get("price_fen"))
    if fen is not None:
        return PriceTier(min_quantity=quantity, unit_price_fen=_integer(fen, parameter))
    yuan = value.get("price_yuan", value.get("unit_price_yuan"))
    if yuan is None:
        raise Invalid("价格阶梯缺少 unit_price_fen", parameter=parameter)
    return PriceTier(min_quantity=quantity, unit_price_fen=_yuan(yuan, parameter))


_FIELDS_READ_AS: tuple[tuple[Callable[[object, str], Any], tuple[str, ...]], ...] = (
    (_text, ("offer_id", "title", "supplier_id", "category_id", "pack_unit", "unit", "brand", "item_code", "barcode")),
    (_text, ("description", "origin", "picture", "supplier_name", "supplier_province", "supplier_city")),
    (_integer, ("moq", "pack_multiple", "units_per_pack", "stock", "dispatch_hours", "sold_count")),
    (_integer, ("price_fen", "dropship_price_fen", "sample_price_fen", "supplier_joined_year")),
    (_flag, ("dropship", "customisation", "invoice", "freight_free", "supplier_verified", "supplier_factory")),
    (_yuan, ("price_yuan", "dropship_price_yuan", "sample_price_yuan")),
    (_rate, ("supplier_repeat_buyer_rate",)),
    (_seconds, ("published_at",)),
    (_tiers, ("tiers",)),
)
_READERS: dict[str, Callable[[object, str], Any]] = {name: read for read, names in _FIELDS_READ_AS for name in names}
_SUPPLIER_FIELDS = frozenset(name for name in _READERS if name.startswith("supplier_"))
