"""SKUs, weights, freight and mixed batches of the demo: drawn anew from the offer's or supplier's own id, so that they
change nothing else of a seeded catalog."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from random import Random

from catalog_service.domain.offers.content import OfferDraft
from catalog_service.domain.prices.terms import Discount, FreightTemplate, FreightZone, SupplierTerms
from catalog_service.domain.skus.values import SkuDraft, SkuValues, TradeTerms
from kernel.prices import PriceTier
from pifa.demo.items import round_price

# The attributes that buyers choose by, as the taxonomy's ids and as forms say them.
COLOURS, SIZES = ("color", "颜色"), ("size", "尺码")
VALUES_MAX = 5  # of one attribute: a demo page shows a matrix of five by five at a glance
MIXED_SHARE = 0.5  # suppliers that let buyers mix
DISCOUNT_SHARE = 0.3
OFF_SALE_SHARE = 0.04
DEARER_SHARE = 0.2  # offers whose last SKUs (the large sizes) cost a little more
FAR = ("新疆", "西藏", "青海", "内蒙古", "宁夏", "甘肃", "海南")
ABROAD = ("香港", "澳门", "台湾")


def freight_id(supplier_id: str) -> str:
    return f"{supplier_id}-kd"


def supplier_trade(supplier_id: str, province: str) -> tuple[SupplierTerms, tuple[FreightTemplate, ...]]:
    """Mixed batch and discounts, and one template: near, far, not at all, and the rest."""
    random = Random(f"terms:{supplier_id}")  # noqa: S311 (seeded data)
    first = random.choice((500, 600, 800, 1_000))
    free_fen = random.choice((None, 50_000, 100_000, 300_000))
    zones = [
        FreightZone(regions=ABROAD, delivered=False),
        FreightZone(regions=FAR, first_g=1_000, first_fen=first * 3, step_g=1_000, step_fen=first),
        FreightZone(first_g=1_000, first_fen=first, step_g=1_000, step_fen=first // 4, free_fen=free_fen),
    ]
    if province and province not in (*FAR, *ABROAD):
        near = FreightZone(
            regions=(province,), first_g=1_000, first_fen=first - 100, step_g=1_000, step_fen=first // 5,
            free_fen=free_fen,
        )  # fmt: skip
        zones.insert(0, near)
    mixed = random.random() < MIXED_SHARE
    by_pieces = random.random() < 0.6
    terms = SupplierTerms(
        supplier_id=supplier_id,
        mixed_pieces_min=random.choice((5, 10, 20, 50)) if mixed and by_pieces else None,
        mixed_fen_min=random.choice((20_000, 50_000, 100_000)) if mixed and not by_pieces else None,
        discounts=(Discount(from_fen=200_000, off_fen=2_000), Discount(from_fen=1_000_000, off_fen=20_000))
        if random.random() < DISCOUNT_SHARE
        else (),
        version=1,
    )
    template = FreightTemplate(
        template_id=freight_id(supplier_id), supplier_id=supplier_id, name="普通快递", zones=tuple(zones)
    )
    return terms, (template,)


def offer_trade(draft: OfferDraft) -> TradeTerms | None:
    """The SKUs of what has several colours or sizes; their stocks add up to the offer's. None without a supplier."""
    if draft.supplier_id is None:
        return None
    random = Random(f"trade:{draft.offer_id}")  # noqa: S311 (seeded data)
    weight = round_weight(random)
    choices = [values for names in (COLOURS, SIZES) if len(values := _values(draft, names)) > 1]
    return TradeTerms(
        skus=_skus(draft, choices, weight, random) if choices else (),
        weight_g=weight,
        mixed_batch=random.random() < 0.7,
        freight_template_id=freight_id(draft.supplier_id),
    )


def round_weight(random: Random) -> int:
    """From 20 g to 10 kg, in two digits; light things are more."""
    grams = int(20 * 500 ** (random.random() ** 1.6))
    step = int("1" + "0" * (len(str(grams)) - 2))
    return grams // step * step


def _values(draft: OfferDraft, names: Sequence[str]) -> list[tuple[str, str]]:
    for name in names:
        values = draft.attributes.get(name, ())
        if len(values) > 1:
            return [(names[1], value) for value in values[:VALUES_MAX]]
    return []


def _skus(
    draft: OfferDraft, choices: Sequence[Sequence[tuple[str, str]]], weight: int, random: Random
) -> tuple[SkuDraft, ...]:
    combinations: list[SkuValues] = [tuple(each) for each in product(*choices)]
    dear = _dearer(draft.tiers) if random.random() < DEARER_SHARE else ()
    stocks = _shares(draft.stock, len(combinations), random)
    return tuple(
        SkuDraft(
            code=f"{draft.item_code or draft.offer_id}-{number:02d}",
            values=values,
            tiers=dear if number > len(combinations) * 3 // 4 else (),
            weight_g=weight,
            # What is in stock stays on sale, so that the stocks add up to what the listing says.
            on_sale=bool(stocks[number - 1]) or number == 1 or random.random() >= OFF_SALE_SHARE,
            stock=stocks[number - 1],
        )
        for number, values in enumerate(combinations, 1)
    )


def _dearer(tiers: Sequence[PriceTier]) -> tuple[PriceTier, ...]:
    return tuple(
        PriceTier(min_quantity=tier.min_quantity, unit_price_fen=round_price(tier.unit_price_fen * 1.15) + 1)
        for tier in tiers
    )


def _shares(total: int | None, count: int, random: Random) -> list[int | None]:
    """The total in so many parts; not counted stays not counted."""
    if total is None:
        return [None] * count
    cuts = sorted(random.randint(0, total) for _ in range(count - 1))
    return [after - before for before, after in zip([0, *cuts], [*cuts, total], strict=True)]
