"""What every body is made of. Strict: what is not known is refused. Limits live in the domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kernel.prices import PriceTier

# No number beyond this is meant, and none fits a signed 64-bit column.
Count = Annotated[int, Field(ge=0, le=2**63 - 1)]


class Body(BaseModel):
    """No unknown fields, no guessing of types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class TierBody(Body):
    min_quantity: Count = Field(description="从多少起", examples=[10])
    unit_price_fen: Count = Field(description="单价（分）", examples=[1250])


class TierAnswer(BaseModel):
    min_quantity: int
    unit_price_fen: int


def tiers_of(bodies: Sequence[TierBody]) -> tuple[PriceTier, ...]:
    return tuple(PriceTier(min_quantity=tier.min_quantity, unit_price_fen=tier.unit_price_fen) for tier in bodies)


def tier_answers(tiers: Sequence[PriceTier]) -> list[TierAnswer]:
    return [TierAnswer(min_quantity=tier.min_quantity, unit_price_fen=tier.unit_price_fen) for tier in tiers]
