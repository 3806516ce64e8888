"""A cart by supplier: lines with their price, and beside each what stands in its way and the figure that mends it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog_service.domain.companies.address import StoredAddress
from catalog_service.domain.prices.advice import Advice
from catalog_service.domain.prices.basket import Problem
from catalog_service.domain.prices.line import Priced
from catalog_service.domain.prices.values import PricedLine, PriceStep
from catalog_service.reads.carts import CartGoods, CartPart
from storefront.pages.cards import picture_url
from storefront.pages.words import yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """``mends``: words and the deed of a button that would do it."""

    text: str
    mends: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    sku_id: str
    href: str
    picture: str
    title: str
    sku_name: str
    unit: str
    quantity: int
    unit_price: str
    amount: str
    steps: Sequence[str]
    troubles: Sequence[Trouble]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What a little more would bring, and the deed of the button that takes it."""

    text: str
    worth: bool
    label: str
    deed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One supplier's part. ``troubles``: of the part as a whole. ``freight``: to the buyer's usual address or the
    province that was chosen; ``undelivered``: what does not go there, which another address may mend."""

    supplier_id: str
    name: str
    rows: Sequence[Row]
    saved: Sequence[Row]
    pieces: int
    goods: str
    discount: str
    payable: str
    payable_fen: int
    because: Sequence[str]
    troubles: Sequence[Trouble]
    hints: Sequence[Hint]
    orderable: bool
    freight: str = ""
    undelivered: Sequence[str] = ()


Seen = Mapping[str, Mapping[str, Sequence[int]]]
"""Supplier to SKU to (quantity, unit price) as the buyer saw them last."""


def blocks_of(parts: Sequence[CartPart], goods: Mapping[str, CartGoods], seen: Seen) -> list[Block]:
    """The cart as it is shown."""
    return [_block(part, goods, _before(part, seen)) for part in parts]


def place_text(home: StoredAddress | None) -> str:
    """What freight is told for, without the street; empty for none."""
    if home is None:
        return ""
    where = home.address
    return " ".join(part for part in (where.province, where.city, where.district) if part)


def seen_in(parts: Sequence[CartPart]) -> dict[str, dict[str, list[int]]]:
    """What this cart shows, to compare the next one with."""
    return {
        part.supplier_id: {line.sku_id: [line.quantity, line.unit_fen] for line in part.priced.order.lines}
        for part in parts
        if part.priced is not None
    }


def _before(part: CartPart, seen: Seen) -> dict[str, int]:
    """Unit prices that were shown for the same quantities: another quantity may well have another price."""
    now = {line.sku_id: line.quantity for line in part.priced.order.lines} if part.priced else {}
    then = seen.get(part.supplier_id, {})
    same = now == {sku_id: said[0] for sku_id, said in then.items()}
    return {sku_id: said[1] for sku_id, said in then.items()} if same else {}


def steps_text(steps: Sequence[PriceStep]) -> list[str]:
    """How a price came about, a line a step."""
    return [f"{step.because}：¥{yuan(step.fen)}" for step in steps]


def _block(part: CartPart, goods: Mapping[str, CartGoods], before: Mapping[str, int]) -> Block:
    priced = part.priced
    lines = {line.sku_id: line for line in priced.order.lines} if priced else {}
    elsewhere = [problem for problem in priced.problems if problem.code == "not_delivered"] if priced else []
    problems = [problem for problem in priced.problems if problem not in elsewhere] if priced else []
    rows = [
        _row(line.sku_id, line.quantity, goods.get(line.sku_id), lines.get(line.sku_id), problems, before)
        for line in part.lines
        if not line.saved
    ]
    saved = [
        _row(line.sku_id, line.quantity, goods.get(line.sku_id), None, (), {}) for line in part.lines if line.saved
    ]
    sums = priced.order if priced else None
    return Block(
        supplier_id=part.supplier_id,
        name=part.supplier_name,
        rows=rows,
        saved=saved,
        pieces=sum(row.quantity for row in rows),
        goods=yuan(sums.goods_fen) if sums else "",
        discount=yuan(sums.discount_fen) if sums and sums.discount_fen else "",
        payable=yuan(sums.goods_fen - sums.discount_fen) if sums else "",
        payable_fen=sums.goods_fen - sums.discount_fen if sums else 0,
        because=_discounts(priced),
        troubles=[Trouble(text=problem.message) for problem in problems if not problem.sku_id],
        hints=[_hint(advice) for advice in part.advice],
        orderable=sums is not None and not problems,
        freight=yuan(sums.freight_fen) if sums and not elsewhere else "",
        undelivered=[problem.message for problem in elsewhere],
    )


def _hint(advice: Advice) -> Hint:
    deed = f"set:{advice.quantity}:{advice.sku_id}"
    return Hint(text=advice.message, worth=advice.worth, label=f"改为 {advice.quantity}", deed=deed)


def _row(
    sku_id: str,
    quantity: int,
    goods: CartGoods | None,
    line: PricedLine | None,
    problems: Sequence[Problem],
    before: Mapping[str, int],
) -> Row:
    mine = [problem for problem in problems if problem.sku_id == sku_id]
    offer = goods.offer if goods else None
    known = line is not None and bool(line.steps)
    return Row(
        sku_id=sku_id,
        href=f"/offer/{offer.offer_id}" if offer else "",
        picture=picture_url(offer.picture) if offer else "",
        title=offer.title if offer else sku_id,
        sku_name=goods.sku_name if goods else "",
        unit=offer.unit if offer else "",
        quantity=quantity,
        unit_price=yuan(line.unit_fen) if line is not None and known else "",
        amount=yuan(line.amount_fen) if line is not None and known else "",
        steps=steps_text(line.steps) if line is not None else (),
        troubles=[
            *_price_changed(line, before),
            *(
                Trouble(text=_told(problem), mends=list(mends(problem, quantity, offer.pack_multiple if offer else 1)))
                for problem in mine
            ),
        ],
    )


def _price_changed(line: PricedLine | None, before: Mapping[str, int]) -> Iterator[Trouble]:
    was = before.get(line.sku_id) if line is not None else None
    if line is not None and was is not None and was != line.unit_fen:
        yield Trouble(text=f"您上次看过之后单价变了：¥{yuan(was)} → ¥{yuan(line.unit_fen)}")


def _told(problem: Problem) -> str:
    """With what there is already, where goods of several lines count together."""
    facts, parts = problem.facts, []
    if "mixed_pieces" in facts:
        parts.append(f"{facts['mixed_pieces']} 件")
    if "mixed_fen" in facts:
        parts.append(f"{yuan(int(facts['mixed_fen']))} 元")
    return f"{problem.message}，现有 {'、'.join(parts)}" if parts else problem.message


def mends(problem: Problem, quantity: int, pack: int) -> Iterator[tuple[str, str]]:
    """What a buyer can do about it; the deeds are those of the cart's form."""
    facts, sku_id = problem.facts, problem.sku_id
    if problem.code in ("below_moq", "mixed_batch_unmet"):
        enough = -(-(quantity + int(facts["missing"])) // pack) * pack
        yield f"改为 {enough}", f"set:{enough}:{sku_id}"
    elif problem.code == "not_the_pack_multiple":
        for fit in (int(facts["below"]), int(facts["above"])):
            if fit:
                yield f"改为 {fit}", f"set:{fit}:{sku_id}"
    elif problem.code == "out_of_stock":
        most = int(facts["available"]) // pack * pack
        if most:
            yield f"改为 {most}", f"set:{most}:{sku_id}"
        yield "以后再买", f"save:{sku_id}"
    elif problem.code == "not_tradable":
        yield "移除", f"remove:{sku_id}"


def _discounts(priced: Priced | None) -> list[str]:
    steps = priced.order.steps if priced else ()
    return [step.because for step in steps if step.name not in ("goods", "freight")]
