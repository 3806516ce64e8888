"""The minimum order of each offer, unless its mixed batch waives it."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_service.domain.prices.basket import Basket, Problem, Purpose
from catalog_service.domain.prices.mixed_batch import mixed_batch, takes_part


def refuse_below_moq(basket: Basket) -> Iterator[Problem]:
    """Every line of an offer that stays below its minimum, with what is missing."""
    if basket.purpose is not Purpose.WHOLESALE:
        return
    batch = mixed_batch(basket)
    for line in basket.lines:
        offer, sku_id = line.facts.offer, line.facts.sku.sku_id
        if line.counted >= offer.moq:
            continue
        facts: dict[str, int | str] = {"quantity": line.counted, "moq": offer.moq, "missing": offer.moq - line.counted}
        if not takes_part(line, basket):
            message = f"“{offer.title}”起订量 {offer.moq} {offer.unit}，还差 {offer.moq - line.counted}"
            yield Problem(code="below_moq", message=message, sku_id=sku_id, offer_id=offer.offer_id, facts=facts)
        elif not batch.met:
            if batch.pieces_min is not None:
                facts |= {"mixed_pieces": batch.pieces, "mixed_pieces_min": batch.pieces_min}
            if batch.fen_min is not None:
                facts |= {"mixed_fen": batch.fen, "mixed_fen_min": batch.fen_min}
            message = f"“{offer.title}”未达起订量 {offer.moq}，混批须{batch.asked}"
            yield Problem(
                code="mixed_batch_unmet", message=message, sku_id=sku_id, offer_id=offer.offer_id, facts=facts
            )
