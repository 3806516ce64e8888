"""Which column of a file means which field: our own names, what Chinese exports call them, and the caller's mapping."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kernel.errors import Invalid

ATTRIBUTE_PREFIXES = ("attr.", "attributes.", "属性.", "属性:", "属性：")

# Fields that a row may fill. Those of a supplier are told by their prefix; prices in yuan and in fen are two ways to say one thing.
FIELDS: frozenset[str] = frozenset(
    ["offer_id", "title", "supplier_id", "category_id", "tiers", "price_yuan", "price_fen", "moq", "pack_multiple", "units_per_pack", "pack_unit", "unit", "stock", "attributes", "brand", "item_code", "barcode", "description", "origin", "dropship", "dropship_price_fen", "dropship_price_yuan", "sample_price_fen", "sample_price_yuan", "customisation", "invoice", "freight_free", "dispatch_hours", "picture", "sold_count", "published_at", "supplier", "supplier_name", "supplier_province", "supplier_city", "supplier_joined_year", "supplier_verified", "supplier_factory", "supplier_repeat_buyer_rate"]
)

# Written with underscores, lower case and without spaces; looked up after the same folding of the file's header.
_ALIASES: dict[str, str] = {
    "id": "offer_id", "offerid": "offer_id", "商品id": "offer_id", "商品编号": "offer_id", "编号": "offer_id", "产品编号": "offer_id",
    "产品id": "offer_id", "sku": "offer_id", "listing_id": "offer_id",
    "name": "title", "subject": "title", "标题": "title", "商品标题": "title", "商品名称": "title", "产品名称": "title", "产品标题": "title",
    "品名": "title", "名称": "title",
    "category": "category_id", "类目id": "category_id", "类目": "category_id", "分类": "category_id", "类目编号": "category_id",
    "价格": "price_yuan", "单价": "price_yuan", "批发价": "price_yuan", "price": "price_yuan", "单价(元)": "price_yuan",
    "价格(元)": "price_yuan", "单价（元）": "price_yuan", "价格（元）": "price_yuan", "unit_price_fen": "price_fen",
    "阶梯价": "tiers", "阶梯价格": "tiers", "价格阶梯": "tiers", "price_tiers": "tiers",
    "起订量": "moq", "最小起订量": "moq", "起批量": "moq", "min_order": "moq", "min_order_quantity": "moq",
    "加购倍数": "pack_multiple", "装箱数": "units_per_pack", "每箱数量": "units_per_pack", "包装单位": "pack_unit",
    "单位": "unit", "计量单位": "unit", "库存": "stock", "库存量": "stock", "可售数量": "stock", "inventory": "stock",
    "属性": "attributes", "品牌": "brand", "货号": "item_code", "型号": "item_code", "款号": "item_code", "条码": "barcode",
    "条形码": "barcode", "ean": "barcode", "gtin": "barcode", "描述": "description", "详情": "description", "商品描述": "description",
    "产地": "origin", "发货地": "origin", "一件代发": "dropship", "支持代发": "dropship", "代发价": "dropship_price_yuan",
    "样品价": "sample_price_yuan", "定制": "customisation", "支持定制": "customisation", "来样定制": "customisation",
    "customization": "customisation", "发票": "invoice", "可开票": "invoice", "含税": "invoice", "包邮": "freight_free",
    "free_shipping": "freight_free", "发货时间": "dispatch_hours", "发货时间(小时)": "dispatch_hours", "图片": "picture",
    "主图": "picture", "图片地址": "picture", "image": "picture", "image_url": "picture", "picture_url": "picture",
    "销量": "sold_count", "成交量": "sold_count", "sales": "sold_count", "sold": "sold_count", "上架时间": "published_at",
    "供应商id": "supplier_id", "供应商编号": "supplier_id", "店铺id": "supplier_id", "seller_id": "supplier_id",
    "供应商": "supplier_name", "供应商名称": "supplier_name", "公司名称": "supplier_name", "店铺名称": "supplier_name",
    "省份": "supplier_province", "省": "supplier_province", "城市": "supplier_city", "市": "supplier_city",
    "入驻年份": "supplier_joined_year", "已认证": "supplier_verified", "认证": "supplier_verified", "工厂": "supplier_factory",
    "源头工厂": "supplier_factory", "回头率": "supplier_repeat_buyer_rate",
}  # fmt: skip

_BLANKS = re.compile(r"\s+")


class ColumnMap:
    """Turns a row's columns into our fields.

    ``mapping`` is ``{our field: their column}`` and wins over names; an attribute is mapped as ``attr.NAME``. A column that is
    named like nothing is left out and remembered in ``ignored``, so that the caller can say so.
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
        if column not in self._known:
            if len(self._known) >= 10_000:  # rows that bring their own keys must not grow this without end
                self._known.clear()
            self._known[column] = self._resolve(column)
        return self._known[column]

    def _resolve(self, column: str) -> str | None:
        if column in self._chosen:
            return self._chosen[column]
        if name := _attribute_name(column):
            return f"attr.{name}"
        folded = _BLANKS.sub("", column).lower()
        target = folded if folded in FIELDS else _ALIASES.get(folded)
        return None if target in self._taken else target

    def _require(self, columns: Sequence[str]) -> None:
        met = {self.target(column) for column in columns}
        for required, label in (("offer_id", "商品编号"), ("title", "标题")):
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
