"""The ladder that everybody sees, at the quantity of the basket: the price that searches filter and sort by."""

from __future__ import annotations

from catalog_service.domain.prices.basket import Basket, Line
from catalog_service.domain.prices.values import PriceStep
from kernel.prices import price_at

NAME = "public_ladder"


def public_ladder(line: Line, basket: Basket) -> PriceStep | None:
    offer = line.facts.offer
    quoted = price_at(offer.tiers, moq=offer.moq, quantity=line.counted)
    if quoted is None:
        return None
    return PriceStep(name=NAME, fen=quoted.unit_fen, because=f"公开阶梯价：{quoted.quantity} {offer.unit}")
