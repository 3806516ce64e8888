"""What a little more would bring: the cheapest way to a minimum, a mixed batch, a tier, a discount, free freight.

Nothing is estimated: each piece of advice is the same basket with more of one SKU, priced by the one price line, and
says what the order would cost more then. It is given only where it brings no new problem, and says when it is not
worth it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog_service.domain.prices.basket import Basket, Line
from catalog_service.domain.prices.freight import free_from, parts_with_freight
from catalog_service.domain.prices.line import Priced, price_basket
from catalog_service.domain.prices.mixed_batch import mixed_batch, takes_part
from catalog_service.domain.prices.values import PricedOrder, Wanted
from catalog_service.domain.skus.values import DEFAULT_NAME
from kernel.money import yuan_text
from kernel.prices import QUANTITY_MAX

ADVICE_MAX = 3  # of one supplier: what a buyer reads before paying
CANDIDATES_MAX = 5  # the cheapest SKUs of a basket; dearer ones never reach a goal of pieces for less
TRIES_MAX = 4  # a ladder's tiers may each take the sum below its goal again
# Goods that lie for three months cost at least so much of their price: 20 % a year is the low end of what textbooks
# of stock keeping name for capital, room and loss.
CARRYING_BP = 500


class Goal(StrEnum):
    """What is reached, the most pressing first."""

    MINIMUM = "minimum"
    MIXED_BATCH = "mixed_batch"
    TIER = "tier"
    DISCOUNT = "discount"
    FREE_FREIGHT = "free_freight"


NEEDED = (Goal.MINIMUM, Goal.MIXED_BATCH)  # without them there is no order, worth it or not


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """``more`` of a SKU make ``quantity``; the order costs ``extra_fen`` more (below 0: less), which is ``gain_fen``
    less than those pieces cost at today's price."""

    goal: Goal
    offer_id: str
    sku_id: str
    quantity: int
    more: int
    extra_fen: int
    gain_fen: int
    worth: bool
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aim:
    """A goal, the SKUs that may reach it, the words for it, and what they count: pieces or fen that are missing."""

    goal: Goal
    lines: Sequence[Line]
    words: str
    missing_pieces: int | None = None
    missing_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Now:
    """The basket as it is."""

    basket: Basket
    priced: Priced


def advise(basket: Basket, priced: Priced) -> list[Advice]:
    """For a wholesale basket (``priced_basket``) and its price; of each goal the cheapest way, the most pressing and
    then the most gainful first."""
    now = _Now(basket=basket, priced=priced)
    found = [best for aim in _aims(now) if (best := _cheapest(aim, now)) is not None]
    found.sort(key=lambda one: (one.goal not in NEEDED, not one.worth, -one.gain_fen, one.sku_id))
    return found[:ADVICE_MAX]


def _aims(now: _Now) -> Iterator[_Aim]:
    lines = [line for line in now.basket.lines if line.unit_fen is not None]
    yield from _minimum(lines, now)
    yield from _batch(lines, now)
    yield from _tiers(lines)
    yield from _discount(lines, now)
    yield from _freight(now)


def _minimum(lines: Sequence[Line], now: _Now) -> Iterator[_Aim]:
    below = {problem.sku_id for problem in now.priced.problems if problem.code == "below_moq"}
    for mine in _together([line for line in lines if line.facts.sku.sku_id in below]):
        offer, counted = mine[0].facts.offer, mine[0].counted
        words = f"达到起订量 {offer.moq} {offer.unit}"
        yield _Aim(goal=Goal.MINIMUM, lines=mine, words=words, missing_pieces=offer.moq - counted)


def _batch(lines: Sequence[Line], now: _Now) -> Iterator[_Aim]:
    if not any(problem.code == "mixed_batch_unmet" for problem in now.priced.problems):
        return
    batch, mine = mixed_batch(now.basket), [line for line in lines if takes_part(line, now.basket)]
    yield _Aim(
        goal=Goal.MIXED_BATCH,
        lines=mine,
        words=f"混批{batch.asked}",
        missing_pieces=None if batch.pieces_min is None else batch.pieces_min - batch.pieces,
        missing_fen=None if batch.fen_min is None else batch.fen_min - batch.fen,
    )


def _tiers(lines: Sequence[Line]) -> Iterator[_Aim]:
    for mine in _together(lines):
        offer, counted = mine[0].facts.offer, mine[0].counted
        ladders = [offer.tiers, *(line.facts.sku.tiers for line in mine)]
        steps = [tier.min_quantity for ladder in ladders for tier in ladder if tier.min_quantity > counted]
        if counted >= offer.moq and steps:
            words = f"到 {min(steps)} {offer.unit}一档"
            yield _Aim(goal=Goal.TIER, lines=mine, words=words, missing_pieces=min(steps) - counted)


def _discount(lines: Sequence[Line], now: _Now) -> Iterator[_Aim]:
    goods, had = now.basket.goods_fen, now.priced.order.discount_fen
    steps = [step for step in now.basket.facts.supplier.discounts if step.from_fen > goods and step.off_fen > had]
    if steps and lines:
        step = min(steps, key=lambda each: each.from_fen)
        words = f"满 {yuan_text(step.from_fen)} 元减 {yuan_text(step.off_fen)} 元"
        yield _Aim(goal=Goal.DISCOUNT, lines=lines, words=words, missing_fen=step.from_fen - goods)


