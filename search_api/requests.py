"""What a caller asks: frozen, checked at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kernel.errors import Invalid
from kernel.money import PRICE_FEN_MAX
from kernel.prices import QUANTITY_MAX
from search_engine.plan import Sort

QUERY_CHARACTERS_MAX = 200  # real shop queries stay under 60 characters; 200 leaves room for a pasted title
PAGE_SIZE_MAX = 100  # the contract of the endpoint; five pages of a browser screen
FILTER_VALUES_MAX = 50  # a person ticks a handful; 50 bounds the boolean query
ATTRIBUTE_FILTERS_MAX = 20
FILTER_CHARACTERS_MAX = 100  # twice the longest value of the taxonomy
# Least and greatest value of every number that a request may carry.
LIMITS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "size": (1, PAGE_SIZE_MAX),
        "quantity": (1, QUANTITY_MAX),
        "moq_max": (1, QUANTITY_MAX),
        "price_min_fen": (0, PRICE_FEN_MAX),
        "price_max_fen": (0, PRICE_FEN_MAX),
        "dispatch_hours_max": (1, 24 * 365),
    }
)


class QueryTooLong(Invalid):
    """The query is longer than a listing's title may be."""

    code = "query_too_long"


class FilterInvalid(Invalid):
    """A filter's value is out of range, or there are too many of them."""

    code = "filter_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """A search. Values of one filter are alternatives, different filters must all hold.

    Flags are None (not asked), True or False. ``repair`` False searches the words exactly as typed.
    """

    q: str = ""
    category: tuple[str, ...] = ()
    quantity: int | None = None
    price_min_fen: int | None = None
    price_max_fen: int | None = None
    moq_max: int | None = None
    region: tuple[str, ...] = ()
    supplier: tuple[str, ...] = ()
    flags: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    dispatch_hours_max: int | None = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    sort: Sort = "relevance"
    size: int = 20
    cursor: str | None = None
    explain: bool = False
    repair: bool = True

    def __post_init__(self) -> None:
        if len(self.q) > QUERY_CHARACTERS_MAX:
            raise QueryTooLong(f"搜索词最长 {QUERY_CHARACTERS_MAX} 个字，现有 {len(self.q)} 个", parameter="q")
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise FilterInvalid(f"{name} 应在 {low} 到 {high} 之间", parameter=name)
        if (
            self.price_min_fen is not None
            and self.price_max_fen is not None
            and self.price_min_fen > self.price_max_fen
        ):
            raise FilterInvalid("最低价高于最高价", parameter="price_min_fen")
        if len(self.attributes) > ATTRIBUTE_FILTERS_MAX:
            raise FilterInvalid(f"属性筛选最多 {ATTRIBUTE_FILTERS_MAX} 个", parameter="attr")
        lists = {"category": self.category, "region": self.region, "supplier": self.supplier}
        lists.update({f"attr.{key}": values for key, values in self.attributes.items()})
        for name, values in lists.items():
            if len(values) > FILTER_VALUES_MAX:
                raise FilterInvalid(f"一个筛选最多 {FILTER_VALUES_MAX} 个值", parameter=name)
            if any(not value or len(value) > FILTER_CHARACTERS_MAX for value in values):
                raise FilterInvalid("筛选值为空或过长", parameter=name)
