"""A SKU as the record keeps it, and the terms of trade of an offer that its listing does not say."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.prices import PriceTier

DEFAULT_NAME = "默认规格"

SkuValues = tuple[tuple[str, str], ...]
"""(attribute, value) of up to three sales attributes, in the supplier's order: (("颜色", "红"), ("尺码", "M"))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuDraft:
    """One SKU as its supplier states it. ``code`` is the supplier's own and tells it from the offer's others, also
    across revisions. ``tiers`` empty: the offer's ladder holds; a price of its own is a ladder of one step.

    ``stock`` None: not counted. It is applied where it is another than what was stated last, so that a revision of the
    title does not undo what was sold meanwhile."""

    code: str
    values: SkuValues = ()
    tiers: tuple[PriceTier, ...] = ()
    weight_g: int = 0
    barcode: str = ""
    on_sale: bool = True
    stock: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeTerms:
    """What a publication or revision says beside the listing. ``skus`` empty: the offer itself is its one SKU, of
    ``weight_g``. ``moq_per_sku`` False: the minimum counts over the offer's SKUs together. ``mixed_batch``: the offer
    takes part in its supplier's mixed batches (混批)."""

    skus: tuple[SkuDraft, ...] = ()
    weight_g: int = 0
    moq_per_sku: bool = False
    mixed_batch: bool = False
    freight_template_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sku:
    """One row. ``retired``: no longer among what the supplier states, kept for the orders that name it.
    ``stated_stock``: what the supplier stated last."""

    sku_id: str
    offer_id: str
    code: str = ""
    values: SkuValues = ()
    tiers: tuple[PriceTier, ...] = ()
    weight_g: int = 0
    barcode: str = ""
    position: int = 0
    on_sale: bool = True
    retired: bool = False
    stated_stock: int | None = None

    @property
    def name(self) -> str:
        """What tells it apart, for people: 红 / M."""
        return " / ".join(value for _, value in self.values) or self.code or DEFAULT_NAME

    @property
    def is_default(self) -> bool:
        """The one SKU of an offer that states none: it has the offer's id, so that it needs no choosing."""
        return self.sku_id == self.offer_id


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuView:
    """A SKU with what is there of it. ``available`` None: not counted, the supplier delivers what is ordered."""

    sku: Sku
    available: int | None
    reserved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTerms:
    """``TradeTerms`` as stored; ``digest`` tells whether a revision changes any."""

    moq_per_sku: bool = False
    mixed_batch: bool = False
    freight_template_id: str | None = None
    digest: str = ""


NO_TERMS = OfferTerms()
