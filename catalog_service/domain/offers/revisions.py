"""A revision that waits beside the offer on sale: what it changes, and what becomes of it when that moves on."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from catalog_service.domain.offers.bulk import draft_of
from catalog_service.domain.offers.content import OfferDraft, image_fields
from catalog_service.domain.offers.revision_states import RevisionState
from catalog_service.domain.skus.restate import standing_terms
from catalog_service.domain.skus.values import OfferTerms, SkuDraft, SkuView, TradeTerms
from kernel.errors import Conflict
from kernel.offers import Offer
from kernel.prices import PriceTier

T = TypeVar("T")


class RevisionOvertaken(Conflict):
    """The offer on sale changed where the revision changes it too; ``detail["fields"]`` names the places."""

    code = "revision_overtaken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that a supplier states of an offer: the listing, and SKUs with their terms."""

    draft: OfferDraft
    trade: TradeTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One row: the latest of an offer. ``base``: what was on sale when it was made or last followed, of version
    ``base_version``; ``code`` and ``reason`` say why it was refused."""

    offer_id: str
    version: int
    state: RevisionState
    base_version: int
    base: Content
    content: Content
    submitted_by: str
    submitted_at: int
    changed_at: int
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A place that differs, in words: ``label`` for people, ``field`` as the API calls it."""

    field: str
    label: str
    before: str
    after: str


LABELS: Mapping[str, str] = {
    "title": "标题", "supplier_id": "供应商", "category_id": "类目", "tiers": "阶梯价", "moq": "起订量",
    "pack_multiple": "加购倍数", "units_per_pack": "每包数量", "pack_unit": "包装单位", "unit": "单位",
    "stock": "库存", "attributes": "属性", "brand": "品牌", "item_code": "货号", "barcode": "条码",
    "description": "详情", "origin": "发货地", "dropship": "一件代发", "dropship_price_fen": "代发价（分）",
    "sample_price_fen": "样品价（分）", "customisation": "支持定制", "invoice": "可开发票", "freight_free": "包邮",
    "dispatch_hours": "发货时间（小时）", "images": "图片", "sold_count": "已售数量", "published_at": "上架时间",
    "weight_g": "每件重量（克）", "moq_per_sku": "起订量按单个规格计", "mixed_batch": "参加混批",
    "freight_template_id": "运费模板",
}  # fmt: skip
# Pictures are one place: their order is what a buyer sees.
_PICTURES = ("picture", "more_pictures")
_DRAFTED = (
    *(each.name for each in dataclasses.fields(OfferDraft) if each.name not in ("offer_id", *_PICTURES)), "images",
)  # fmt: skip
_TERMS = ("weight_g", "moq_per_sku", "mixed_batch", "freight_template_id")
_SKU_FIELDS = tuple(each.name for each in dataclasses.fields(SkuDraft) if each.name != "code")


def standing_content(offer: Offer, skus: Sequence[SkuView], terms: OfferTerms) -> Content:
    """What is stated of an offer as it stands; its stocks are those stated last, so that stating them again moves
    none."""
    return Content(draft=draft_of(offer, skus), trade=standing_terms([view.sku for view in skus], terms))


def with_stock_of(live: Content, stated: Content) -> Content:
    """What is on sale, with the stocks that ``stated`` says of SKUs which are there already: what lies in the
    warehouse is no change that an audit looks at, and a count of today must not be applied in a week."""
    counts = {sku.code: sku.stock for sku in stated.trade.skus}
    skus = tuple(replace(sku, stock=counts.get(sku.code, sku.stock)) for sku in live.trade.skus)
    draft = live.draft
    if not live.trade.skus and not stated.trade.skus:
        draft = replace(draft, stock=stated.draft.stock)
    return Content(draft=draft, trade=replace(live.trade, skus=skus))


