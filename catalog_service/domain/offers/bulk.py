"""One change over many offers: first a plan that anybody can read, then the same plan applied by its digest."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import rfc8785

from catalog_service.domain.machines import Actor
from catalog_service.domain.offers.content import ContentRules, OfferDraft, StoredOffer
from catalog_service.domain.offers.states import OFFER, OfferEvent
from catalog_service.domain.skus.values import SkuView
from kernel.errors import Invalid, PifaError
from kernel.offers import Offer
from kernel.prices import PriceTier

OFFERS_MAX = 200  # applied in one transaction: some 50 ms, as for every bulk write
RATE_BP_WHOLE = 10_000
RATE_BP_MAX = 100_000  # ten times dearer; beyond is a slip of the keyboard

_DRAFTED = tuple(each.name for each in dataclasses.fields(OfferDraft))


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChange:
    """What is to be other than before; None leaves it. ``price_bp``: every step of the ladder times ten-thousandths."""

    price_bp: int | None = None
    moq: int | None = None
    pack_multiple: int | None = None
    dispatch_hours: int | None = None
    customisation: bool | None = None
    invoice: bool | None = None
    freight_free: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """One offer: ``changes`` maps a field to (before, after) as text; a refused one says why."""

    offer_id: str
    version: int = 0
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    code: str = ""
    reason: str = ""

    @property
    def outcome(self) -> str:
        return "refused" if self.code else "changed" if self.changes else "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkPlan:
    """``drafts``: the content after it of those that change."""

    rows: tuple[PlannedRow, ...]
    drafts: Mapping[str, OfferDraft]
    digest: str


def refuse_empty(offer_ids: Sequence[str], change: BulkChange) -> None:
    if not 1 <= len(offer_ids) <= OFFERS_MAX:
        raise Invalid(f"一次批量修改 1 到 {OFFERS_MAX} 个商品", parameter="offer_ids")
    if change == BulkChange():
        raise Invalid("没有要修改的内容", parameter="change")
    if change.price_bp is not None and not 1 <= change.price_bp <= RATE_BP_MAX:
        raise Invalid(f"调价比例（万分之几）必须在 1 到 {RATE_BP_MAX} 之间", parameter="change.price_bp")


def plan_bulk(
    offer_ids: Sequence[str],
    change: BulkChange,
    *,
    stored: Mapping[str, StoredOffer],
    skus: Mapping[str, Sequence[SkuView]],
    rules: ContentRules,
) -> BulkPlan:
    """Pure. ``stored``: the caller's own offers among those named; the others are refused as not there."""
    rows: list[PlannedRow] = []
    drafts: dict[str, OfferDraft] = {}
    for offer_id in sorted(set(offer_ids)):
        known = stored.get(offer_id)
        if known is None:
            rows.append(PlannedRow(offer_id=offer_id, code="offer_not_found", reason="没有这个商品"))
            continue
        version = known.offer.version
        try:
            OFFER.move(known.state, OfferEvent.REVISE, Actor.SELLER, subject=offer_id)
            before = draft_of(known.offer, skus.get(offer_id, ()))
            after = rules.accept(_changed(before, change, skus.get(offer_id, ())))
        except PifaError as refusal:
            rows.append(PlannedRow(offer_id=offer_id, version=version, code=refusal.code, reason=refusal.message))
            continue
        changes = _differences(before, after)
        rows.append(PlannedRow(offer_id=offer_id, version=version, changes=changes))
        if changes:
            drafts[offer_id] = after
    return BulkPlan(rows=tuple(rows), drafts=drafts, digest=_digest(rows))


def draft_of(offer: Offer, skus: Sequence[SkuView]) -> OfferDraft:
    """The draft that states what stands; its stock is the one stated last, so that a change of it moves none."""
    stated = {name: getattr(offer, name) for name in _DRAFTED}
    default = next((view.sku for view in skus if view.sku.is_default and not view.sku.retired), None)
    stated |= {"stock": default.stated_stock if default else None, "attributes": dict(offer.attributes)}
    return OfferDraft(**stated)


def _changed(draft: OfferDraft, change: BulkChange, skus: Sequence[SkuView]) -> OfferDraft:
    tiers = draft.tiers
    if change.price_bp is not None:
        if any(view.sku.tiers and not view.sku.retired for view in skus):
            raise Invalid("有规格单独定价，请逐个修改", code="sku_prices")
        if not tiers:
            raise Invalid("面议商品没有价格可调", code="price_on_request")
        tiers = tuple(replace(tier, unit_price_fen=_rated(tier, change.price_bp)) for tier in tiers)
    plain = {
        name: value
        for name in ("moq", "pack_multiple", "dispatch_hours", "customisation", "invoice", "freight_free")
        if (value := getattr(change, name)) is not None
    }
    return replace(draft, tiers=tiers, **plain)


def _rated(tier: PriceTier, rate_bp: int) -> int:
    return max(1, (tier.unit_price_fen * rate_bp + RATE_BP_WHOLE // 2) // RATE_BP_WHOLE)


def _differences(before: OfferDraft, after: OfferDraft) -> dict[str, tuple[str, str]]:
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in _DRAFTED)
    return {name: (_shown(old), _shown(new)) for name, old, new in pairs if old != new}


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "，".join(f"{tier.min_quantity} 起 {tier.unit_price_fen} 分" for tier in value)
    if value is None:
        return "未说明"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _digest(rows: Sequence[PlannedRow]) -> str:
    content: Any = [
        {
            "offer_id": row.offer_id,
            "version": row.version,
            "changes": {name: list(pair) for name, pair in row.changes.items()},
            "code": row.code,
        }
        for row in rows
    ]
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()
