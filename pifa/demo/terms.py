"""The terms on which one supplier sells an item: ladder, minimum, pack, stock, delivery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from kernel.prices import PriceTier
from pifa.demo.items import Item, round_price
from pifa.demo.suppliers import DemoSupplier

_ROUND = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 3000, 5000, 10_000, 20_000, 50_000, 100_000)
_STEPS = (3, 5, 10, 20)  # how much a step of the ladder multiplies the quantity
_DISPATCH = (24, 24, 48, 48, 48, 72, 72, 168, None)
NO_PRICE_SHARE = 0.03
RETAIL_SECTORS = frozenset(
    ["16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "34", "36"]
)
LARGE_PIECE_FEN = 50_000  # above this (500 yuan) a piece is sold singly


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """As the fields of an offer of the same names."""

    tiers: tuple[PriceTier, ...]
    moq: int
    pack_multiple: int
    units_per_pack: int
    pack_unit: str
    stock: int | None
    dropship: bool
    dropship_price_fen: int | None
    sample_price_fen: int | None
    customisation: bool
    invoice: bool
    freight_free: bool
    dispatch_hours: int | None
    sold_count: int


def draw_terms(item: Item, seller: DemoSupplier, *, copy: bool, random: Random) -> Terms:
    """A copy has its own price, within a quarter of the item's."""
    chance = random.random
    price = round_price(item.price_fen * (0.82 + 0.4 * chance())) if copy else item.price_fen
    retail = item.leaf.sector_id in RETAIL_SECTORS
    moq = _moq(price, chance)
    multiple = _multiple(moq, chance)
    units, unit = item.leaf.category.pack
    if units > 1:
        units = max(1, int(units * (0.5, 1.0, 1.0, 1.0, 2.0)[int(chance() * 5)]))
    tiers = () if chance() < NO_PRICE_SHARE else _ladder(price, moq, chance)
    dropship = bool(tiers) and retail and price < LARGE_PIECE_FEN and chance() < 0.42
    return Terms(
        tiers=tiers,
        moq=moq,
        pack_multiple=multiple,
        units_per_pack=units,
        pack_unit=unit,
        stock=_stock(moq, chance),
        dropship=dropship,
        dropship_price_fen=round_price(price * (1.12 + 0.3 * chance())) if dropship else None,
        sample_price_fen=round_price(price * (1.2 + 0.8 * chance())) if tiers and chance() < 0.4 else None,
        customisation=chance() < (0.6 if seller.supplier.factory else 0.25),
        invoice=chance() < (0.5 if seller.supplier.verified else 0.2),
        freight_free=price < LARGE_PIECE_FEN and chance() < 0.18,
        dispatch_hours=_DISPATCH[int(chance() * len(_DISPATCH))],
        sold_count=_sold(seller, moq, random),
    )


def _moq(price_fen: int, chance: Callable[[], float]) -> int:
    draw = chance()
    if price_fen >= LARGE_PIECE_FEN:
        return 1 if draw < 0.8 else 2
    if draw < 0.12:
        return 1
    target_fen = 10_000 * 10 ** (1.7 * draw)  # first orders of 100 to 5,000 yuan
    wanted = target_fen / price_fen
    return max((step for step in _ROUND if step <= wanted), default=1)


def _multiple(moq: int, chance: Callable[[], float]) -> int:
    if moq < 10 or chance() < 0.8:
        return 1
    return next(step for step in (100, 50, 20, 10, 5, 2, 1) if moq % step == 0 and step <= moq)


def _ladder(price_fen: int, moq: int, chance: Callable[[], float]) -> tuple[PriceTier, ...]:
    steps = 1 + int(chance() * 3.6)
    tiers, quantity, unit = [PriceTier(min_quantity=moq, unit_price_fen=price_fen)], moq, float(price_fen)
    for _ in range(steps - 1):
        quantity *= _STEPS[int(chance() * len(_STEPS))]
        unit *= 0.98 - 0.1 * chance()
        if quantity > 1_000_000:
            break
        tiers.append(PriceTier(min_quantity=quantity, unit_price_fen=min(tiers[-1].unit_price_fen, round_price(unit))))
    return tuple(tiers)


def _stock(moq: int, chance: Callable[[], float]) -> int | None:
    draw = chance()
    if draw < 0.18:
        return None
    return 0 if draw < 0.24 else int(moq * 10 ** (0.3 + 3.0 * (draw - 0.24)))


def _sold(seller: DemoSupplier, moq: int, random: Random) -> int:
    if random.random() < 0.3:
        return 0
    return int(moq * seller.appeal * 0.4 * (random.paretovariate(0.9) ** 1.2))
