"""A SKU's own price or ladder stands in the place of the offer's."""

from __future__ import annotations

from catalog_service.domain.prices.basket import Basket, Line
from catalog_service.domain.prices.values import PriceStep
from kernel.prices import price_at

NAME = "sku_ladder"


def sku_ladder(line: Line, basket: Basket) -> PriceStep | None:
    offer, sku = line.facts.offer, line.facts.sku
    quoted = price_at(sku.tiers, moq=offer.moq, quantity=line.counted)
    if quoted is None:
        return None
    return PriceStep(
        name=NAME, fen=quoted.unit_fen, because=f"规格“{sku.name}”单独定价：{quoted.quantity} {offer.unit}"
    )
