"""What a buyer group agreed: a ladder for this SKU or offer, else the group's rate. Never dearer than without it."""

from __future__ import annotations

from catalog_service.domain.prices.basket import Basket, Line
from catalog_service.domain.prices.terms import RATE_BP_WHOLE
from catalog_service.domain.prices.values import PriceStep
from kernel.prices import price_at

NAME = "private_price"


def private_price(line: Line, basket: Basket) -> PriceStep | None:
    group, before = basket.facts.group, line.unit_fen
    if group is None or before is None:
        return None
    private = basket.facts.private
    agreed = private.get(line.facts.sku.sku_id) or private.get(line.facts.offer.offer_id)
    if agreed:
        # Below the ladder's first step nothing is agreed; above it the one ladder function reads it.
        quoted = price_at(agreed, moq=agreed[0].min_quantity, quantity=line.counted)
        if quoted is None or (quoted.basis == "moq" and line.counted < agreed[0].min_quantity):
            return None
        after, because = quoted.unit_fen, f"客户组“{group.name}”专属价：{line.counted} {line.facts.offer.unit}"
    else:
        after = max(1, (before * group.rate_bp + RATE_BP_WHOLE // 2) // RATE_BP_WHOLE)
        because = f"客户组“{group.name}”按 {group.rate_bp / 100:g}% 计价"
    return PriceStep(name=NAME, fen=after, because=because) if after < before else None
