"""Which column of a file means which field: our own names, what Chinese exports call them, and the caller's mapping."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kernel.errors import Invalid

ATTRIBUTE_PREFIXES = ("attr.", "attributes.", "属性.", "属性:", "属性：")

# Every field that a row may fill, and what exports call it besides its own name. Those of a supplier are told by their
# prefix; yuan and fen are two ways to say one price. Names are folded: lower case, no blanks, ASCII brackets.
_NAMES: dict[str, str] = {
    "offer_id": "id offerid listing_id sku 商品id 商品编号 产品id 产品编号 编号",
    "sku_code": "规格编码 sku编码 商家规格编码",
    "skus": "",
    "title": "name subject 标题 商品标题 产品标题 商品名称 产品名称 名称 品名",
    "category_id": "category 类目 类目id 类目编号 分类",
    "tiers": "price_tiers 阶梯价 阶梯价格 价格阶梯",
    "price_yuan": "price 价格 单价 批发价 价格(元) 单价(元) 批发价(元)",
    "price_fen": "unit_price_fen 价格(分) 单价(分)",
    "moq": "min_order min_order_quantity 起订量 最小起订量 起批量",
    "pack_multiple": "加购倍数",
    "units_per_pack": "装箱数 每箱数量 每包数量",
    "pack_unit": "包装单位",
    "unit": "单位 计量单位",
    "stock": "inventory 库存 库存量 可售数量",
    "attributes": "属性 规格参数",
    "brand": "品牌",
    "item_code": "货号 款号 型号",
    "barcode": "ean gtin 条码 条形码",
    "description": "描述 商品描述 详情",
    "origin": "产地 发货地",
    "dropship": "一件代发 支持代发",
    "dropship_price_fen": "",
    "dropship_price_yuan": "代发价 代发价(元)",
    "sample_price_fen": "",
    "sample_price_yuan": "样品价 样品价(元)",
    "customisation": "customization 定制 支持定制 来样定制",
    "invoice": "发票 可开票 含税",
    "freight_free": "free_shipping 包邮",
    "dispatch_hours": "发货时间 发货时间(小时)",
    "picture": "image image_url picture_url 图片 主图 图片地址",
    "images": "image_urls picture_urls pictures 全部图片 图片列表 商品图片 主图列表 轮播图 附图",
    "sold_count": "sales sold 销量 成交量",
    "published_at": "上架时间",
    "supplier_id": "seller_id 供应商id 供应商编号 店铺id",
    "supplier_name": "供应商 供应商名称 公司名称 店铺名称",
    "supplier_province": "省 省份",
    "supplier_city": "市 城市",
    "supplier_joined_year": "入驻年份",
    "supplier_verified": "认证 已认证",
    "supplier_factory": "工厂 源头工厂",
    "supplier_repeat_buyer_rate": "回头率",
    "supplier": "",
}
FIELDS: frozenset[str] = frozenset(_NAMES)
_FIELD_OF: dict[str, str] = {name: target for target, names in _NAMES.items() for name in (target, *names.split())}
_BRACKETS = str.maketrans("（）", "()")

COLUMNS_REMEMBERED = 10_000  # rows that bring their own keys must not grow the memory without end

_BLANKS = re.compile(r"\s+")


class ColumnMap:
    """Turns a row's columns into our fields.

    ``mapping`` is ``{our field: their column}`` and wins over names; an attribute is mapped as ``attr.NAME``. A column
    that is named like nothing is left out and remembered in ``ignored``, so that the caller can say so.
    """

    def __init__(self, mapping: Mapping[str, str] | None = None, *, columns: Sequence[str] | None = None) -> None:
        self._chosen: dict[str, str] = {}
        for target, column in sorted((mapping or {}).items()):
            if target not in FIELDS and not _attribute_name(target):
                raise Invalid(
                    f"列映射里的“{target[:60]}”不是商品字段", parameter="mapping", detail={"known": sorted(FIELDS)}
                )
            if columns is not None and column not in columns:
                raise Invalid(
                    f"文件里没有列映射所写的列“{column[:60]}”",
                    parameter="mapping",
                    detail={"columns": list(columns)[:100]},
                )
            self._chosen[column] = target
        self._taken = set(self._chosen.values())
        self._known: dict[str, str | None] = {}
        if columns is not None:
            self._require(columns)

    @property
    def ignored(self) -> tuple[str, ...]:
        """Columns met so far that mean nothing to us."""
        return tuple(sorted(column for column, target in self._known.items() if target is None))

    def target(self, column: str) -> str | None:
        """Our field (``attr.NAME`` for an attribute) that the column fills, None when it is left out."""
        try:
            return self._known[column]
        except KeyError:
            if len(self._known) >= COLUMNS_REMEMBERED:
                self._known.clear()
            target = self._known[column] = self._resolve(column)
            return target

    def _resolve(self, column: str) -> str | None:
        if column in self._chosen:
            return self._chosen[column]
        if name := _attribute_name(column):
            return f"attr.{name}"
        target = _FIELD_OF.get(_BLANKS.sub("", column).lower().translate(_BRACKETS))
        return None if target in self._taken else target

    def _require(self, columns: Sequence[str]) -> None:
        met = {self.target(column) for column in columns}
        for required, label in (("offer_id", "商品编号"), ("title", "标题")):
            if required == "title" and "sku_code" in met:
                continue  # a list of stock or prices by SKU; a row without a code still needs its title
            if required not in met:
                raise Invalid(
                    f"文件缺少必需的列 {required}（{label}），可用列映射指明",
                    parameter=required,
                    detail={"columns": list(columns)[:100]},
                )


def _attribute_name(column: str) -> str:
    for prefix in ATTRIBUTE_PREFIXES:
        if column.startswith(prefix):
            return column[len(prefix) :].strip()
    return ""
