"""From the SKUs that stand and those that are stated: what is new, what changed, whose stock was stated anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from catalog_service.domain.skus.spellings import spelt
from catalog_service.domain.skus.values import Sku, SkuDraft, TradeTerms
from kernel.offers import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """``counts``: by SKU that was there the stock that its supplier now states, where it is another than before."""

    fresh: tuple[Sku, ...]
    changed: tuple[Sku, ...]
    counts: Mapping[str, int | None]


def reconcile(known: Sequence[Sku], terms: TradeTerms, *, offer: Offer, new_id: Callable[[], str]) -> Reconciled:
    """SKUs are told apart by their code, which may come to be spelt otherwise; what is no longer stated is retired,
    never forgotten: orders name it."""
    before_of = _known_before(known, terms.skus)
    default = next((sku for sku in known if sku.is_default), None)
    fresh: list[Sku] = []
    changed: list[Sku] = []
    counts: dict[str, int | None] = {}
    kept: set[str] = set()
    for place, draft in enumerate(terms.skus or [_default(offer, terms)]):
        before = before_of.get(draft.code) if terms.skus else default
        sku_id = before.sku_id if before else new_id() if terms.skus else offer.offer_id
        after = _sku(draft, sku_id=sku_id, offer_id=offer.offer_id, position=place)
        kept.add(sku_id)
        if before is None:
            fresh.append(after)
        elif after != before:
            changed.append(after)
            if after.stated_stock != before.stated_stock:
                counts[sku_id] = after.stated_stock
    gone = [sku for sku in known if sku.sku_id not in kept and not sku.retired]
    changed += [replace(sku, retired=True, on_sale=False) for sku in gone]
    return Reconciled(fresh=tuple(fresh), changed=tuple(changed), counts=counts)


def _known_before(known: Sequence[Sku], stated: Sequence[SkuDraft]) -> dict[str, Sku]:
    """By the code that is stated now the SKU that had it: spelt so, else the only one of another spelling that is not
    stated itself and has the same values."""
    by_code = {sku.code: sku for sku in known if not sku.is_default}
    found = {draft.code: by_code[draft.code] for draft in stated if draft.code in by_code}
    left = [sku for sku in by_code.values() if sku.code not in found and not sku.retired]
    for draft in stated:
        alike = spelt(draft.code, left, of=lambda sku: sku.code) if left and draft.code not in found else ()
        same = [sku for sku in alike if sku.values == draft.values]
        if len(same) == 1:
            found[draft.code] = same[0]
            left.remove(same[0])
    return found


def stated_stock(skus: Sequence[Sku]) -> int | None:
    """The offer's stock while nothing was sold yet."""
    counts = [sku.stated_stock for sku in skus if sku.on_sale]
    return None if None in counts else sum(count for count in counts if count is not None)


def _default(offer: Offer, terms: TradeTerms) -> SkuDraft:
    return SkuDraft(code=offer.item_code, weight_g=terms.weight_g, barcode=offer.barcode, stock=offer.stock)


def _sku(draft: SkuDraft, *, sku_id: str, offer_id: str, position: int) -> Sku:
    return Sku(
        sku_id=sku_id,
        offer_id=offer_id,
        code=draft.code,
        values=draft.values,
        tiers=draft.tiers,
        weight_g=draft.weight_g,
        barcode=draft.barcode,
        position=position,
        on_sale=draft.on_sale,
        stated_stock=draft.stock,
    )
