"""Whole packs of each SKU alone: a pack holds one colour, one size."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_service.domain.prices.basket import Basket, Problem, Purpose


def refuse_broken_packs(basket: Basket) -> Iterator[Problem]:
    """Lines that are no multiple, with the next ones below and above. Samples and single pieces are unpacked."""
    if basket.purpose is not Purpose.WHOLESALE:
        return
    for line in basket.lines:
        offer = line.facts.offer
        over = line.quantity % offer.pack_multiple
        if over:
            facts = {
                "quantity": line.quantity, "pack_multiple": offer.pack_multiple, "below": line.quantity - over,
                "above": line.quantity - over + offer.pack_multiple,
            }  # fmt: skip
            yield Problem(
                code="not_the_pack_multiple",
                message=f"“{offer.title}”须按 {offer.pack_multiple} 的倍数订购",
                sku_id=line.facts.sku.sku_id,
                offer_id=offer.offer_id,
                facts=facts,
            )
