"""Query parameters to a ``SearchRequest`` and back. One table: API, documentation and the pages' URLs follow it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from kernel.errors import Invalid
from search_api.requests import SearchRequest
from search_engine.plan import Sort
from search_engine.schema import FLAGS

Kind = Literal["text", "integer", "flag", "sort"]
IGNORED_PREFIX = "utm_"  # links from campaigns carry these; they are nobody's filter
ATTRIBUTE_PREFIX = "attr."


class ParameterUnknown(Invalid):
    """A query parameter that this endpoint does not have."""

    code = "unknown_parameter"


class ParameterInvalid(Invalid):
    """A query parameter whose value cannot be read, or that stands twice but takes one value."""

    code = "invalid_parameter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One query parameter; ``repeated`` values are alternatives."""

    name: str
    kind: Kind
    description: str
    repeated: bool = False
    example: object = None


PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        name="q", kind="text", description="搜索词，可含价格、数量、排除（如 不要硅胶）", example="304不锈钢螺丝 M8x30"
    ),
    Parameter(name="category", kind="text", repeated=True, description="类目编号，任意层级", example="03"),
    Parameter(name="quantity", kind="integer", description="采购数量，价格按此数量计算", example=500),
    Parameter(name="price_min_fen", kind="integer", description="采购数量下的最低单价（分）", example=100),
    Parameter(name="price_max_fen", kind="integer", description="采购数量下的最高单价（分）", example=1000),
    Parameter(name="moq_max", kind="integer", description="起订量不超过", example=100),
    Parameter(name="region", kind="text", repeated=True, description="发货地：省，或 省/市", example="浙江"),
    Parameter(name="supplier", kind="text", repeated=True, description="供应商编号"),
    *(Parameter(name=flag, kind="flag", description=f"true 或 false：{flag}", example="true") for flag in FLAGS),
    Parameter(name="dispatch_hours_max", kind="integer", description="发货时间不超过（小时）", example=48),
    Parameter(name="sort", kind="sort", description="relevance、price、sales 或 newest", example="relevance"),
    Parameter(name="size", kind="integer", description="每页条数，1 到 100", example=20),
    Parameter(name="cursor", kind="text", description="上一页给出的翻页标记"),
    Parameter(name="explain", kind="flag", description="true 时给出排序原因", example="true"),
    Parameter(name="repair", kind="flag", description="false 时按原词搜索，不纠错", example="true"),
)
_BY_NAME: Mapping[str, Parameter] = {parameter.name: parameter for parameter in PARAMETERS}


def parse_search(items: Iterable[tuple[str, str]]) -> SearchRequest:
    """The request that these query parameters make; raises ``Invalid`` kinds that name the parameter at fault."""
    single: dict[str, Any] = {}
    repeated: dict[str, list[str]] = {}
    for name, text in items:
        if name.startswith(IGNORED_PREFIX):
            continue
        if name.startswith(ATTRIBUTE_PREFIX) and len(name) > len(ATTRIBUTE_PREFIX):
            repeated.setdefault(name, []).append(text)
            continue
        parameter = _BY_NAME.get(name)
        if parameter is None:
            raise ParameterUnknown(f"没有参数 {name[:50]}", parameter=name[:50])
        if parameter.repeated:
            repeated.setdefault(name, []).append(text)
        elif name in single:
            raise ParameterInvalid(f"参数 {name} 只能出现一次", parameter=name)
        else:
            single[name] = _READERS[parameter.kind](name, text)
    return _request(single, repeated)


def _request(single: dict[str, Any], repeated: dict[str, list[str]]) -> SearchRequest:
    flags = {flag: single.pop(flag) for flag in FLAGS if flag in single}
    attributes = {
        name.removeprefix(ATTRIBUTE_PREFIX): tuple(values)
        for name, values in repeated.items()
        if name.startswith(ATTRIBUTE_PREFIX)
    }
    lists = {name: tuple(values) for name, values in repeated.items() if not name.startswith(ATTRIBUTE_PREFIX)}
    fields: dict[str, Any] = {**single, **lists, "flags": flags, "attributes": attributes}
    return SearchRequest(**fields)


def search_items(request: SearchRequest) -> list[tuple[str, str]]:
    """The query parameters of a request, in table order, defaults left out: the inverse of ``parse_search``."""
    default = SearchRequest()
    items: list[tuple[str, str]] = []
    for parameter in PARAMETERS:
        if parameter.name in FLAGS:
            wanted = request.flags.get(parameter.name)
            items += [(parameter.name, _text(wanted))] if wanted is not None else []
            continue
        value = getattr(request, parameter.name)
        if value == getattr(default, parameter.name):
            continue
        values = value if parameter.repeated else (value,)
        items += [(parameter.name, _text(entry)) for entry in values]
    items += [(f"{ATTRIBUTE_PREFIX}{key}", value) for key, values in request.attributes.items() for value in values]
    return items


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _integer(name: str, text: str) -> int:
    # int() would also read "1_000", "١" and " 7 ", and take seconds for a megabyte of digits.
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise ParameterInvalid(f"参数 {name} 应为非负整数", parameter=name)
    return int(text)


def _flag(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise ParameterInvalid(f"参数 {name} 应为 true 或 false", parameter=name)
    return text == "true"


def _sort(name: str, text: str) -> str:
    if text not in get_args(Sort):
        raise ParameterInvalid(f"参数 {name} 应为 {'、'.join(get_args(Sort))} 之一", parameter=name)
    return text


def _plain(name: str, text: str) -> str:
    return text


_READERS: Mapping[Kind, Callable[[str, str], Any]] = {"text": _plain, "integer": _integer, "flag": _flag, "sort": _sort}
