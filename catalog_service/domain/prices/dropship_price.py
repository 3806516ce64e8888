"""The price for single pieces sent to the buyer's own customers (一件代发): neither ladder nor group changes it."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_service.domain.prices.basket import Basket, Line, Problem, Purpose
from catalog_service.domain.prices.values import PriceStep

NAME = "dropship_price"


def dropship_price(line: Line, basket: Basket) -> PriceStep | None:
    offer = line.facts.offer
    if basket.purpose is not Purpose.DROPSHIP or not offer.dropship or offer.dropship_price_fen is None:
        return None
    return PriceStep(name=NAME, fen=offer.dropship_price_fen, because="一件代发价")


def refuse_dropship(basket: Basket) -> Iterator[Problem]:
    """An offer that its supplier does not send out piece by piece."""
    if basket.purpose is not Purpose.DROPSHIP:
        return
    for line in basket.lines:
        offer = line.facts.offer
        if not offer.dropship or offer.dropship_price_fen is None:
            yield Problem(
                code="not_tradable", message=f"“{offer.title}”不支持一件代发", sku_id=line.facts.sku.sku_id,
                offer_id=offer.offer_id, facts={"reason": "no_dropship"},
            )  # fmt: skip
