"""What a statement of SKUs is held against, and the digest that tells whether it changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from catalog_service.domain.offers.prohibited import ProhibitedWords
from catalog_service.domain.skus.values import SkuDraft, SkuValues, TradeTerms
from catalog_service.domain.text import clean_word
from kernel.errors import Invalid
from kernel.ids import validate_id
from kernel.prices import PriceTier, price_at, validate_ladder

SKUS_MAX = 200  # ten colours in twenty sizes; a longer list is several offers
SALES_ATTRIBUTES_MAX = 3  # a matrix of more than three sides fits no page
VALUE_CHARACTERS_MAX = 60  # a button of the SKU matrix
CODE_CHARACTERS_MAX = 64  # as item codes of stock systems go
WEIGHT_G_MAX = 1_000_000_000  # a thousand tonnes a piece; beyond is a typing error
STOCK_MAX = 10**12  # a trillion pieces: sums over an offer's SKUs stay far within 64 bits

_encoder = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuRules:
    """What every statement of SKUs is held against."""

    prohibited: ProhibitedWords

    def accept(self, terms: TradeTerms, *, tiers: Sequence[PriceTier], moq: int) -> TradeTerms:
        """The terms cleaned, or ``Invalid`` naming the field; ``tiers`` and ``moq`` are the offer's own."""
        if len(terms.skus) > SKUS_MAX:
            raise Invalid(f"规格最多 {SKUS_MAX} 个", parameter="skus")
        _within(terms.weight_g, WEIGHT_G_MAX, "weight_g", "重量（克）")
        if terms.freight_template_id is not None:
            validate_id(terms.freight_template_id, parameter="freight_template_id")
        skus = tuple(self._sku(sku, f"skus.{place}", bool(tiers), moq) for place, sku in enumerate(terms.skus))
        _refuse_twins(skus)
        _refuse_bait(skus, tiers, moq)
        return replace(terms, skus=skus)

    def _sku(self, sku: SkuDraft, where: str, priced: bool, moq: int) -> SkuDraft:
        code = clean_word(sku.code)
        if not 1 <= len(code) <= CODE_CHARACTERS_MAX:
            raise Invalid(f"规格编码必须是 1 到 {CODE_CHARACTERS_MAX} 个字", parameter=f"{where}.code")
        if len(sku.values) > SALES_ATTRIBUTES_MAX:
            raise Invalid(f"销售属性最多 {SALES_ATTRIBUTES_MAX} 个", parameter=f"{where}.values")
        if sku.tiers and not priced:
            raise Invalid("面议商品的规格不能单独定价", parameter=f"{where}.tiers")
        try:
            validate_ladder(sku.tiers, moq=moq)
        except Invalid as refusal:
            raise Invalid(refusal.message, parameter=f"{where}.tiers") from None
        _within(sku.weight_g, WEIGHT_G_MAX, f"{where}.weight_g", "重量（克）")
        if sku.stock is not None:
            _within(sku.stock, STOCK_MAX, f"{where}.stock", "库存")
        barcode = clean_word(sku.barcode)
        if len(barcode) > CODE_CHARACTERS_MAX:
            raise Invalid(f"条码最长 {CODE_CHARACTERS_MAX} 字", parameter=f"{where}.barcode")
        return replace(sku, code=code, values=self._values(sku.values, f"{where}.values"), barcode=barcode)

    def _values(self, values: SkuValues, where: str) -> SkuValues:
        cleaned = tuple((clean_word(name), clean_word(value)) for name, value in values)
        for pair in cleaned:
            for text in pair:
                if not 1 <= len(text) <= VALUE_CHARACTERS_MAX:
                    raise Invalid(f"销售属性名和值必须是 1 到 {VALUE_CHARACTERS_MAX} 字", parameter=where)
                self.prohibited.refuse_short(text, parameter=where)
        if len({name for name, _ in cleaned}) < len(cleaned):
            raise Invalid("同一个销售属性只能出现一次", parameter=where)
        return cleaned


def terms_digest(terms: TradeTerms) -> str:
    """32 hexadecimal digits, the same for equal terms."""
    return hashlib.blake2b(_encoder.encode(terms), digest_size=16).hexdigest()


def _refuse_twins(skus: Sequence[SkuDraft]) -> None:
    """Codes and values tell SKUs apart, and all are told apart by the same attributes."""
    codes: set[str] = set()
    combinations: set[SkuValues] = set()
    for place, sku in enumerate(skus):
        if sku.code in codes:
            raise Invalid(f"规格编码“{sku.code}”重复", parameter=f"skus.{place}.code")
        codes.add(sku.code)
        if [name for name, _ in sku.values] != [name for name, _ in skus[0].values]:
            raise Invalid("所有规格必须用相同的销售属性", parameter=f"skus.{place}.values")
        if sku.values in combinations or (len(skus) > 1 and not sku.values):
            raise Invalid("规格的属性值不能相同", parameter=f"skus.{place}.values")
        combinations.add(sku.values)


def _refuse_bait(skus: Sequence[SkuDraft], tiers: Sequence[PriceTier], moq: int) -> None:
    """The ladder that searches sort by must be one that some SKU is sold at: no 0.01 in front of dear SKUs."""
    sold = [sku.tiers or tuple(tiers) for sku in skus if sku.on_sale]
    for quantity in sorted({moq, *(tier.min_quantity for each in (tiers, *sold) for tier in each)}):
        shown = price_at(tiers, moq=moq, quantity=quantity)
        prices = [quoted.unit_fen for each in sold if (quoted := price_at(each, moq=moq, quantity=quantity))]
        if shown is not None and prices and shown.unit_fen < min(prices):
            raise Invalid("商品的公开价不能低于最便宜规格的单价", parameter="tiers")


def _within(value: int, high: int, parameter: str, label: str) -> None:
    if not 0 <= value <= high:
        raise Invalid(f"{label}必须在 0 到 {high} 之间", parameter=parameter)
