"""A row of somebody's file -> the drafts of an offer and its supplier, or what it says of one SKU. Every refusal names
the column."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog_service.domain.offers import cells
from catalog_service.domain.offers.content import OfferDraft, image_fields
from catalog_service.domain.offers.listing_columns import ColumnMap
from catalog_service.domain.offers.sku_rows import SkuRow, nested_skus, sku_row
from catalog_service.domain.skus.restate import SkuPatch, StockBySku
from catalog_service.domain.skus.values import TradeTerms
from catalog_service.domain.suppliers.profile import SupplierDraft
from kernel.errors import Invalid
from kernel.prices import PriceTier


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingDraft:
    """What one row says: an offer, and its supplier where the row tells of one. ``skus``: what it says of some of the
    offer's SKUs. ``trade``: SKUs and terms of an offer that is new, of seeded data; files do not tell of terms."""

    offer: OfferDraft
    supplier: SupplierDraft | None = None
    skus: tuple[SkuPatch, ...] = ()
    trade: TradeTerms | None = None


def row_of(values: Mapping[str, object], columns: ColumnMap) -> ListingDraft | SkuRow:
    """What a row says; ``Invalid`` names the field that cannot be read."""
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
            attributes = cells.attributes(value) | attributes
        elif target == "supplier":
            supplier |= _supplier_object(value)
        else:
            attributes[target.removeprefix("attr.")] = cells.values(value, target)
    if "sku_code" in fields:
        extra = ["attributes"] if attributes else []
        return sku_row({**fields, **supplier, **dict.fromkeys(extra)})
    for required in ("offer_id", "title"):
        if required not in fields:
            raise Invalid(f"缺少 {required}", parameter=required)
    skus = fields.pop("skus", ())
    if skus and "stock" in fields:
        raise Invalid("有规格的商品，库存写在每个规格里", parameter="stock", code=StockBySku.code)
    _settle_prices(fields)
    _settle_pictures(fields)
    if attributes:
        fields["attributes"] = attributes
    draft = _supplier_draft(supplier)
    if draft is not None:
        fields["supplier_id"] = draft.supplier_id
    return ListingDraft(offer=OfferDraft(**fields), supplier=draft, skus=skus)


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


def _settle_pictures(fields: dict[str, Any]) -> None:
    """Exports have the first picture in a column of its own, and among all of them or not."""
    images = fields.pop("images", None)
    if images:
        first = fields.get("picture") or images[0]
        place = images.index(first) if first in images else len(images)
        fields |= image_fields([first, *images[:place], *images[place + 1 :]])


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
    for name, part in cells.json_object(value, "supplier").items():
        target = name if name.startswith("supplier_") else f"supplier_{name}"
        if part is not None and part != "" and target in _READERS:
            read[target] = _READERS[target](part, f"supplier.{name}")
    return read


_FIELDS_READ_AS: tuple[tuple[Callable[[object, str], Any], tuple[str, ...]], ...] = (
    (cells.text, ("offer_id", "title", "sku_code", "supplier_id", "category_id", "pack_unit", "unit", "brand")),
    (cells.text, ("item_code", "barcode")),
    (cells.text, ("description", "origin", "picture", "supplier_name", "supplier_province", "supplier_city")),
    (cells.integer, ("moq", "pack_multiple", "units_per_pack", "stock", "dispatch_hours", "sold_count")),
    (cells.integer, ("price_fen", "dropship_price_fen", "sample_price_fen", "supplier_joined_year")),
    (cells.flag, ("dropship", "customisation", "invoice", "freight_free", "supplier_verified", "supplier_factory")),
    (cells.yuan, ("price_yuan", "dropship_price_yuan", "sample_price_yuan")),
    (cells.rate, ("supplier_repeat_buyer_rate",)),
    (cells.seconds, ("published_at",)),
    (cells.tiers, ("tiers",)),
    (cells.addresses, ("images",)),
    (nested_skus, ("skus",)),
)
_READERS: dict[str, Callable[[object, str], Any]] = {name: read for read, names in _FIELDS_READ_AS for name in names}
_SUPPLIER_FIELDS = frozenset(name for name in _READERS if name.startswith("supplier_"))
