"""The public price ladder: which unit price holds at which quantity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kernel.errors import Invalid
from kernel.money import PRICE_FEN_MAX

QUANTITY_MAX = 1_000_000_000  # pieces; a billion is above any single line of wholesale trade
TIERS_MAX = 10  # 1688-like forms show at most a handful; ten bounds the card and the check


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTier:
    """From ``min_quantity`` units on, one unit costs ``unit_price_fen``."""

    min_quantity: int
    unit_price_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedPrice:
    """The unit price at a quantity. ``quantity`` is the one priced: never below the MOQ, since nobody can buy less."""

    unit_fen: int
    quantity: int
    basis: str  # "quantity": the buyer's own; "moq": raised to (or taken from) the minimum order


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPrice:
    """What one company pays for a piece by its own agreement with the supplier, below the public price. ``quantity``
    and ``basis`` as of ``QuotedPrice``; ``because`` in the words of the price line's last step. Where the offer has
    several SKUs, ``sku_id`` is the one that has the price: the cheapest; ``starting``: others cost more."""

    unit_fen: int
    quantity: int
    basis: str
    because: str
    sku_id: str | None = None
    starting: bool = False


class OwnPrices(Protocol):
    """The agreements of one company, read from where they are kept: an index holds what everybody sees."""

    def own_prices(self, offer_ids: Sequence[str], *, quantity: int | None, company_id: str) -> Mapping[str, OwnPrice]:
        """By offer, at ``quantity`` (its MOQ, when none is given or it is below); absent where the public price holds.
        One batch: the number of queries does not depend on the number of offers."""
        ...


def validate_ladder(tiers: Sequence[PriceTier], *, moq: int) -> None:
    """Refuse a ladder that rises with quantity, repeats a step, or leaves the MOQ without a price."""
    if len(tiers) > TIERS_MAX:
        raise Invalid(f"价格阶梯最多 {TIERS_MAX} 级", parameter="tiers")
    previous: PriceTier | None = None
    for tier in tiers:
        if not 1 <= tier.min_quantity <= QUANTITY_MAX:
            raise Invalid("阶梯起订数量必须是正整数", parameter="tiers")
        if not 1 <= tier.unit_price_fen <= PRICE_FEN_MAX:
            raise Invalid("单价必须大于 0", parameter="tiers")
        if previous is not None and tier.min_quantity <= previous.min_quantity:
            raise Invalid("阶梯数量必须递增", parameter="tiers")
        if previous is not None and tier.unit_price_fen > previous.unit_price_fen:
            raise Invalid("买得越多单价不能越高", parameter="tiers")
        previous = tier
    if tiers and tiers[0].min_quantity > moq:
        raise Invalid("起订量处没有价格", parameter="tiers")


def price_at(tiers: Sequence[PriceTier], *, moq: int, quantity: int | None) -> QuotedPrice | None:
    """The unit price at ``quantity`` (or the MOQ, when none is given or it is below); None: on request (面议)."""
    if not tiers:
        return None
    asked = quantity if quantity is not None and quantity >= moq else moq
    unit_fen = tiers[0].unit_price_fen
    for tier in tiers:
        if tier.min_quantity > asked:
            break
        unit_fen = tier.unit_price_fen
    return QuotedPrice(unit_fen=unit_fen, quantity=asked, basis="quantity" if asked == quantity else "moq")
