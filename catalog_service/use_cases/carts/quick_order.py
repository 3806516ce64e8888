"""Put a list of codes and quantities into a cart: every line is answered, what can be ordered goes in at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from catalog_service.domain.carts.pasted import AskedLine
from catalog_service.domain.carts.values import LINES_MAX, SKUS_A_SUPPLIER_MAX, CartLine
from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.prices.basket import Problem
from catalog_service.domain.prices.values import PricedLine, PriceStep, Wanted
from catalog_service.ports.codes import CodeIndex
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.carts.find_goods import ALTERNATIVES_MAX, Goods, Meaning, codes_of, find_goods
from catalog_service.use_cases.carts.keep_cart import add_to_cart, cart_receipt
from catalog_service.use_cases.deeds import Deeds
from catalog_service.use_cases.prices.price_order import PriceOrder
from kernel.errors import Invalid
from kernel.prices import QUANTITY_MAX


class Outcome(StrEnum):
    """What became of a line; the problems of the price line keep their own names."""

    FOUND = "found"
    HEADING = "heading"
    UNREADABLE = "unreadable"
    NOT_FOUND = "not_found"
    AMBIGUOUS = "ambiguous"
    UNIT_DIFFERS = "unit_differs"
    BELOW_MOQ = "below_moq"
    NOT_THE_PACK_MULTIPLE = "not_the_pack_multiple"
    OUT_OF_STOCK = "out_of_stock"
    NOT_TRADABLE = "not_tradable"
    CART_FULL = "cart_full"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredLine:
    """A line with what it means. ``unit_fen`` and ``amount_fen`` (of this line's own pieces) None where there is no
    price. ``facts``: the figures that would mend it. ``alternatives``: what an ambiguous one may mean. ``unmet``: a
    mixed batch that more goods can still fulfil keeps nothing out of a cart."""

    asked: AskedLine
    outcome: Outcome
    message: str = ""
    goods: Goods | None = None
    unit_fen: int | None = None
    amount_fen: int | None = None
    steps: Sequence[PriceStep] = ()
    facts: Mapping[str, int | str] | None = None
    alternatives: Sequence[Goods] = ()
    unmet: str = ""

    @property
    def good(self) -> bool:
        return self.outcome is Outcome.FOUND


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickOrder:
    """``owner`` is the cart's key. Lines are held against what lies in the cart already: both together are what would
    be ordered, and what its price counts."""

    deeds: Deeds
    pricing: PriceOrder

    def add(
        self, *, owner: str, lines: Sequence[AskedLine], company_id: str, codes: CodeIndex, request: DeedRequest
    ) -> Receipt:
        """The good ones go in; the receipt says which those were (``added``: ``1,3``) and what became of the others
        (``refused``: ``2:not_found``)."""
        listed = look_up(lines, codes)

        def add(transaction: RecordTransaction, now: int) -> Receipt:
            answers = answer_lines(
                transaction, lines, listed, pricing=self.pricing, codes=codes, owner=owner, company_id=company_id
            )
            good = [each for each in answers if each.good]
            counts: Counter[str] = Counter()
            for each in good:
                counts[each.goods.sku_id if each.goods else ""] += each.asked.quantity
            if counts:
                add_to_cart(transaction, owner, counts, now=now)
            rest = [each for each in answers if not each.good and each.outcome is not Outcome.HEADING]
            return cart_receipt(
                transaction, owner, changed=bool(good), added=",".join(str(each.asked.number) for each in good),
                refused=",".join(f"{each.asked.number}:{each.outcome}" for each in rest),
            )  # fmt: skip

        return self.deeds.perform(request, add)


def look_up(lines: Sequence[AskedLine], codes: CodeIndex) -> Sequence[str]:
    """Offers that may be meant. Outside of a transaction: an index may be far away."""
    asked = codes_of(lines)
    return codes.offers_with(asked) if asked else ()


def answer_lines(
    transaction: RecordTransaction,
    lines: Sequence[AskedLine],
    listed: Sequence[str],
    *,
    pricing: PriceOrder,
    codes: CodeIndex,
    owner: str,
    company_id: str,
) -> list[AnsweredLine]:
    """Every line, in its order."""
    answers = [_meant(line, meaning) for line, meaning in find_goods(transaction, lines, listed, codes)]
    of_supplier: dict[str, list[int]] = defaultdict(list)
    for place, answer in enumerate(answers):
        if answer.good and answer.goods:
            of_supplier[answer.goods.offer.supplier_id or ""].append(place)
    lies = transaction.carts.lines(owner)
    _refuse_what_does_not_fit(answers, of_supplier, lies)
    for supplier_id, places in of_supplier.items():
        mine = [line for line in lies if line.supplier_id == supplier_id]
        _price(transaction, answers, places, mine, pricing=pricing, supplier_id=supplier_id, company_id=company_id)
    return answers


def _meant(line: AskedLine, meaning: Meaning) -> AnsweredLine:
    if line.heading:
        return AnsweredLine(asked=line, outcome=Outcome.HEADING, message="表头，没有要订的")
    if line.wrong:
        return AnsweredLine(asked=line, outcome=Outcome.UNREADABLE, message=line.wrong)
    found = meaning.found
    if not (found or meaning.crowded):
        return AnsweredLine(
            asked=line, outcome=Outcome.NOT_FOUND, message=f"没有在售的货品用“{line.code}”这个货号、条码或编号"
        )
    if len(found) != 1 or meaning.crowded or meaning.doubtful or not meaning.sure:
        return AnsweredLine(
            asked=line, outcome=Outcome.AMBIGUOUS, message=_asked_back(line, meaning),
            alternatives=tuple(found[:ALTERNATIVES_MAX]),
        )  # fmt: skip
    (goods,) = found
    offer = goods.offer
    if line.unit and line.unit != offer.unit and line.unit.casefold() not in ("pcs", "pc"):
        message = f"这个货按“{offer.unit}”卖，您写的是“{line.unit}”，请换算成{offer.unit}"
        return AnsweredLine(asked=line, outcome=Outcome.UNIT_DIFFERS, message=message, goods=goods)
    spelt = f"按“{meaning.spelt}”找到" if meaning.spelt else ""
    return AnsweredLine(asked=line, outcome=Outcome.FOUND, message=spelt, goods=goods)


def _asked_back(line: AskedLine, meaning: Meaning) -> str:
    if meaning.crowded:
        return f"很多货品的规格都用“{line.code}”这个编码，请在前面写上货号，或选一种"
    if not meaning.sure:
        return f"没有“{line.spec}”这种规格，请选一种"
    if len(meaning.found) == 1:
        return f"没有在售的货正好写作“{line.code}”，只有写法相近的一种，请确认是不是它"
    several = "规格" if len({each.offer.offer_id for each in meaning.found}) == 1 else "货品"
    if len(meaning.found) > ALTERNATIVES_MAX:
        return f"“{line.code}”有 {ALTERNATIVES_MAX} 种以上{several}，请选一种，或写得更细"
    return f"“{line.code}”有 {len(meaning.found)} 种{several}，请选一种"


def _refuse_what_does_not_fit(
    answers: list[AnsweredLine], of_supplier: Mapping[str, list[int]], lies: Sequence[CartLine]
) -> None:
    """A cart holds so many SKUs, and so many of one supplier: the first lines come in, the later ones are told."""
    known = {line.sku_id for line in lies}
    room = LINES_MAX - len(known)
    for supplier_id, places in of_supplier.items():
        mine = {line.sku_id for line in lies if line.supplier_id == supplier_id}
        for place in list(places):
            goods = answers[place].goods
            if goods is None or goods.sku_id in mine:
                continue
            if len(mine) >= SKUS_A_SUPPLIER_MAX or room <= 0:
                message = f"同一供应商一笔订单最多 {SKUS_A_SUPPLIER_MAX} 种规格，请先下单或移除一些"
                answers[place] = replace(answers[place], outcome=Outcome.CART_FULL, message=message)
                places.remove(place)
                continue
            mine.add(goods.sku_id)
            room -= 1


def _price(
    transaction: RecordTransaction,
    answers: list[AnsweredLine],
    places: list[int],
    lies: Sequence[CartLine],
    *,
    pricing: PriceOrder,
    supplier_id: str,
    company_id: str,
) -> None:
    """One supplier's lines through the price line, until what is left can be ordered as it is: without a line that is
    refused, others may fall below their minimum."""
    standing = list(places)
    while standing:
        wanted = [Wanted(sku_id=_sku_id(answers[place]), quantity=answers[place].asked.quantity) for place in standing]
        mine = {each.sku_id for each in wanted}
        lying = [
            Wanted(sku_id=line.sku_id, quantity=line.quantity) for line in lies if not line.saved or line.sku_id in mine
        ]
        both = _within_bounds([*lying, *wanted])
        priced = pricing.quote(
            transaction, buyer_company_id=company_id, supplier_id=supplier_id, wanted=both, region=""
        )  # fmt: skip
        by_sku = {line.sku_id: line for line in priced.order.lines}
        for place in standing:
            answers[place] = _priced(answers[place], by_sku.get(_sku_id(answers[place])))
        refused = set()
        for place in standing:
            problem = _first(priced.problems, _sku_id(answers[place]))
            if problem is not None and problem.code == "mixed_batch_unmet":
                answers[place] = replace(answers[place], unmet=problem.message)
            elif problem is not None:
                answers[place] = replace(
                    answers[place], outcome=Outcome(problem.code), message=problem.message, facts=dict(problem.facts)
                )
                refused.add(place)
        if not refused:
            return
        standing = [place for place in standing if place not in refused]


def _sku_id(answer: AnsweredLine) -> str:
    return answer.goods.sku_id if answer.goods else ""


def _within_bounds(wanted: Sequence[Wanted]) -> list[Wanted]:
    """Of one SKU no more than a line can have, however often it was named."""
    counts: Counter[str] = Counter()
    for each in wanted:
        counts[each.sku_id] = min(counts[each.sku_id] + each.quantity, QUANTITY_MAX)
    return [Wanted(sku_id=sku_id, quantity=count) for sku_id, count in counts.items()]


def _priced(answer: AnsweredLine, line: PricedLine | None) -> AnsweredLine:
    if line is None or not line.steps:
        return replace(answer, unit_fen=None, amount_fen=None, steps=(), unmet="")
    amount_fen = line.unit_fen * answer.asked.quantity
    return replace(answer, unit_fen=line.unit_fen, amount_fen=amount_fen, steps=line.steps, unmet="")


def _first(problems: Sequence[Problem], sku_id: str) -> Problem | None:
    """What keeps this SKU out, before what more goods may still mend; the size of an order is nobody's line's."""
    mine = [problem for problem in problems if problem.sku_id == sku_id]
    hard = [problem for problem in mine if problem.code != "mixed_batch_unmet"]
    return next(iter(hard or mine), None)


def require_lines(lines: Sequence[AskedLine], *, most: int) -> None:
    """``Invalid`` for none, or more than are answered at once."""
    if not 1 <= len(lines) <= most:
        raise Invalid(f"一次必须有 1 到 {most} 行", parameter="lines")
