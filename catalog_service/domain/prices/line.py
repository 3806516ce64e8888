"""The price line: small processors in one order, each named in the answer.

A line's unit price: the public ladder, the SKU's own in its place, the private price below it, the dropship or sample
price for those purposes, and the word of the mixed batch. An order: goods, discount, freight. Quantity, stock and
region are held against the same basket; every problem is told, not the first alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from catalog_service.domain.prices.basket import Basket, Facts, Line, Problem, Purpose, basket_of
from catalog_service.domain.prices.dropship_price import dropship_price, refuse_dropship
from catalog_service.domain.prices.freight import NAME as FREIGHT
from catalog_service.domain.prices.freight import freight, refuse_undelivered
from catalog_service.domain.prices.mixed_batch import MixedBatch, mixed_batch, takes_part, with_mixed_batch
from catalog_service.domain.prices.moq import refuse_below_moq
from catalog_service.domain.prices.order_discount import order_discount
from catalog_service.domain.prices.pack_multiple import refuse_broken_packs
from catalog_service.domain.prices.private_price import private_price
from catalog_service.domain.prices.public_ladder import public_ladder
from catalog_service.domain.prices.sample_price import refuse_samples, sample_price
from catalog_service.domain.prices.sku_ladder import sku_ladder
from catalog_service.domain.prices.snapshot import snapshot_of
from catalog_service.domain.prices.tradable import (
    refuse_huge,
    refuse_out_of_stock,
    refuse_strangers,
    refuse_untradable,
)
from catalog_service.domain.prices.values import PricedLine, PricedOrder, PriceStep, Wanted

UnitProcessor = Callable[[Line, Basket], PriceStep | None]
Check = Callable[[Basket], Iterable[Problem]]

UNIT_PROCESSORS: tuple[UnitProcessor, ...] = (public_ladder, sku_ladder, private_price, dropship_price, sample_price)
CHECKS: tuple[Check, ...] = (
    refuse_untradable,
    refuse_dropship,
    refuse_samples,
    refuse_broken_packs,
    refuse_below_moq,
    refuse_out_of_stock,
    refuse_undelivered,
    refuse_huge,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """The basket's price, and what stands in the way of ordering it (nothing: it can be ordered as it is). ``mixed``:
    what the lines that take part in a mixed batch come to; None where none does."""

    order: PricedOrder
    problems: tuple[Problem, ...]
    mixed: MixedBatch | None = None


def price_basket(
    facts: Facts, wanted: Sequence[Wanted], *, region: str, purpose: Purpose = Purpose.WHOLESALE
) -> Priced:
    """Pure: the same facts and the same basket, however it is put together, give the same price and snapshot."""
    return price_of(priced_basket(facts, wanted, region=region, purpose=purpose), wanted)


def price_of(basket: Basket, wanted: Sequence[Wanted]) -> Priced:
    """The price of a basket whose lines have theirs, and its problems."""
    problems = chain(refuse_strangers(basket, wanted), *(check(basket) for check in CHECKS))
    mixed = mixed_batch(basket) if any(takes_part(line, basket) for line in basket.lines) else None
    return Priced(order=_order(basket), problems=tuple(problems), mixed=mixed)


def priced_basket(facts: Facts, wanted: Sequence[Wanted], *, region: str, purpose: Purpose) -> Basket:
    """The basket with the unit price of each line, step by step."""
    basket = basket_of(facts, wanted, region=region, purpose=purpose)
    basket = replace(basket, lines=tuple(_priced(line, basket) for line in basket.lines))
    return replace(basket, lines=with_mixed_batch(basket))


def _priced(line: Line, basket: Basket) -> Line:
    for processor in UNIT_PROCESSORS:
        step = processor(line, basket)
        if step is not None:
            line = line.with_step(step)
    return line


def _order(basket: Basket) -> PricedOrder:
    goods = basket.goods_fen
    steps = [PriceStep(name="goods", fen=goods, because=f"{len(basket.lines)} 种规格的货款")]
    reduced = order_discount(basket)
    if reduced is not None:
        steps.append(reduced)
    after = steps[-1].fen
    carriage = freight(basket)
    steps.append(PriceStep(name=FREIGHT, fen=after + carriage.fen, because=carriage.because))
    unsigned = PricedOrder(
        supplier_id=basket.facts.supplier_id,
        buyer_company_id=basket.facts.buyer_company_id,
        lines=tuple(_line(line) for line in basket.lines),
        goods_fen=goods,
        discount_fen=goods - after,
        freight_fen=carriage.fen,
        payable_fen=after + carriage.fen,
        steps=tuple(steps),
        snapshot="",
    )
    return replace(unsigned, snapshot=snapshot_of(unsigned))


def _line(line: Line) -> PricedLine:
    offer, sku = line.facts.offer, line.facts.sku
    return PricedLine(
        sku_id=sku.sku_id,
        offer_id=offer.offer_id,
        offer_version=offer.version,
        title=offer.title,
        sku_name=sku.name,
        unit=offer.unit,
        quantity=line.quantity,
        unit_fen=line.unit_fen or 0,
        amount_fen=line.amount_fen,
        weight_g=sku.weight_g,
        steps=line.steps,
    )