def _freight(now: _Now) -> Iterator[_Aim]:
    for template, lines in parts_with_freight(now.basket):
        free_fen, free_pieces = free_from(template, now.basket.region)
        if free_fen is None and free_pieces is None:
            continue
        fen, pieces = sum(line.amount_fen for line in lines), sum(line.quantity for line in lines)
        yield _Aim(
            goal=Goal.FREE_FREIGHT,
            lines=[line for line in lines if line.unit_fen is not None],
            words="包邮",
            missing_fen=None if free_fen is None else free_fen - fen,
            missing_pieces=None if free_pieces is None else free_pieces - pieces,
        )


def _together(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines whose pieces count together: an offer's, or each alone where the offer says so."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        alone = line.facts.terms.moq_per_sku
        groups.setdefault(line.facts.sku.sku_id if alone else line.facts.offer.offer_id, []).append(line)
    return list(groups.values())


def _cheapest(aim: _Aim, now: _Now) -> Advice | None:
    lines = sorted(aim.lines, key=lambda line: (line.unit_fen or 0, line.facts.sku.sku_id))[:CANDIDATES_MAX]
    ways = [way for line in lines for way in _ways(aim, line, now)]
    return min(ways, key=lambda way: (way.extra_fen, way.more, way.sku_id), default=None)


def _ways(aim: _Aim, line: Line, now: _Now) -> Iterator[Advice]:
    if aim.missing_pieces is not None:
        yield from _reached(aim, line, aim.missing_pieces, 0, now)
    if aim.missing_fen is not None and line.unit_fen:
        yield from _reached(aim, line, -(-aim.missing_fen // line.unit_fen), aim.missing_fen, now)


def _reached(aim: _Aim, line: Line, pieces: int, fen: int, now: _Now) -> Iterator[Advice]:
    """The advice to take so many pieces more of this line; more again where a tier that they reach makes them cheaper
    than the ``fen`` that were missing."""
    pack, known = line.facts.offer.pack_multiple, _troubles(now.priced)
    before = _sum_of(aim, now.priced.order)
    for _ in range(TRIES_MAX):
        quantity = -(-(line.quantity + max(1, pieces)) // pack) * pack
        if quantity > QUANTITY_MAX:
            return
        after = _with(line, quantity, now)
        if _troubles(after) - known:
            return
        if _met(aim, line, now.priced, after):
            yield _advice(aim, line, quantity, now.priced.order, after.order)
            return
        short = fen - (_sum_of(aim, after.order) - before)
        pieces = quantity - line.quantity + max(1, -(-short // _unit_of(after.order, line)))


def _with(line: Line, quantity: int, now: _Now) -> Priced:
    sku_id = line.facts.sku.sku_id
    basket = now.basket
    taken = {each.facts.sku.sku_id: each.quantity for each in basket.lines} | {sku_id: quantity}
    wanted = [Wanted(sku_id=each, quantity=count) for each, count in taken.items()]
    return price_basket(basket.facts, wanted, region=basket.region)


def _met(aim: _Aim, line: Line, before: Priced, after: Priced) -> bool:
    if aim.goal is Goal.DISCOUNT:
        return after.order.discount_fen > before.order.discount_fen
    if aim.goal is Goal.FREE_FREIGHT:
        return after.order.freight_fen < before.order.freight_fen
    if aim.goal is Goal.TIER:
        return any(_unit_of(after.order, each) < (each.unit_fen or 0) for each in aim.lines)
    code = "below_moq" if aim.goal is Goal.MINIMUM else "mixed_batch_unmet"
    return (code, line.facts.sku.sku_id) not in _troubles(after)


def _advice(aim: _Aim, line: Line, quantity: int, before: PricedOrder, after: PricedOrder) -> Advice:
    more = quantity - line.quantity
    extra, alone = after.payable_fen - before.payable_fen, more * (line.unit_fen or 0)
    counted = sum(each.quantity for each in aim.lines)
    gain = alone - extra
    pays = extra <= 0 or (more <= counted and gain * 10_000 >= extra * CARRYING_BP)
    worth = pays or aim.goal in NEEDED
    return Advice(
        goal=aim.goal,
        offer_id=line.facts.offer.offer_id,
        sku_id=line.facts.sku.sku_id,
        quantity=quantity,
        more=more,
        extra_fen=extra,
        gain_fen=gain,
        worth=worth,
        message=_words(aim, line, more, extra, worth=worth),
    )


def _words(aim: _Aim, line: Line, more: int, extra_fen: int, *, worth: bool) -> str:
    title, sku, unit = line.facts.offer.title, line.facts.sku.name, line.facts.offer.unit
    name = title if sku == DEFAULT_NAME else f"{title} {sku}"
    costs = f"一共多付 {yuan_text(extra_fen)} 元" if extra_fen > 0 else f"反而少付 {yuan_text(-extra_fen)} 元"
    said = f"“{name}”再加 {more} {unit}，{aim.words}，{costs}"
    return said if worth else f"{said}；用不完就不划算"


def _troubles(priced: Priced) -> set[tuple[str, str]]:
    return {(problem.code, problem.sku_id) for problem in priced.problems}


def _sum_of(aim: _Aim, order: PricedOrder) -> int:
    """What the goods that count for a goal come to, in fen."""
    counting = {line.facts.sku.sku_id for line in aim.lines}
    return sum(line.amount_fen for line in order.lines if line.sku_id in counting)


def _unit_of(order: PricedOrder, line: Line) -> int:
    return next(each.unit_fen for each in order.lines if each.sku_id == line.facts.sku.sku_id)