def follow(base: Content, mine: Content, theirs: Content) -> Content:
    """``mine``, made from ``base``, as a revision of ``theirs``: each place that mine left as it was is theirs.
    ``RevisionOvertaken`` names the places that both changed, each otherwise."""
    clashes: list[str] = []
    if mine.draft.published_at is None:  # not stated: it stays whatever it is
        base, theirs = (replace(each, draft=replace(each.draft, published_at=None)) for each in (base, theirs))
    draft = _merged(_DRAFTED, base.draft, mine.draft, theirs.draft, clashes)
    terms = _merged(_TERMS, base.trade, mine.trade, theirs.trade, clashes)
    skus = _merged_skus(base.trade.skus, mine.trade.skus, theirs.trade.skus, clashes)
    if clashes:
        words = "、".join(_label(name) for name in clashes)
        raise RevisionOvertaken(
            f"在售版本与待审修改改了同一处：{words}。请按现在的在售版本再改一次", detail={"fields": clashes}
        )
    if (images := draft.pop("images")) != mine.draft.images:
        draft |= image_fields(images)
    return Content(draft=replace(mine.draft, **draft), trade=replace(mine.trade, **terms, skus=skus))


def changes_between(before: Content, after: Content) -> list[FieldChange]:
    """Every place that differs, in words."""
    found = [(name, getattr(before.draft, name), getattr(after.draft, name)) for name in _DRAFTED]
    found = [each for each in found if each[0] != "published_at" or each[2] is not None]
    found += [(name, getattr(before.trade, name), getattr(after.trade, name)) for name in _TERMS]
    old, new = _by_code(before.trade.skus), _by_code(after.trade.skus)
    found += [(f"skus.{code}", old.get(code), new.get(code)) for code in dict.fromkeys((*old, *new))]
    return [
        FieldChange(field=name, label=_label(name), before=_shown(was), after=_shown(now))
        for name, was, now in found
        if was != now
    ]


def _merged(names: Sequence[str], base: Any, mine: Any, theirs: Any, clashes: list[str]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for name in names:
        places = (getattr(base, name), getattr(mine, name), getattr(theirs, name))
        try:
            merged[name] = _three_way(*places)
        except _ClashError:
            clashes.append(name)
    return merged


def _merged_skus(
    base: Sequence[SkuDraft], mine: Sequence[SkuDraft], theirs: Sequence[SkuDraft], clashes: list[str]
) -> tuple[SkuDraft, ...]:
    """Told apart by code; in the order of who changed it, what the other added behind."""
    stood, said, stands = _by_code(base), _by_code(mine), _by_code(theirs)
    merged: list[SkuDraft] = []
    first, second = (stands, said) if list(said) == list(stood) else (said, stands)
    for code in dict.fromkeys((*first, *second)):
        before, my, their = stood.get(code), said.get(code), stands.get(code)
        try:
            if before is not None and my is not None and their is not None:
                merged.append(
                    replace(my, **{name: _three_way(*(getattr(each, name) for each in (before, my, their)))
                                   for name in _SKU_FIELDS})
                )  # fmt: skip
            elif (kept := _three_way(*map(_without_stock, (before, my, their)))) is not None:
                merged.append(my or their or kept)
        except _ClashError:
            clashes.append(f"skus.{code}")
    return tuple(merged)


class _ClashError(Exception):
    """Both changed it, each otherwise."""


def _three_way(base: T, mine: T, theirs: T) -> T:
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    raise _ClashError


def _by_code(skus: Sequence[SkuDraft]) -> dict[str, SkuDraft]:
    return {sku.code: sku for sku in skus}


def _without_stock(sku: SkuDraft | None) -> SkuDraft | None:
    return None if sku is None else replace(sku, stock=None)


def _label(name: str) -> str:
    return f"规格 {name.removeprefix('skus.')}" if name.startswith("skus.") else LABELS[name]


def _shown(value: object) -> str:
    if value is None or value in ("", ()):
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, SkuDraft):
        return _sku_text(value)
    if isinstance(value, tuple) and isinstance(value[0], PriceTier):
        return _ladder_text(value)
    if isinstance(value, tuple):
        return "\n".join(value)
    if isinstance(value, Mapping):
        return "；".join(f"{name}：{'、'.join(values)}" for name, values in value.items()) or "无"
    return str(value)


def _ladder_text(tiers: Sequence[PriceTier]) -> str:
    return "，".join(f"{tier.min_quantity} 起 {tier.unit_price_fen} 分" for tier in tiers)


def _sku_text(sku: SkuDraft) -> str:
    parts = [" / ".join(value for _, value in sku.values), _ladder_text(sku.tiers)]
    parts.append("" if sku.stock is None else f"库存 {sku.stock}")
    parts.append(f"{sku.weight_g} 克" if sku.weight_g else "")
    parts.append("" if sku.on_sale else "停售")
    return "，".join(part for part in parts if part) or sku.code
