"""Mixed batches (混批): offers that take part need no minimum of their own once they reach the supplier's together."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.prices.basket import Basket, Line, Purpose
from catalog_service.domain.prices.values import PriceStep
from kernel.money import yuan_text

NAME = "mixed_batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedBatch:
    """What the lines that take part come to, beside what the supplier asks for (either is enough)."""

    pieces: int
    fen: int
    pieces_min: int | None
    fen_min: int | None

    @property
    def met(self) -> bool:
        by_pieces = self.pieces_min is not None and self.pieces >= self.pieces_min
        return by_pieces or (self.fen_min is not None and self.fen >= self.fen_min)

    @property
    def asked(self) -> str:
        """What the supplier asks for, for people."""
        ways = [f"满 {self.pieces_min} 件"] if self.pieces_min is not None else []
        return "或".join([*ways, *([f"满 {yuan_text(self.fen_min)} 元"] if self.fen_min is not None else [])])


def takes_part(line: Line, basket: Basket) -> bool:
    terms = basket.facts.supplier
    some = terms.mixed_pieces_min is not None or terms.mixed_fen_min is not None
    return some and line.facts.terms.mixed_batch and basket.purpose is Purpose.WHOLESALE


def mixed_batch(basket: Basket) -> MixedBatch:
    lines = [line for line in basket.lines if takes_part(line, basket)]
    return MixedBatch(
        pieces=sum(line.quantity for line in lines),
        fen=sum(line.amount_fen for line in lines),
        pieces_min=basket.facts.supplier.mixed_pieces_min,
        fen_min=basket.facts.supplier.mixed_fen_min,
    )


def with_mixed_batch(basket: Basket) -> tuple[Line, ...]:
    """The lines; those whose minimum the mixed batch waives say so, at the price that they had."""
    batch = mixed_batch(basket)
    lines = []
    for line in basket.lines:
        waived = batch.met and takes_part(line, basket) and line.counted < line.facts.offer.moq
        if waived and line.unit_fen is not None:
            because = f"混批{batch.asked}，已达到：不受起订量 {line.facts.offer.moq} 限制"
            line = line.with_step(PriceStep(name=NAME, fen=line.unit_fen, because=because))
        lines.append(line)
    return tuple(lines)
