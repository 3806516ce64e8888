"""The price of a sample: a few pieces to look at, below the minimum order."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_service.domain.prices.basket import Basket, Line, Problem, Purpose
from catalog_service.domain.prices.values import PriceStep

NAME = "sample_price"
SAMPLE_PIECES_MAX = 5  # enough to test and to show; more is an order


def sample_price(line: Line, basket: Basket) -> PriceStep | None:
    fen = line.facts.offer.sample_price_fen
    if basket.purpose is not Purpose.SAMPLE or fen is None:
        return None
    return PriceStep(name=NAME, fen=fen, because="样品价")


def refuse_samples(basket: Basket) -> Iterator[Problem]:
    """No samples of this offer, or more than samples."""
    if basket.purpose is not Purpose.SAMPLE:
        return
    for line in basket.lines:
        offer, sku_id = line.facts.offer, line.facts.sku.sku_id
        if offer.sample_price_fen is None:
            yield Problem(
                code="not_tradable", message=f"“{offer.title}”不提供样品", sku_id=sku_id, offer_id=offer.offer_id,
                facts={"reason": "no_sample"},
            )  # fmt: skip
        elif line.quantity > SAMPLE_PIECES_MAX:
            yield Problem(
                code="not_tradable", message=f"样品每种规格最多 {SAMPLE_PIECES_MAX} {offer.unit}", sku_id=sku_id,
                offer_id=offer.offer_id, facts={"reason": "sample_limit", "quantity_max": SAMPLE_PIECES_MAX},
            )  # fmt: skip
