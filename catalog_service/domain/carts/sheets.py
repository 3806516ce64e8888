"""Rows of an order sheet to the lines that people paste: columns are told by their heads, where there are any."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from catalog_service.domain.carts.pasted import HEADINGS, PASTED_LINES_MAX, PastedTooLong

TEMPLATE_HEAD = ("货号", "规格", "数量")
CODE_HEADS = frozenset({
    "货号", "条码", "商品货号", "商品编码", "商品条码", "商品编号", "款号", "编码",
    "code", "item code", "item", "barcode", "ean",
})  # fmt: skip
SKU_HEADS = frozenset({"规格编码", "规格条码", "规格编号", "商家编码", "sku", "sku编码", "sku code", "sku id"})
SPEC_HEADS = frozenset({"规格", "规格名称", "颜色", "尺码", "尺寸", "spec", "variant", "color", "colour", "size"})
UNIT_HEADS = frozenset({"单位", "unit"})
ROWS_MAX = 5_000  # with those that are empty: a sheet of 200 lines has no more between them

_REMARK = re.compile(r"[（(].*?[）)]|[*＊:：]")  # 数量（必填）*


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Where what stands. ``codes``: the first of them that is filled counts; those of single SKUs come last, and tell
    SKUs apart where a listing's own code is there."""

    codes: Sequence[int]
    specs: Sequence[int]
    quantity: int
    unit: int | None

    @classmethod
    def named(cls, cells: Sequence[str]) -> _Columns | None:
        """None for a row that names no quantity: it is no head."""
        names = [_REMARK.sub("", unicodedata.normalize("NFKC", cell)).strip().casefold() for cell in cells]
        quantity = next((place for place, name in enumerate(names) if name in HEADINGS), None)
        if quantity is None:
            return None
        skus = [place for place, name in enumerate(names) if name in SKU_HEADS]
        codes = [place for place, name in enumerate(names) if name in CODE_HEADS]
        specs = [place for place, name in enumerate(names) if name in SPEC_HEADS or name in SKU_HEADS]
        unit = next((place for place, name in enumerate(names) if name in UNIT_HEADS), None)
        return cls(codes=[*codes, *skus] or [0], specs=specs, quantity=quantity, unit=unit)

    def line(self, cells: Sequence[str]) -> list[str]:
        """Code, what tells SKUs apart, quantity with its unit."""
        at = dict(enumerate(cells))
        named = next((place for place in self.codes if at.get(place)), self.codes[0])
        code = at.get(named, "")
        spec = " ".join(cell for place in self.specs if place != named and (cell := at.get(place, "")))
        unit = at.get(self.unit, "") if self.unit is not None else ""
        return [code, spec, f"{at.get(self.quantity, '')}{unit}" if at.get(self.quantity) else ""]


def lines_of_rows(rows: Iterable[Sequence[str]]) -> str:
    """Text as ``read_pasted`` takes it, a row a line under the row's own number; raises ``PastedTooLong``."""
    return "\n".join(_lines(rows)).rstrip("\n")


def _lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    columns: _Columns | None = None
    filled = 0
    for number, row in enumerate(rows, start=1):
        cells = [" ".join(cell.split()) for cell in row]
        if number > ROWS_MAX:
            raise PastedTooLong(f"文件最多 {ROWS_MAX} 行（连空行在内），请分几个文件", parameter="file")
        if not any(cells):
            yield ""
            continue
        if not filled and columns is None and (columns := _Columns.named(cells)) is not None:
            yield "\t".join(TEMPLATE_HEAD)
            continue
        filled += 1
        if filled > PASTED_LINES_MAX:
            raise PastedTooLong(f"一个文件最多订 {PASTED_LINES_MAX} 行，请分几个文件", parameter="file")
        yield "\t".join(columns.line(cells) if columns else cells)
