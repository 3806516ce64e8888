"""Cells of files -> values. Every refusal names the column."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from kernel.errors import Invalid
from kernel.money import parse_yuan
from kernel.prices import PriceTier

_YES = frozenset({"1", "true", "t", "yes", "y", "是", "有", "支持", "对", "已认证", "on"})
_NO = frozenset({"0", "false", "f", "no", "n", "否", "无", "不支持", "错", "未认证", "off", "没有"})
_INTEGER = re.compile(r"[+-]?\d{1,19}(?:\.0+)?")
_VALUE_SEPARATORS = re.compile(r"[;；|]")
_ADDRESS_SEPARATORS = re.compile(r"[;；|\s]+")
_STEP = re.compile(r"\s*(\d{1,10})\s*(?:[^\d:：]{0,4}起?)?\s*[:：]\s*([¥￥]?[\d.,]+)\s*元?\s*")


def text(value: object, parameter: str) -> str:
    if type(value) is str:
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Invalid(f"{parameter} 必须是文字", parameter=parameter)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))  # spreadsheets turn ids and codes into floats
    return str(value)


def integer(value: object, parameter: str) -> int:
    if type(value) is int:
        return value
    if isinstance(value, float | Decimal) and math.isfinite(value) and value == int(value):
        return int(value)
    if isinstance(value, str):
        plain = value.strip().replace(",", "")
        if _INTEGER.fullmatch(plain):
            return int(plain.partition(".")[0])
    raise Invalid(f"{parameter} 必须是整数，不能是“{str(value)[:40]}”", parameter=parameter)


def flag(value: object, parameter: str) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Invalid(f"{parameter} 必须是 是/否，不能是“{str(value)[:40]}”", parameter=parameter)


def rate(value: object, parameter: str) -> float:
    word = str(value).strip()
    try:
        return float(word[:-1]) / 100 if word.endswith("%") else float(word)
    except ValueError:
        raise Invalid(f"{parameter} 必须是比率，不能是“{word[:40]}”", parameter=parameter) from None


def yuan(value: object, parameter: str) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise Invalid(f"{parameter} 必须是金额", parameter=parameter)
    return parse_yuan(str(value)[:60], parameter=parameter)


def seconds(value: object, parameter: str) -> int:
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
        return integer(value, parameter)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def values(value: object, parameter: str) -> tuple[str, ...]:
    """Attribute values: a list, or text with ; or | between them."""
    if isinstance(value, list | tuple):
        return tuple([text(part, parameter) for part in value if part is not None])
    if isinstance(value, bool):
        return ("是" if value else "否",)
    return tuple(part.strip() for part in _VALUE_SEPARATORS.split(text(value, parameter)))


def addresses(value: object, parameter: str) -> tuple[str, ...]:
    """A list, a JSON text of one, or text with ; or | or blanks or lines between them."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise Invalid(f"{parameter} 不是 JSON", parameter=parameter) from None
    if isinstance(value, list | tuple):
        return tuple([text(part, parameter) for part in value if part is not None])
    return tuple(filter(None, _ADDRESS_SEPARATORS.split(text(value, parameter))))


def attributes(value: object) -> dict[str, tuple[str, ...]]:
    return {
        name: values(part, f"attributes.{name}")
        for name, part in json_object(value, "attributes").items()
        if part is not None
    }


def json_object(value: object, parameter: str) -> Mapping[str, object]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise Invalid(f"{parameter} 不是 JSON", parameter=parameter) from None
    if not isinstance(value, Mapping):
        raise Invalid(f"{parameter} 必须是 JSON 对象", parameter=parameter)
    return value


def tiers(value: object, parameter: str) -> tuple[PriceTier, ...]:
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


def _tier_text(said: str, parameter: str) -> PriceTier:
    step = _STEP.fullmatch(said)
    if step is None:
        raise Invalid(f"价格阶梯“{said[:40]}”应写成 数量:单价，如 1:12.5;100:10", parameter=parameter)
    return PriceTier(min_quantity=int(step[1]), unit_price_fen=parse_yuan(step[2], parameter=parameter))


def _tier_object(value: object, parameter: str) -> PriceTier:
    if not isinstance(value, Mapping):
        raise Invalid("价格阶梯的每一级必须是 {min_quantity, unit_price_fen}", parameter=parameter)
    quantity = integer(value.get("min_quantity", 1), parameter)
    fen = value.get("unit_price_fen", value.get("price_fen"))
    if fen is not None:
        return PriceTier(min_quantity=quantity, unit_price_fen=integer(fen, parameter))
    in_yuan = value.get("price_yuan", value.get("unit_price_yuan"))
    if in_yuan is None:
        raise Invalid("价格阶梯缺少 unit_price_fen", parameter=parameter)
    return PriceTier(min_quantity=quantity, unit_price_fen=yuan(in_yuan, parameter))
