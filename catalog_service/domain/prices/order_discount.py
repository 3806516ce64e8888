"""The supplier's discount on a whole order (满减): the best step that the goods reach."""

from __future__ import annotations

from catalog_service.domain.prices.basket import Basket, Purpose
from catalog_service.domain.prices.values import PriceStep
from kernel.money import yuan_text

NAME = "order_discount"


def order_discount(basket: Basket) -> PriceStep | None:
    """``fen``: what the goods cost after it; None when no step is reached."""
    if basket.purpose is not Purpose.WHOLESALE:
        return None
    goods = basket.goods_fen
    reached = [step for step in basket.facts.supplier.discounts if step.from_fen <= goods]
    if not reached:
        return None
    best = max(reached, key=lambda step: step.off_fen)
    because = f"满 {yuan_text(best.from_fen)} 元减 {yuan_text(best.off_fen)} 元"
    return PriceStep(name=NAME, fen=goods - best.off_fen, because=because)
