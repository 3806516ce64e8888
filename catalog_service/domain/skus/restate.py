"""What a file says of some of an offer's SKUs, over what stands: it need not say everything again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from catalog_service.domain.skus.spellings import spelt, surely
from catalog_service.domain.skus.values import OfferTerms, Sku, SkuDraft, SkuValues, TradeTerms
from catalog_service.domain.text import clean_word
from kernel.errors import Invalid
from kernel.prices import PriceTier


class SkuUnknown(Invalid):
    """The offer has no SKU of this code, and what is said is not enough to make one."""

    code = "sku_unknown"


class SkuAmbiguous(Invalid):
    """The code is another spelling of several SKUs' codes, or of one that it may not mean: ``detail["alike"]``."""

    code = "sku_ambiguous"


class StockBySku(Invalid):
    """The stock of an offer with SKUs is said SKU by SKU."""

    code = "stock_by_sku"


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuPatch:
    """One SKU by its supplier's code; None: not said, so it stays. ``values`` make a SKU of a code that is new."""

    code: str
    stock: int | None = None
    tiers: tuple[PriceTier, ...] | None = None
    values: SkuValues | None = None
    barcode: str | None = None
    weight_g: int | None = None
    on_sale: bool | None = None


def standing_terms(skus: Sequence[Sku], terms: OfferTerms) -> TradeTerms:
    """What stands, as its supplier would state it."""
    default = next((sku for sku in skus if sku.is_default and not sku.retired), None)
    stated = sorted((sku for sku in skus if not sku.is_default and not sku.retired), key=lambda sku: sku.position)
    return TradeTerms(
        skus=tuple(_draft(sku) for sku in stated),
        weight_g=default.weight_g if default else 0,
        moq_per_sku=terms.moq_per_sku,
        mixed_batch=terms.mixed_batch,
        freight_template_id=terms.freight_template_id,
    )


def patched(skus: Sequence[SkuDraft], patches: Sequence[SkuPatch]) -> tuple[SkuDraft, ...]:
    """The SKUs with what the patches say, which may spell their codes otherwise; those that no patch names stay.
    ``SkuUnknown``, ``SkuAmbiguous``; ``Invalid`` for two patches of one SKU."""
    by_code = {sku.code: sku for sku in skus}
    said: set[str] = set()
    for place, patch in enumerate(patches):
        sku = _meant(patch, by_code, place) or SkuDraft(code=clean_word(patch.code))
        if sku.code in said:
            raise Invalid(f"规格编码“{sku.code}”重复", parameter=f"skus.{place}.code")
        said.add(sku.code)
        by_code[sku.code] = _over(sku, patch)
    return tuple(by_code.values())


def _meant(patch: SkuPatch, known: Mapping[str, SkuDraft], place: int) -> SkuDraft | None:
    """The SKU that the patch is about; None for a new one, which has a code and values that no other has."""
    code = clean_word(patch.code)
    if code in known:
        return known[code]
    alike = spelt(code, known.values(), of=lambda sku: sku.code)
    if patch.values is not None:
        return next((sku for sku in alike if sku.values == patch.values), None)
    sure = [sku for sku in alike if surely(code, sku.code)]
    if len(alike) == 1 and sure:
        return alike[0]
    if alike:
        names = "、".join(f"“{sku.code}”" for sku in alike)
        raise SkuAmbiguous(
            f"没有编码正好写作“{code[:64]}”的规格，写法相近的有{names}，请照原样写",
            parameter=f"skus.{place}.code",
            detail={"alike": [sku.code for sku in alike]},
        )
    raise SkuUnknown(
        f"这个商品没有编码为“{code[:64]}”的规格；新增规格要写 values（销售属性）",
        parameter=f"skus.{place}.code",
        detail={"known": list(known)[:20]},
    )


def same_but_stock(one: TradeTerms, other: TradeTerms) -> bool:
    """Whether the two differ at most in what they state of stock."""
    return _uncounted(one) == _uncounted(other)


def _over(sku: SkuDraft, patch: SkuPatch) -> SkuDraft:
    names = ("stock", "tiers", "values", "barcode", "weight_g", "on_sale")
    return replace(sku, **{name: said for name in names if (said := getattr(patch, name)) is not None})


def _draft(sku: Sku) -> SkuDraft:
    return SkuDraft(
        code=sku.code, values=sku.values, tiers=sku.tiers, weight_g=sku.weight_g, barcode=sku.barcode,
        on_sale=sku.on_sale, stock=sku.stated_stock,
    )  # fmt: skip


def _uncounted(terms: TradeTerms) -> TradeTerms:
    return replace(terms, skus=tuple(replace(sku, stock=None) for sku in terms.skus))
